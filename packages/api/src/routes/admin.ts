import { keyCard } from "@anamnesis/core/actor/keyCard";
import {
  array,
  bool,
  hash32,
  type Infer,
  nullable,
  oneOf,
  optional,
  struct,
  text,
  uint,
  varBytes,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { ActorId } from "@anamnesis/core/ids";
import { ACTOR_ROLES } from "@anamnesis/core/ports/ledger";
import { cbor, none, route } from "../route.ts";
import { nodeStatusRoute } from "./nodeStatus.ts";
import { registration } from "./registrations.ts";
import { consortiumStatus, joinRequest, propose, proposed, settle, vote } from "./consortium.ts";

/** Registers a person or device of the node's organisation, or changes its role, status or keys. */
export const setActor = defineFormat(
  "set-actor",
  struct({
    keyCard,
    role: oneOf(ACTOR_ROLES),
    active: bool,
    /** Whose keys these are from now on; absent for somebody whose first card this is. */
    actor: optional(hash32<ActorId>()),
  }),
  8192,
);
export const formCommittee = defineFormat("form-committee", struct({ threshold: uint(10) }), 256);

export const MAX_ADMISSION = 16 * 1024 * 1024;

/** Whose segments a Patient's records go into. */
export const bindPatient = defineFormat(
  "bind-patient",
  struct({
    /** Id of a Patient of the node's FHIR server. */
    patient: text(64),
    /** What the patient handed to the organisation: an encoded `admission`. */
    admission: varBytes(MAX_ADMISSION),
    /** True: in place of an admission to other segments. */
    replace: bool,
  }),
  MAX_ADMISSION + 1024,
);

/** Patients of one question and of one answer. */
export const MAX_PATIENTS = 500;

export const fhirPatientsWanted = defineFormat(
  "fhir-patients-wanted",
  struct({
    /** Ids of Patients of the node's FHIR server; `null`: all that wait for an admission. */
    patients: nullable(array(text(64), MAX_PATIENTS)),
    /** Those behind this id: the last one of the answer before. */
    after: nullable(text(64)),
  }),
  64 * 1024,
);
export type FhirPatientsWanted = Infer<typeof fhirPatientsWanted>;

export const fhirPatients = defineFormat(
  "fhir-patients",
  struct({
    patients: array(
      struct({
        patient: text(64),
        /** There is an admission for this Patient. */
        bound: bool,
        /** Versions that wait for one. */
        waiting: uint(),
      }),
      MAX_PATIENTS,
    ),
    more: bool,
  }),
  128 * 1024,
);
export type FhirPatients = Infer<typeof fhirPatients>;

/** Signed by one of the keys that the node's configuration names as administrators. */
export const adminRoutes = {
  setActor: route({
    name: "setActor",
    method: "POST",
    path: "/v1/admin/actors",
    signed: true,
    request: cbor(setActor),
    answer: none,
    codes: ["not-authorised", "bad-actor"],
  }),
  registration,
  nodeStatus: nodeStatusRoute,
  /** Runs the DKG with every custodian of the consortium and brings the committee onto the ledger. */
  formCommittee: route({
    name: "formCommittee",
    method: "POST",
    path: "/v1/admin/committee",
    signed: true,
    request: cbor(formCommittee),
    answer: none,
    codes: ["not-authorised", "dkg-culprit", "committee-exists", "too-few-custodians"],
  }),
  /** Seals what is written about a Patient of the FHIR server into the segments of who gave the admission. */
  bindPatient: route({
    name: "bindPatient",
    method: "POST",
    path: "/v1/admin/fhir/patients",
    signed: true,
    request: cbor(bindPatient),
    answer: none,
    codes: ["not-authorised", "not-found", "bad-admission", "patient-bound", "bad-card", "card-conflict"],
  }),
  /** Which Patients of the FHIR server wait for somebody's segments. */
  fhirPatients: route({
    name: "fhirPatients",
    method: "POST",
    path: "/v1/admin/fhir/patients/list",
    signed: true,
    request: cbor(fhirPatientsWanted),
    answer: cbor(fhirPatients),
    codes: ["not-authorised"],
  }),
  consortiumStatus: route({
    name: "consortiumStatus",
    method: "GET",
    path: "/v1/admin/consortium",
    signed: true,
    request: none,
    answer: cbor(consortiumStatus),
    codes: ["not-authorised"],
  }),
  /** Brings another organisation's request to join to the ledger. */
  relayJoinRequest: route({
    name: "relayJoinRequest",
    method: "POST",
    path: "/v1/admin/consortium/requests",
    signed: true,
    request: cbor(joinRequest),
    answer: none,
    codes: ["not-authorised", "bad-intent", "member-exists"],
  }),
  /** Proposes in the organisation's name, and votes for it. */
  propose: route({
    name: "propose",
    method: "POST",
    path: "/v1/admin/consortium/proposals",
    signed: true,
    request: cbor(propose),
    answer: cbor(proposed),
    codes: ["not-authorised", "bad-payload", "member-not-active", "unknown-request", "key-not-accepted"],
  }),
  /** Has the votes on an open proposal counted again, which others' suspension, removal or reinstatement can have made enough. */
  settle: route({
    name: "settle",
    method: "POST",
    path: "/v1/admin/consortium/counts",
    signed: true,
    request: cbor(settle),
    answer: none,
    codes: ["not-authorised", "not-found", "proposal-closed", "undecided"],
  }),
  /** Votes in the organisation's name, once for ever. */
  vote: route({
    name: "vote",
    method: "POST",
    path: "/v1/admin/consortium/votes",
    signed: true,
    request: cbor(vote),
    answer: none,
    codes: [
      "not-authorised",
      "not-found",
      "member-not-active",
      "no-vote-about-oneself",
      "proposal-closed",
      "voted-otherwise",
    ],
  }),
} as const;
