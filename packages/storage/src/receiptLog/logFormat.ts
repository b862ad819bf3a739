import { concatBytes, equalBytes, uintBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { ReceiptLogEntry } from "@anamnesis/core/ports/receiptLog";
import { hash } from "node:crypto";
import { COMMITMENT_BYTES, MAX_SEALED_BYTES, TAG_BYTES } from "./logEntry.ts";

/**
 * The bytes of a receipt log's file, version 0. Integers are big-endian.
 *
 *     file    header ‖ frame*  ‖ (mark)
 *     header  "anamnesis-log/0\n" (16) ‖ log id (32) ‖ SHA-256 of both (32)
 *     frame   head ‖ record*                    one frame for each group of appends that one sync made durable
 *     head    sign (8) ‖ index of the first record (8) ‖ number of records (4) ‖ bytes of the records (4)
 *             ‖ head check (16) ‖ previous check (32)
 *     record  length of the payload (4) ‖ commitment (32) ‖ tag (32) ‖ sealed ‖ check (32)
 *     mark    a head without records
 *
 * A record's check is SHA-256(previous check ‖ length ‖ payload); the header's digest comes before the first. So each
 * check vouches for all that stands before it, and the 32 bytes before a record are always the check before it.
 *
 * A frame is written only after everything before it was synced, and a mark after the sync of the frame before it; the
 * next frame overwrites the mark. So damage with a valid head anywhere behind it has hit synced entries; damage with
 * none is a write that a crash tore. Heads are found again behind damage by their sign, and known by their check.
 */
export const HEADER_BYTES = 80;
export const HEAD_BYTES = 72;
export const CHECK_BYTES = 32;
export const LOG_ID_BYTES = 32;

const MAGIC = utf8ToBytes("anamnesis-log/0\n");
const LENGTH_BYTES = 4;
const CHECKED_HEAD_BYTES = 24;
const HEAD_CHECK_BYTES = 16;
const MIN_PAYLOAD_BYTES = COMMITMENT_BYTES + TAG_BYTES;
const MAX_PAYLOAD_BYTES = MIN_PAYLOAD_BYTES + MAX_SEALED_BYTES;
/** A writer ends a frame before this many bytes of records; a head that says more is none. */
export const MAX_FRAME_RECORD_BYTES = 4_194_304;

/** @param logId 32 bytes. */
export function encodeHeader(logId: Uint8Array): Uint8Array {
  const start = concatBytes(MAGIC, logId);
  return concatBytes(start, sha256(start));
}

/** The log's id, or `null` for bytes that are no header of this version. */
export function parseHeader(bytes: Uint8Array): Uint8Array | null {
  const logId = bytes.slice(MAGIC.length, MAGIC.length + LOG_ID_BYTES);
  return logId.length === LOG_ID_BYTES && equalBytes(bytes, encodeHeader(logId)) ? logId : null;
}

/** The check before the first record: the end of the header. */
export function firstCheck(logId: Uint8Array): Uint8Array {
  return encodeHeader(logId).slice(-CHECK_BYTES);
}

/** The 8 bytes with which each head of this log begins. */
export function headSign(logId: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8ToBytes("anamnesis/log-frame/0"), logId)).slice(0, 8);
}

export interface FrameHead {
  /** Index of the first record: the number of records before it. */
  readonly first: number;
  /** 0 in a mark. */
  readonly count: number;
  readonly recordBytes: number;
  /** The check before the first record. */
  readonly previous: Uint8Array;
}

export function encodeHead(logId: Uint8Array, head: FrameHead): Uint8Array {
  const start = concatBytes(
    headSign(logId),
    uintBytes(head.first, 8),
    uintBytes(head.count, 4),
    uintBytes(head.recordBytes, 4),
  );
  return concatBytes(start, headCheck(logId, start, head.previous), head.previous);
}

