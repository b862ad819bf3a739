import { array, bool, hash32, type Infer, nullable, struct, uint } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { BodyLabel, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { MAX_ENDORSERS } from "@anamnesis/core/record/endorsement";
import { cbor, crossOrigin, route } from "../route.ts";
import { recordIds } from "./exchange.ts";

/** What a node's copy of the ledger says of one record. Of several authors who anchored the id, the one of whom this node keeps the record, else the first who had endorsers named. */
export const ledgerStanding = struct({
  record: hash32<RecordId>(),
  amended: bool,
  retracted: bool,
  erased: bool,
  /** `null`: the ledger names nobody who was to co-sign it. */
  endorsers: nullable(
    struct({
      /** The header for which they were named; who has another one has another record. */
      label: hash32<BodyLabel>(),
      threshold: uint(MAX_ENDORSERS),
      asked: array(hash32<OrganisationId>(), MAX_ENDORSERS),
      signed: array(hash32<OrganisationId>(), MAX_ENDORSERS),
    }),
  ),
  /** `null` while it is not anchored. */
  anchored: nullable(struct({ sequence: uint(), time: uint<UnixSeconds>(2 ** 40) })),
});
export type LedgerStanding = Infer<typeof ledgerStanding>;

/** In the order of the ids. */
export const ledgerStandings = defineFormat(
  "ledger-standings",
  struct({ standings: array(ledgerStanding, 4096) }),
  8 * 1024 * 1024,
);

/** What became of records, for who cannot read the ledger: pages in a browser. It is this node's word on what is public. */
export const standingRoutes = crossOrigin({
  recordStandings: route({
    name: "recordStandings",
    method: "POST",
    path: "/v1/records/standings",
    signed: true,
    request: cbor(recordIds),
    answer: cbor(ledgerStandings),
    codes: [],
  }),
} as const);
