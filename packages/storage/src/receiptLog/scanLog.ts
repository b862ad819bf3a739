import { equalBytes } from "@anamnesis/core/encoding/bytes";
import type { OpenFile } from "../filesystem/fileSystem.ts";
import { logError } from "./logErrors.ts";
import {
  CHECK_BYTES,
  firstCheck,
  HEAD_BYTES,
  HEADER_BYTES,
  headSign,
  parseHead,
  type ParsedRecord,
  parseRecord,
} from "./logFormat.ts";

export interface ScannedLog {
  /** Where the next frame goes. */
  readonly end: number;
  /** Number of records. */
  readonly size: number;
  /** The last record's check. */
  readonly check: Uint8Array;
  /** Where the last frame begins; `null` in an empty log. */
  readonly lastFrame: number | null;
  /** Does a mark say that everything up to `end` was synced? */
  readonly marked: boolean;
  readonly fileSize: number;
}

/**
 * Reads a log once from its header to its end and checks all of it. `onRecord` gets the records in order with their
 * positions, those of a torn frame never; their bytes are good until it returns. Throws `log-corrupt`.
 */
export async function scanLog(
  file: OpenFile,
  logId: Uint8Array,
  onRecord: (record: ParsedRecord, position: number) => void,
): Promise<ScannedLog> {
  const fileSize = await file.size();
  const window = new Window(file, fileSize);
  let end = HEADER_BYTES;
  let size = 0;
  let check = firstCheck(logId);
  let lastFrame: number | null = null;
  let marked = false;

  for (;;) {
    const head = parseHead(logId, await window.read(end, HEAD_BYTES));
    if (head !== null && (head.first !== size || !equalBytes(head.previous, check))) {
      throw logError("log-corrupt", { position: end });
    }
    marked = head?.count === 0;
    if (head === null || marked) break;
    const bytes = await window.read(end, HEAD_BYTES + head.recordBytes);
    const records = parseRecords(bytes, head.recordBytes, head.count);
    if (records === null) break;

    let at = HEAD_BYTES;
    for (const record of records) {
      onRecord(record, end + at);
      at += record.size;
    }
    check = bytes.slice(at - CHECK_BYTES, at);
    size += records.length;
    lastFrame = end;
    end += at;
  }

  await refuseHeadAfter(window, logId, end);
  return { end, size, check, lastFrame, marked, fileSize };
}

function parseRecords(bytes: Uint8Array, length: number, count: number): ParsedRecord[] | null {
  const records: ParsedRecord[] = [];
  let at = HEAD_BYTES;
  while (records.length < count) {
    const record = parseRecord(bytes, at);
    if (record === null) return null;
    records.push(record);
    at += record.size;
  }
  return at === HEAD_BYTES + length ? records : null;
}

/** Whatever follows `end` must be a torn write: a head in it shows that entries before it had been synced. */
async function refuseHeadAfter(window: Window, logId: Uint8Array, end: number): Promise<void> {
  const sign = headSign(logId);
  for (let from = end + 1; ;) {
    const bytes = await window.read(from, SEARCH_BYTES);
    const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(sign);
    if (found >= 0) {
      const position = from + found;
      if (parseHead(logId, await window.read(position, HEAD_BYTES)) !== null) {
        throw logError("log-corrupt", { position: end });
      }
      from = position + 1;
    } else if (bytes.length < SEARCH_BYTES) {
      return;
    } else {
      // A sign can lie across the end of what was read.
      from += bytes.length - sign.length + 1;
    }
  }
}

const SEARCH_BYTES = 1_048_576;
const WINDOW_BYTES = 4_194_304;

/** A large piece of the file, so that small frames do not cost a read each. */
class Window {
  readonly #file: OpenFile;
  readonly #fileSize: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(file: OpenFile, fileSize: number) {
    this.#file = file;
    this.#fileSize = fileSize;
  }

  /** Fewer bytes than `length` only where the file ends. */
  async read(position: number, length: number): Promise<Uint8Array> {
    const inside = position >= this.#start && position + length <= this.#start + this.#bytes.length;
    if (!inside) {
      const available = Math.max(0, this.#fileSize - position);
      this.#bytes = await this.#file.read(position, Math.min(available, Math.max(length, WINDOW_BYTES)));
      this.#start = position;
    }
    const from = position - this.#start;
    return this.#bytes.subarray(from, from + length);
  }
}
