import { card } from "@anamnesis/core/segment/card";
import { permit } from "@anamnesis/core/segment/permit";
import { grant, type Grant } from "@anamnesis/core/consent/grant";
import { keyCard } from "@anamnesis/core/actor/keyCard";
import { amendment } from "@anamnesis/core/record/amendment";
import { endorsement } from "@anamnesis/core/record/endorsement";
import { header } from "@anamnesis/core/record/header";
import { signedHeaderStatement } from "@anamnesis/core/record/headerStatement";
import { session } from "@anamnesis/core/record/session";
import { accessRequest } from "@anamnesis/core/release/accessRequest";
import { anchorProof } from "@anamnesis/core/release/releaseRequest";
import { ACTOR_ROLES, MEMBER_KINDS, MEMBER_STATUSES } from "@anamnesis/core/ports/ledger";
import type {
  ActorId,
  BodyLabel,
  CommitteeKeyId,
  ConsentId,
  Digest,
  OrganisationId,
  RecordId,
  SegmentId,
  UnixSeconds,
} from "@anamnesis/core/ids";
import {
  address,
  array,
  bool,
  cid,
  fixedBytes,
  hash32,
  type Infer,
  nullable,
  oneOf,
  struct,
  text as textField,
  uint,
  varBytes,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { cbor, crossOrigin, type Download, json, none, route, stream, text, type Upload } from "../route.ts";
import { consentRegistration } from "./consentRegistration.ts";

/** Largest blob: nodes take and give it piece by piece. */
export const MAX_BLOB_BYTES = 1024 * 1024 * 1024;
/** Contents up to this size travel inside the batch that puts their record; larger ones are put first, as blobs. */
export const MAX_INLINE_CONTENT = 256 * 1024;
/** What a segment's owner writes travels whole inside the batch, which its signature vouches for: nobody else's word lets its bytes onto a disk. */
export const MAX_OWNERS_CONTENT = 12 * 1024 * 1024;
/** Blobs of one bundle, and the bytes of all of them together, which a node holds several times while it answers. */
export const MAX_BUNDLED_BLOBS = 256;
export const MAX_BUNDLE_BYTES = 2 * 1024 * 1024;
/** Encoded put: nodes have it in memory. Clients and nodes send some 4 MiB of ciphertext at a time, see `MAX_INLINE_CONTENT`. */
const MAX_PUT_BYTES = 16 * 1024 * 1024;
/** Most records of one put. */
export const MAX_RECORDS_PER_PUT = 256;

const time = uint<UnixSeconds>(2 ** 40);

/** How far a record has come. `accepted`: on this node's disk. `stored`: two homes hold all of it. `anchored`: others can open it. */
export const recordStatus = struct({
  record: hash32<RecordId>(),
  accepted: bool,
  stored: bool,
  /** Inclusion proof once its batch is on the ledger. */
  anchor: nullable(anchorProof),
});
export type RecordStatus = Infer<typeof recordStatus>;

export const recordPut = struct({
  header,
  /** `null` of an erased record, of which the header alone is left. */
  wrap: nullable(varBytes(8192)),
  /** The ciphertext, or `null` when it was put as a blob before. */
  content: nullable(varBytes(MAX_OWNERS_CONTENT)),
  /** For the author's own node alone, which names the endorsers on the ledger; `null` elsewhere. */
  endorsement: nullable(endorsement),
  /** Likewise: it tells the ledger that the earlier record was amended. */
  amends: nullable(amendment),
});

export const recordBatch = defineFormat(
  "record-batch",
  struct({
    /** Sessions and permits that the records name, each once. */
    sessions: array(session, MAX_RECORDS_PER_PUT),
    permits: array(permit, 64),
    records: array(recordPut, MAX_RECORDS_PER_PUT, 1),
  }),
  MAX_PUT_BYTES,
);
export type RecordBatch = Infer<typeof recordBatch>;

export const recordStatuses = defineFormat(
  "record-statuses",
  struct({ records: array(recordStatus, 4096) }),
  8 * 1024 * 1024,
);

export const recordIds = defineFormat(
  "record-ids",
  struct({ records: array(hash32<RecordId>(), 4096, 1) }),
  256 * 1024,
);

export const cardChain = defineFormat("card-chain", struct({ cards: array(card, 4096) }), 32 * 1024 * 1024);

/** Whether a node has taken a chain of cards; `waiting`: its rotation is on the way to the ledger, ask again. */
export const cardChainState = defineFormat(
  "card-chain-state",
  struct({ status: oneOf(["kept", "waiting"]) }),
  256,
);

export const permitList = defineFormat("permit-list", struct({ permits: array(permit, 1024) }), 1024 * 1024);

/** Largest sealed hand-over. */
const MAX_HAND_OVER_BYTES = 4 * 1024 * 1024 + 64;

export const sealedHandOver = defineFormat(
  "sealed-hand-over",
  struct({ locator: hash32<Digest>(), sealed: varBytes(MAX_HAND_OVER_BYTES), expiresAt: time }),
  MAX_HAND_OVER_BYTES + 256,
);

export const handOverBytes = defineFormat(
  "hand-over-bytes",
  struct({ sealed: varBytes(MAX_HAND_OVER_BYTES) }),
  MAX_HAND_OVER_BYTES + 256,
);

/** Most segments, owners and rotations of one question of who has a kit alone. */
const MAX_ASKED = 64;

/** Of which segments, and of segments of which owners that a rotation named, the rotations are asked. */
export const rotationQuestion = defineFormat(
  "rotation-question",
  struct({ segments: array(hash32<SegmentId>(), MAX_ASKED), owners: array(address, MAX_ASKED) }),
  8192,
);

export const rotationList = defineFormat(
  "rotation-list",
  struct({
    rotations: array(struct({ segment: hash32<SegmentId>(), generation: uint(), newOwner: address }), 4096),
  }),
  1024 * 1024,
);

/** Most segments that are asked about at once: those of one batch. */
export const MAX_SEGMENTS = 256;

export const segmentIds = defineFormat(
  "segment-ids",
  struct({ segments: array(hash32<SegmentId>(), MAX_SEGMENTS, 1) }),
  16 * 1024,
);

const segmentState = struct({
  /** Digest of the newest card that the node has: who has the same card has the same chain. `null` when it has none. */
  newestCard: nullable(hash32<Digest>()),
  /** `blabel` of the newest header of the node's organisation in the segment; `null` when there is none. */
  previous: nullable(hash32<BodyLabel>()),
});
export type SegmentState = Infer<typeof segmentState>;

/** In the order of the ids. */
export const segmentStates = defineFormat(
  "segment-states",
  struct({ segments: array(segmentState, MAX_SEGMENTS) }),
  64 * 1024,
);

export const headerPage = defineFormat(
  "header-page",
  struct({
    headers: array(struct({ header, anchor: nullable(anchorProof) }), 1024),
    permits: array(permit, 4096),
    cards: array(card, 4096),
    /** The home's signed word on the whole list, this page and all others. */
    statement: signedHeaderStatement,
    /** Where to go on; `null` at the end. */
    next: nullable(uint()),
    /** From where on is what came after this page, now or later. */
    end: uint(),
  }),
  32 * 1024 * 1024,
);
export type HeaderPage = Infer<typeof headerPage>;

export const receiptPage = defineFormat(
  "receipt-page",
  struct({
    entries: array(
      struct({
        index: uint(),
        commitment: fixedBytes(32),
        /** `sealed-receipt`. */
        sealed: varBytes(68_000),
        /** RFC 6962 path in the tree of the checkpoint. */
        path: array(fixedBytes(32), 64),
      }),
      512,
    ),
    /** The custodian's signed head, C2SP tlog-checkpoint. */
    checkpoint: textField(1024),
    /** Ed25519 over `receipt-statement`: these (with the pages before) are all entries of the segment up to the head. */
    statement: struct({
      segment: hash32<SegmentId>(),
      size: uint(),
      count: uint(),
      indexes: hash32(),
      signature: fixedBytes(64),
    }),
    /** Heads of this log that stand on the ledger and a proof from the newest of them to the checkpoint. */
    anchored: nullable(struct({ size: uint(), root: hash32(), consistency: array(fixedBytes(32), 64) })),
    next: nullable(uint()),
  }),
  48 * 1024 * 1024,
);
export type ReceiptPage = Infer<typeof receiptPage>;

export const blobNames = defineFormat(
  "blob-names",
  struct({ cids: array(cid, MAX_BUNDLED_BLOBS, 1) }),
  32 * 1024,
);

export const blobBundle = defineFormat(
  "blob-bundle",
  struct({
    /** In the order of the names; `null` is to be had by `getBlob` or not at all. */
    blobs: array(nullable(varBytes(MAX_INLINE_CONTENT)), MAX_BUNDLED_BLOBS),
  }),
  MAX_BUNDLE_BYTES + 16 * 1024,
);
export interface BlobBundle {
  readonly blobs: readonly (Uint8Array | null)[];
}

export const grantPage = defineFormat(
  "grant-page",
  struct({
    grants: array(grant, 512),
    /** Where to go on (`?after=`); `null` at the end. */
    next: nullable(textField(100)),
  }),
  24 * 1024 * 1024,
);
export interface GrantPage {
  readonly grants: readonly Grant[];
  readonly next: string | null;
}

export const directory = defineFormat(
  "directory",
  struct({
    members: array(
      struct({
        organisation: hash32<OrganisationId>(),
        kind: oneOf(MEMBER_KINDS),
        name: textField(256),
        endpoint: textField(512),
        signer: address,
        keyCard: hash32<Digest>(),
        custodian: bool,
        /** Removed ones stay, for what they wrote. */
        status: oneOf(MEMBER_STATUSES),
        /** Keys that were replaced, newest first: what they signed stays valid for its time. */
        earlierKeys: array(struct({ signer: address, keyCard: hash32<Digest>() }), 256),
      }),
      1024,
    ),
    actors: array(
      struct({
        actor: hash32<ActorId>(),
        organisation: hash32<OrganisationId>(),
        role: oneOf(ACTOR_ROLES),
        signer: address,
        keyCard: hash32<Digest>(),
        active: bool,
      }),
      100_000,
    ),
    committee: nullable(
      struct({
        committee: hash32<CommitteeKeyId>(),
        certificate: hash32<Digest>(),
        threshold: uint(255),
        shareEpoch: uint(0xffff_ffff),
        members: array(hash32<OrganisationId>(), 255),
      }),
    ),
  }),
  64 * 1024 * 1024,
);
export type Directory = Infer<typeof directory>;

export const consentState = defineFormat(
  "consent-state",
  struct({
    consent: hash32<ConsentId>(),
    status: oneOf(["none", "registered", "revoked"]),
    /** Block time at which the ledger took the newest change; `null` while it has none. */
    since: nullable(time),
  }),
  512,
);

export interface NodeInfo {
  readonly organisation: OrganisationId;
  readonly name: string;
  readonly keyCard: Digest;
  readonly custodian: boolean;
  readonly ledger: {
    readonly chainId: number;
    readonly contracts: Readonly<
      Record<"consortium" | "directory" | "consents" | "records" | "receipts" | "owners", string> & {
        /** Where the decision can be checked. */
        readonly policy?: string;
      }
    >;
  };
  readonly version: string;
  /** The node's wall clock. */
  readonly time: UnixSeconds;
}

export interface Health {
  readonly status: "ready" | "starting" | "degraded";
  readonly organisation: OrganisationId;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

export const exchangeRoutes = crossOrigin({
  health: route({
    name: "health",
    method: "GET",
    path: "/health",
    signed: false,
    request: none,
    answer: json<Health>(),
    codes: [],
  }),
  metrics: route({
    name: "metrics",
    method: "GET",
    path: "/metrics",
    signed: false,
    request: none,
    answer: text,
    codes: [],
  }),
  node: route({
    name: "node",
    method: "GET",
    path: "/v1/node",
    signed: false,
    request: none,
    answer: json<NodeInfo>(),
    codes: [],
  }),
  directory: route({
    name: "directory",
    method: "GET",
    path: "/v1/directory",
    signed: false,
    request: none,
    answer: cbor(directory),
    codes: [],
  }),
  getKeyCard: route({
    name: "getKeyCard",
    method: "GET",
    path: "/v1/key-cards/:digest",
    signed: false,
    request: none,
    answer: cbor(keyCard),
    codes: ["not-found"],
  }),
  putKeyCard: route({
    name: "putKeyCard",
    method: "PUT",
    path: "/v1/key-cards",
    signed: true,
    request: cbor(keyCard),
    answer: none,
    codes: ["not-authorised"],
  }),
  getCards: route({
    name: "getCards",
    method: "GET",
    path: "/v1/segments/:segment/cards",
    signed: true,
    request: none,
    answer: cbor(cardChain),
    codes: ["not-found"],
  }),
  putCard: route({
    name: "putCard",
    method: "POST",
    path: "/v1/cards",
    signed: true,
    request: cbor(card),
    answer: none,
    codes: ["bad-card", "card-conflict", "owner-rotated", "too-many-cards"],
  }),
  /** All cards of a segment from the first, for a rotation of its owner: the node brings it to the ledger, then takes the chain. */
  putCards: route({
    name: "putCards",
    method: "POST",
    path: "/v1/card-chains",
    signed: true,
    request: cbor(cardChain),
    answer: cbor(cardChainState),
    codes: ["bad-card", "card-conflict", "owner-rotated", "too-many-cards", "busy"],
  }),
  /** The current owner's signatures on permits that an owner before had signed. */
  renewPermits: route({
    name: "renewPermits",
    method: "POST",
    path: "/v1/permits",
    signed: true,
    request: cbor(permitList),
    answer: none,
    codes: ["bad-permit"],
  }),
  /** Under which permits the node's organisation may append to a segment, as their owner signed last. */
  ownPermits: route({
    name: "ownPermits",
    method: "GET",
    path: "/v1/segments/:segment/permits",
    signed: true,
    request: none,
    answer: cbor(permitList),
    codes: ["not-authorised"],
  }),
  /** Keys that the node's organisation made for somebody, sealed under a one-time code. */
  putHandOver: route({
    name: "putHandOver",
    method: "POST",
    path: "/v1/hand-overs",
    signed: true,
    request: cbor(sealedHandOver),
    answer: none,
    codes: ["not-authorised", "bad-request", "busy"],
  }),
  getHandOver: route({
    name: "getHandOver",
    method: "GET",
    path: "/v1/hand-overs/:locator",
    signed: false,
    request: none,
    answer: cbor(handOverBytes),
    codes: ["not-found"],
  }),
  /** What the ledger says of owners, for who recovers from a kit and cannot read the ledger. */
  rotations: route({
    name: "rotations",
    method: "POST",
    path: "/v1/rotations",
    signed: true,
    request: cbor(rotationQuestion),
    answer: cbor(rotationList),
    codes: [],
  }),
  /** Many segments in one answer: an import writes into all of a patient's. */
  segmentStates: route({
    name: "segmentStates",
    method: "POST",
    path: "/v1/segments",
    signed: true,
    request: cbor(segmentIds),
    answer: cbor(segmentStates),
    codes: [],
  }),
  putRecords: route({
    name: "putRecords",
    method: "POST",
    path: "/v1/records",
    signed: true,
    request: cbor(recordBatch),
    answer: cbor(recordStatuses),
    codes: ["bad-header", "bad-record", "chain-conflict", "not-authorised"],
  }),
  recordStatus: route({
    name: "recordStatus",
    method: "POST",
    path: "/v1/records/status",
    signed: true,
    request: cbor(recordIds),
    answer: cbor(recordStatuses),
    codes: [],
  }),
  putBlob: route({
    name: "putBlob",
    method: "PUT",
    path: "/v1/blobs/:cid",
    signed: true,
    request: stream<Upload>(MAX_BLOB_BYTES),
    answer: none,
    codes: ["blob-mismatch", "bad-cid", "not-authorised", "record-erased"],
  }),
  /** With `Range` (RFC 9110 section 14) a part of it. */
  getBlob: route({
    name: "getBlob",
    method: "GET",
    path: "/v1/blobs/:cid",
    signed: true,
    request: none,
    answer: stream<Download>(MAX_BLOB_BYTES),
    codes: ["not-found", "bad-cid", "blob-corrupt", "range-not-satisfiable"],
  }),
  /** Many small blobs in one answer: opening a patient's records takes hundreds of wraps and contents. */
  getBlobs: route({
    name: "getBlobs",
    method: "POST",
    path: "/v1/blobs",
    signed: true,
    request: cbor(blobNames),
    answer: cbor(blobBundle),
    codes: [],
  }),
  listHeaders: route({
    name: "listHeaders",
    method: "POST",
    path: "/v1/access/headers",
    signed: true,
    request: cbor(accessRequest),
    answer: cbor(headerPage),
    codes: ["not-found"],
  }),
  listReceipts: route({
    name: "listReceipts",
    method: "POST",
    path: "/v1/access/receipts",
    signed: true,
    request: cbor(accessRequest),
    answer: cbor(receiptPage),
    codes: ["not-found"],
  }),
  putGrant: route({
    name: "putGrant",
    method: "POST",
    path: "/v1/grants",
    signed: true,
    request: cbor(grant),
    answer: none,
    codes: ["not-found", "grants-full"],
  }),
  listGrants: route({
    name: "listGrants",
    method: "GET",
    path: "/v1/key-cards/:digest/grants",
    signed: true,
    request: none,
    answer: cbor(grantPage),
    codes: ["not-authorised", "not-found", "bad-request"],
  }),
  registerConsent: route({
    name: "registerConsent",
    method: "POST",
    path: "/v1/consents",
    signed: true,
    request: cbor(consentRegistration),
    answer: none,
    codes: ["bad-intent"],
  }),
  /** With `?wait=SECONDS` (at most 30) the answer waits for a change of status away from `none`. */
  consentState: route({
    name: "consentState",
    method: "GET",
    path: "/v1/consents/:consent",
    signed: true,
    request: none,
    answer: cbor(consentState),
    codes: [],
  }),
} as const);
