import { bytes, crossOrigin, none, route, text } from "../route.ts";

/** Largest tile or bundle that is answered or taken: 256 entries with their lengths, with room for longer ones. */
const MAX_TILE_BYTES = 64 * 1024;

/** What auditors and witnesses ask, in the forms of C2SP; nobody signs these requests. */
export const auditRoutes = crossOrigin({
  /** The newest head that was published, with its cosignatures; while there is none, a head that is signed now. */
  checkpoint: route({
    name: "checkpoint",
    method: "GET",
    path: "/v1/log/checkpoint",
    signed: false,
    request: none,
    answer: text,
    codes: ["custody-not-ready", "log-rolled-back"],
  }),
  /** C2SP tlog-tiles: `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`. */
  tile: route({
    name: "tile",
    method: "GET",
    path: "/v1/log/tile/*",
    signed: false,
    request: none,
    answer: bytes(MAX_TILE_BYTES),
    cache: "immutable",
    codes: ["not-found"],
  }),
  /** C2SP tlog-witness. */
  addCheckpoint: route({
    name: "addCheckpoint",
    method: "POST",
    path: "/v1/witness/add-checkpoint",
    signed: false,
    request: text,
    answer: text,
    codes: [
      "bad-add-checkpoint",
      "bad-checkpoint",
      "bad-checkpoint-signature",
      "bad-consistency",
      "log-forked",
      "not-found",
      "witness-conflict",
      "witness-not-ready",
    ],
  }),
  /** The head that this witness holds of another member's log, cosigned now. */
  witnessedCheckpoint: route({
    name: "witnessedCheckpoint",
    method: "GET",
    path: "/v1/witness/logs/:organisation/checkpoint",
    signed: false,
    request: none,
    answer: text,
    codes: ["not-found"],
  }),
} as const);
