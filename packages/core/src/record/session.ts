import { fixedBytes, hash32, struct, uint, type Infer } from "../encoding/codec.ts";
import { concatBytes, fromHex, uintBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { hpkeReceiveExport, hpkeSendExport } from "../crypto/hpke.ts";
import type { Cid, SegmentId } from "../ids.ts";

/** One HPKE encapsulation to a segment's key, shared by all records of one write session and segment. */
export const session = defineFormat(
  "session",
  struct({
    segment: hash32<SegmentId>(),
    epoch: uint(0xffff_ffff),
    /** X-Wing encapsulation. */
    enc: fixedBytes(1120),
  }),
  2048,
);
export type Session = Infer<typeof session>;

/** A session that can write: the exporter secret S (32 bytes) is erased with it. */
export interface WriteSession {
  readonly segment: SegmentId;
  readonly epoch: number;
  readonly secret: Uint8Array;
  readonly cid: Cid;
  readonly bytes: Uint8Array;
}

const EXPORTER_CONTEXT = utf8ToBytes("anamnesis/lock-a/1");

function sessionInfo(segment: SegmentId, epoch: number): Uint8Array {
  return concatBytes(utf8ToBytes("anamnesis/session/1"), fromHex(segment), uintBytes(epoch, 4));
}

/** @param segmentKey X-Wing public key of the segment's epoch, 1216 bytes, from its newest card. */
export async function startSession(
  segment: SegmentId,
  epoch: number,
  segmentKey: Uint8Array,
): Promise<WriteSession> {
  const { enc, secret } = await hpkeSendExport({
    publicKey: segmentKey,
    info: sessionInfo(segment, epoch),
    exporterContext: EXPORTER_CONTEXT,
    length: 32,
  });
  const value = { segment, epoch, enc };
  return { segment, epoch, secret, cid: session.cid(value), bytes: session.encode(value) };
}

/** The exporter secret S, 32 bytes. With a wrong key S is garbage and the wraps do not open. */
export async function sessionSecret(value: Session, segmentKeySeed: Uint8Array): Promise<Uint8Array> {
  return hpkeReceiveExport({
    seed: segmentKeySeed,
    enc: value.enc,
    info: sessionInfo(value.segment, value.epoch),
    exporterContext: EXPORTER_CONTEXT,
    length: 32,
  });
}
