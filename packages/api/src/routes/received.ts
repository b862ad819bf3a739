import { purpose } from "@anamnesis/core/consent/terms";
import {
  array,
  fixedBytes,
  hash32,
  type Infer,
  nullable,
  struct,
  text,
  uint,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { ConsentId, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { attributes } from "@anamnesis/core/record/attributes";
import { header } from "@anamnesis/core/record/header";
import { accessRequest } from "@anamnesis/core/release/accessRequest";
import { anchorProof, shownAuthority } from "@anamnesis/core/release/releaseRequest";
import { permit } from "@anamnesis/core/segment/permit";
import { segmentOpening } from "@anamnesis/core/segment/segmentId";
import { cbor, crossOrigin, route } from "../route.ts";

/** Most records that are given at once. */
export const MAX_RECORDS_PER_KEEP = 64;
/** Largest ciphertext of a record that is kept, and of all that are given at once: the node has them in memory. */
export const MAX_KEPT_CONTENT = 4 * 1024 * 1024;
export const MAX_KEPT_AT_ONCE = 16 * 1024 * 1024;

/** What somebody showed for what was opened; the node keeps it as long as it keeps the records. */
export const receivedAuthority = defineFormat(
  "received-authority",
  struct({ opening: segmentOpening, ...shownAuthority }),
  65_536,
);
export type ReceivedAuthority = Infer<typeof receivedAuthority>;

const openedRecord = struct({
  header,
  /** Opens the header's attribute commitment. */
  attributes,
  salt: fixedBytes(32),
  anchor: anchorProof,
  /** What both locks gave: with them the node opens the content itself, and believes nobody's plaintext. */
  k1: fixedBytes(32),
  G: fixedBytes(33),
});

/** A person's wish that the own organisation's node shows, to whom a live consent permits it, what the person opened. */
export const keepWish = defineFormat(
  "keep-wish",
  struct({
    opening: segmentOpening,
    purpose,
    ...shownAuthority,
    /** Every permit under which one of the records was written, once. */
    permits: array(permit, 64),
    records: array(openedRecord, MAX_RECORDS_PER_KEEP, 1),
  }),
  1_048_576,
);
export type KeepWish = Infer<typeof keepWish>;

/** What became of each record, in their order. */
export const keptRecords = defineFormat(
  "kept-records",
  struct({
    records: array(
      struct({
        record: hash32<RecordId>(),
        /** Why it is not kept; `null`: it is, and was on the disk when this was answered. */
        code: nullable(text(64)),
      }),
      MAX_RECORDS_PER_KEEP,
    ),
  }),
  16_384,
);
export type KeptRecords = Infer<typeof keptRecords>;

/** What a node deleted of what its people had given it, of one segment, oldest first. */
export const purgePage = defineFormat(
  "purge-page",
  struct({
    purges: array(
      struct({
        record: hash32<RecordId>(),
        /** Who wrote it. */
        organisation: hash32<OrganisationId>(),
        /** Under which it had been opened. */
        consent: hash32<ConsentId>(),
        /** A code of the decision, or `erased`, `retracted`, `owner-rotated`. */
        reason: text(64),
        purgedAt: uint<UnixSeconds>(2 ** 40),
      }),
      1024,
    ),
    /** Where to go on (`from`); `null` at the end. */
    next: nullable(uint()),
  }),
  512 * 1024,
);
export type PurgePage = Infer<typeof purgePage>;

/** Records that an organisation's people opened under a consent, at their organisation's node. */
export const receivedRoutes = crossOrigin({
  keepRecords: route({
    name: "keepRecords",
    method: "POST",
    path: "/v1/received",
    signed: true,
    request: cbor(keepWish),
    answer: cbor(keptRecords),
    codes: ["not-authorised", "not-found", "custody-not-ready", "too-large"],
  }),
  /** Asked by the segment's owner, who shows itself by the request inside. */
  receivedPurges: route({
    name: "receivedPurges",
    method: "POST",
    path: "/v1/received/purges",
    signed: true,
    request: cbor(accessRequest),
    answer: cbor(purgePage),
    codes: ["bad-request-signature", "stale-request", "replayed-request", "custody-not-ready"],
  }),
} as const);