/** The head at the beginning of `bytes` (at least `HEAD_BYTES`, else none), or `null`. */
export function parseHead(logId: Uint8Array, bytes: Uint8Array): FrameHead | null {
  if (bytes.length < HEAD_BYTES) return null;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
  const head = {
    first: Number(view.readBigUInt64BE(8)),
    count: view.readUInt32BE(16),
    recordBytes: view.readUInt32BE(20),
    previous: bytes.slice(HEAD_BYTES - CHECK_BYTES, HEAD_BYTES),
  };
  const check = bytes.subarray(CHECKED_HEAD_BYTES, CHECKED_HEAD_BYTES + HEAD_CHECK_BYTES);
  const start = bytes.subarray(0, CHECKED_HEAD_BYTES);
  if (!equalBytes(start.subarray(0, 8), headSign(logId))) return null;
  if (!equalBytes(check, headCheck(logId, start, head.previous))) return null;
  return head.recordBytes <= MAX_FRAME_RECORD_BYTES ? head : null;
}

function headCheck(logId: Uint8Array, start: Uint8Array, previous: Uint8Array): Uint8Array {
  return sha256(concatBytes(logId, start, previous)).slice(0, HEAD_CHECK_BYTES);
}

/** Bytes that an entry takes in the file. */
export function recordBytes(entry: ReceiptLogEntry): number {
  return LENGTH_BYTES + MIN_PAYLOAD_BYTES + entry.sealed.length + CHECK_BYTES;
}

/** A frame of these entries, ready to be written, with the sizes of its records. */
export function encodeFrame(
  logId: Uint8Array,
  first: number,
  previous: Uint8Array,
  entries: readonly ReceiptLogEntry[],
): { bytes: Uint8Array; sizes: readonly number[]; lastCheck: Uint8Array } {
  const sizes = entries.map(recordBytes);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + total);
  bytes.set(encodeHead(logId, { first, count: entries.length, recordBytes: total, previous }));
  let at = HEAD_BYTES;
  for (const [place, entry] of entries.entries()) {
    const end = at + (sizes[place] as number);
    bytes.writeUInt32BE(MIN_PAYLOAD_BYTES + entry.sealed.length, at);
    bytes.set(entry.commitment, at + LENGTH_BYTES);
    bytes.set(entry.tag, at + LENGTH_BYTES + COMMITMENT_BYTES);
    bytes.set(entry.sealed, at + LENGTH_BYTES + MIN_PAYLOAD_BYTES);
    bytes.set(sha256(bytes.subarray(at - CHECK_BYTES, end - CHECK_BYTES)), end - CHECK_BYTES);
    at = end;
  }
  return { bytes, sizes, lastCheck: Uint8Array.from(bytes.subarray(-CHECK_BYTES)) };
}

export interface ParsedRecord {
  /** Views into the bytes that were parsed. */
  readonly entry: ReceiptLogEntry;
  readonly size: number;
}

/** The record at `at`, with the check of the one before it in the 32 bytes before; `null` when it is not whole. */
export function parseRecord(bytes: Uint8Array, at: number): ParsedRecord | null {
  if (bytes.length < at + LENGTH_BYTES) return null;
  const payload = Buffer.from(bytes.buffer, bytes.byteOffset + at, LENGTH_BYTES).readUInt32BE(0);
  const start = at + LENGTH_BYTES;
  const end = start + payload;
  if (payload < MIN_PAYLOAD_BYTES || payload > MAX_PAYLOAD_BYTES || bytes.length < end + CHECK_BYTES)
    return null;
  const check = bytes.subarray(end, end + CHECK_BYTES);
  if (!equalBytes(check, sha256(bytes.subarray(at - CHECK_BYTES, end)))) return null;
  return {
    entry: {
      commitment: bytes.subarray(start, start + COMMITMENT_BYTES),
      tag: bytes.subarray(start + COMMITMENT_BYTES, start + MIN_PAYLOAD_BYTES),
      sealed: bytes.subarray(start + MIN_PAYLOAD_BYTES, end),
    },
    size: end + CHECK_BYTES - at,
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}
