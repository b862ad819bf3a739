import { array, fixedBytes, hash32, struct, uint, type Infer } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { BodyLabel, OrganisationId, RecordId } from "@anamnesis/core/ids";
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

/** What a node's own organisation was named for and has not endorsed, oldest first. */
export const endorsementQueue = defineFormat(
  "endorsement-queue",
  struct({
    waiting: array(
      struct({
        /** Whose record it is. */
        organisation: hash32<OrganisationId>(),
        record: hash32<RecordId>(),
        label: hash32<BodyLabel>(),
        threshold: uint(MAX_ENDORSERS),
        endorsers: array(hash32<OrganisationId>(), MAX_ENDORSERS, 1),
        /** Those who have. */
        endorsed: array(hash32<OrganisationId>(), MAX_ENDORSERS),
      }),
      1024,
    ),
  }),
  2 * 1024 * 1024,
);
export type EndorsementQueue = Infer<typeof endorsementQueue>;

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
} as const);
