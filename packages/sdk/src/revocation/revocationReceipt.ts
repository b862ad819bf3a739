import { base64url } from "@anamnesis/api/http/base64url";
import { json } from "@anamnesis/api/route";
import { purpose } from "@anamnesis/core/consent/terms";
import { array, bool, type Infer, oneOf, struct, text, uint } from "@anamnesis/core/encoding/codec";
import type {
  ActorId,
  ConsentId,
  Digest,
  Hash32,
  OrganisationId,
  RecordId,
  UnixSeconds,
} from "@anamnesis/core/ids";
import { segmentKind } from "@anamnesis/core/segment/kind";

/** 32 bytes as they are written in text. */
const id = <T extends Hash32>() => text<T>(66, /^0x[0-9a-f]{64}$/);
const time = uint<UnixSeconds>(2 ** 40);
const organisation = { organisation: id<OrganisationId>(), name: text(200) } as const;
const code = text(64, /^[a-z0-9-]+$/);
/** Most of one list: more consents than a signing has parts, and more records than a person's chart. */
const MANY = 100_000;

const fields = struct({
  kind: oneOf(["anamnesis-revocation-receipt"]),
  version: oneOf(["1"]),
  madeAt: time,
  /** What was stopped: the signed consents (`consent`), with which anybody can make out the ids. */
  consents: array(
    struct({ consent: id<ConsentId>(), kind: segmentKind, signed: base64url({ max: 16_384 }) }),
    4096,
    1,
  ),
  /** Custodians whose signed word (`revocation-ack`) says that they stored it for ever. */
  acknowledged: array(
    struct({
      ...organisation,
      consent: id<ConsentId>(),
      storedAt: time,
      ack: base64url({ max: 512 }),
    }),
    MANY,
  ),
  /** Custodians that did not answer, or not with their word. */
  unacknowledged: array(struct({ ...organisation, consent: id<ConsentId>(), code }), MANY),
  /** What members' nodes deleted of what their people had kept there: each node's word. */
  destroyed: array(
    struct({
      ...organisation,
      record: id<RecordId>(),
      consent: id<ConsentId>(),
      reason: code,
      destroyedAt: time,
    }),
    MANY,
  ),
  /** Nodes that did not say what they deleted. */
  unheard: array(struct({ ...organisation, code }), 4096),
  /** What had been read under these consents by then, as the custodians' logs say; `proven`: verified by who made this receipt. */
  read: array(
    struct({
      ...organisation,
      request: id<Digest>(),
      actor: id<ActorId>(),
      person: text(200),
      when: time,
      purpose,
      consent: id<ConsentId>(),
      records: array(id<RecordId>(), 4096),
      proven: bool,
    }),
    MANY,
  ),
  /** C2SP tlog-proof files of those readings, see `verifyReceipt`. */
  proofs: array(text(262_144), MANY),
  /** Codes of what did not hold of the logs: there may be more readings than are listed. Empty: all logs answered, and all of it verified. */
  findings: array(code, 4096),
});

/** What became of a share that was stopped: stored by whom, destroyed where, read before by whom. JSON, each signed word in it in its own form. */
export type RevocationReceipt = Infer<typeof fields>;

export const revocationReceiptFile = json(fields) as Extract<
  ReturnType<typeof json<RevocationReceipt>>,
  { type: "json" }
>;
