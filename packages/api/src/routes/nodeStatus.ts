import {
  array,
  bool,
  hash32,
  type Infer,
  nullable,
  struct,
  text,
  uint,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { cbor, none, route } from "../route.ts";

const time = uint<UnixSeconds>(2 ** 40);

/** What an administrator looks at when something is wrong: figures of one node, as it has them now. */
export const nodeStatus = defineFormat(
  "node-status",
  struct({
    /** The node's wall clock. */
    now: time,
    version: text(64),
    /** Newest block of its copy of the ledger; `null`: not caught up yet. `confirmedAt` is the node's time at which the ledger was last heard to be there. */
    head: nullable(struct({ number: uint(), time, confirmedAt: time })),
    /** Of the committee's custodians, this node included, who answered within three seconds. */
    custodians: array(
      struct({ organisation: hash32<OrganisationId>(), name: text(256), answers: bool }),
      255,
    ),
    /** With how many of them records open; `null`: there is no committee. */
    threshold: nullable(uint(255)),
    anchors: struct({
      /** The newest batch of this organisation on the ledger. */
      last: nullable(struct({ sequence: uint(), time, records: uint() })),
      /** Records that are in no batch yet. */
      waiting: uint(),
    }),
    /** Signed wishes that are not on the ledger, by kind. */
    outbox: array(
      struct({
        type: text(64),
        pending: uint(),
        /** Most attempts of one that waits. */
        attempts: uint(),
        refused: uint(),
      }),
      256,
    ),
    storage: struct({
      /** Bytes of the database. */
      database: uint(),
      /** Blobs and their bytes, as counted within the last minutes; `null`: being counted. */
      blobs: nullable(struct({ count: uint(), bytes: uint() })),
      /** Bytes of the disk on which the data folder lies; `null`: the system does not say. */
      disk: nullable(struct({ free: uint(), size: uint() })),
    }),
    /** The receipt log: its entries, those under the newest signed and the newest anchored head, and how the last head was cosigned. */
    log: struct({
      size: uint(),
      signed: nullable(uint()),
      anchored: nullable(uint()),
      cosigned: nullable(struct({ size: uint(), count: uint(), wanted: uint() })),
    }),
  }),
  256 * 1024,
);
export type NodeStatus = Infer<typeof nodeStatus>;

export const nodeStatusRoute = route({
  name: "nodeStatus",
  method: "GET",
  path: "/v1/admin/node",
  signed: true,
  request: none,
  answer: cbor(nodeStatus),
  codes: ["not-authorised"],
});
