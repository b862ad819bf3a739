import {
  array,
  fixedBytes,
  hash32,
  nullable,
  struct,
  uint,
  type Infer,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { BodyLabel, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { decline } from "@anamnesis/core/record/decline";
import { MAX_ENDORSERS } from "@anamnesis/core/record/endorsement";
import { eraseRequest } from "@anamnesis/core/record/eraseRequest";
import { erasureAck, erasureReceipt } from "@anamnesis/core/record/erasure";
import { header } from "@anamnesis/core/record/header";
import { cbor, crossOrigin, none, route } from "../route.ts";
import { recordIds } from "./exchange.ts";

export const recordName = defineFormat("record-name", struct({ record: hash32<RecordId>() }), 256);

/** Custodians' signatures on `EraseRecord` of one record, from their acknowledgements: the ledger takes as many as the threshold. */
export const erasureApprovals = defineFormat(
  "erasure-approvals",
  struct({
    record: hash32<RecordId>(),
    approvals: array(struct({ custodian: hash32<OrganisationId>(), signature: fixedBytes(65) }), 255, 1),
  }),
  64 * 1024,
);
export type ErasureApprovals = Infer<typeof erasureApprovals>;

/** Of the records that were asked for, a receipt for each header of which this node has deleted everything else. */
export const erasureReceipts = defineFormat(
  "erasure-receipts",
  struct({ receipts: array(erasureReceipt, 8192) }),
  8 * 1024 * 1024,
);

/** Whoever opened a record as its named endorser says so to its own organisation's node. */
export const endorseWish = defineFormat(
  "endorse-wish",
  struct({
    header,
    /** `proofOfOpening`: only who opened both locks of this record has it. */
    opened: fixedBytes(32),
  }),
  4096,
);
export type EndorseWish = Infer<typeof endorseWish>;

const queued = struct({
  /** Whose record it is. */
  organisation: hash32<OrganisationId>(),
  record: hash32<RecordId>(),
  label: hash32<BodyLabel>(),
  threshold: uint(MAX_ENDORSERS),
  endorsers: array(hash32<OrganisationId>(), MAX_ENDORSERS, 1),
  /** Those who have signed. */
  endorsed: array(hash32<OrganisationId>(), MAX_ENDORSERS),
  /** Those of whose people this node keeps a signed word that they do not, and who have not signed since. */
  declined: array(hash32<OrganisationId>(), MAX_ENDORSERS),
  /** Block time of its anchor, from which it waits; `null` while the batch is not read here. */
  since: nullable(uint<UnixSeconds>(2 ** 40)),
});

/** What waits for signatures, oldest first; what was amended, taken back or erased waits for nobody. */
export const endorsementQueue = defineFormat(
  "endorsement-queue",
  struct({
    /** What the node's own organisation was named for and has not endorsed. */
    waiting: array(queued, 1024),
    /** Its own records that others have not endorsed as often as they have to be. */
    own: array(queued, 1024),
  }),
  4 * 1024 * 1024,
);
export type EndorsementQueue = Infer<typeof endorsementQueue>;

/** The header is what a node that does not keep the record checks the word against. */
export const declineWish = defineFormat(
  "decline-wish",
  struct({
    header,
    decline,
    /** `proofOfOpening`: nodes look at it and keep it not, since whoever shows it may sign. */
    opened: fixedBytes(32),
  }),
  128 * 1024,
);
export type DeclineWish = Infer<typeof declineWish>;

/** Records for which a node is asked at once who declined them. */
export const MAX_DECLINES_ASKED = 16;

export const declinesAsked = defineFormat(
  "declines-asked",
  struct({ records: array(hash32<RecordId>(), MAX_DECLINES_ASKED, 1) }),
  1024,
);

/** In the order in which they came. */
export const declineList = defineFormat(
  "decline-list",
  struct({ declines: array(decline, MAX_DECLINES_ASKED * MAX_ENDORSERS) }),
  32 * 1024 * 1024,
);
export type DeclineList = Infer<typeof declineList>;

/** What is done to records after they were written. */
export const recordVerbRoutes = crossOrigin({
  /** The owner's or the author organisation's signed wish, to every custodian: stored for ever when it is answered. */
  eraseRecord: route({
    name: "eraseRecord",
    method: "POST",
    path: "/v1/custody/erase",
    signed: true,
    request: cbor(eraseRequest),
    answer: cbor(erasureAck),
    codes: ["bad-erase-request", "bad-header", "custody-not-ready"],
  }),
  /** Brings an erasure onto the ledger; any node does. */
  submitErasure: route({
    name: "submitErasure",
    method: "POST",
    path: "/v1/records/erasures",
    signed: true,
    request: cbor(erasureApprovals),
    answer: none,
    codes: ["bad-approvals", "custody-not-ready"],
  }),
  erasureReceipts: route({
    name: "erasureReceipts",
    method: "POST",
    path: "/v1/records/erased",
    signed: true,
    request: cbor(recordIds),
    answer: cbor(erasureReceipts),
    codes: [],
  }),
  /** The organisation's signed wish that one of its own records be erased, for the caller to bring to the custodians. */
  signErasure: route({
    name: "signErasure",
    method: "POST",
    path: "/v1/admin/erasures",
    signed: true,
    request: cbor(recordName),
    answer: cbor(eraseRequest),
    codes: ["not-authorised", "not-found"],
  }),
  /** The organisation takes one of its own records back. */
  retractRecord: route({
    name: "retractRecord",
    method: "POST",
    path: "/v1/admin/retractions",
    signed: true,
    request: cbor(recordName),
    answer: none,
    codes: ["not-authorised", "not-found", "not-anchored"],
  }),
  endorsementQueue: route({
    name: "endorsementQueue",
    method: "GET",
    path: "/v1/endorsements",
    signed: true,
    request: none,
    answer: cbor(endorsementQueue),
    codes: ["not-authorised"],
  }),
  endorseRecord: route({
    name: "endorseRecord",
    method: "POST",
    path: "/v1/endorsements",
    signed: true,
    request: cbor(endorseWish),
    answer: none,
    codes: ["not-authorised", "not-found", "not-opened", "not-endorser"],
  }),
  /** From whoever brings it: the word proves itself. The own node first, then the author's and those of who else was named. */
  putDecline: route({
    name: "putDecline",
    method: "POST",
    path: "/v1/endorsements/declines",
    signed: true,
    request: cbor(declineWish),
    answer: none,
    codes: [
      "bad-decline",
      "not-authorised",
      "not-found",
      "not-endorser",
      "already-endorsed",
      "already-declined",
    ],
  }),
  /** To whoever asks: that somebody declined is as public as that somebody signed, and the reason is sealed. */
  listDeclines: route({
    name: "listDeclines",
    method: "POST",
    path: "/v1/endorsements/declines/list",
    signed: true,
    request: cbor(declinesAsked),
    answer: cbor(declineList),
    codes: [],
  }),
} as const);
