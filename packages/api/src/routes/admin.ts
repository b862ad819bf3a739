import { keyCard } from "@anamnesis/core/actor/keyCard";
import { bool, oneOf, struct, uint } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { ACTOR_ROLES } from "@anamnesis/core/ports/ledger";
import { cbor, none, route } from "../route.ts";

/** Registers a person or device of the node's organisation, or changes its role or status. */
export const setActor = defineFormat(
  "set-actor",
  struct({ keyCard, role: oneOf(ACTOR_ROLES), active: bool }),
  8192,
);
export const formCommittee = defineFormat("form-committee", struct({ threshold: uint(10) }), 256);

/** Signed by one of the keys that the node's configuration names as administrators. */
export const adminRoutes = {
  setActor: route({
    name: "setActor",
    method: "POST",
    path: "/v0/admin/actors",
    signed: true,
    request: cbor(setActor),
    answer: none,
    codes: ["not-authorised", "bad-actor"],
  }),
  /** Runs the DKG with every custodian of the consortium and brings the committee onto the ledger. */
  formCommittee: route({
    name: "formCommittee",
    method: "POST",
    path: "/v0/admin/committee",
    signed: true,
    request: cbor(formCommittee),
    answer: none,
    codes: ["not-authorised", "dkg-culprit", "committee-exists", "too-few-custodians"],
  }),
} as const;
