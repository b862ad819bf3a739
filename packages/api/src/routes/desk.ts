import {
  array,
  bool,
  fixedBytes,
  type Infer,
  nullable,
  oneOf,
  struct,
  text,
  uint,
  varBytes,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { cbor, none, route } from "../route.ts";
import { MAX_ADMISSION } from "./admin.ts";

/** Most bytes of what an organisation keeps of a provisional patient, sealed to its front desk. */
const MAX_KEPT = 256 * 1024;
/** Patients of one page. */
export const MAX_DESK_PATIENTS = 50;

const patient = text(64, /^[A-Za-z0-9\-.]{1,64}$/);

/** What the front desk knows of a person: nothing medical. */
const person = {
  given: text(100),
  family: text(100),
  /** FHIR `date`: a day, a month or a year. */
  birthDate: nullable(text(10, /^\d{4}(-\d\d(-\d\d)?)?$/)),
  /** The organisation's own number for this person. */
  identifier: nullable(text(64)),
};

export const newDeskPatient = defineFormat(
  "new-desk-patient",
  struct({
    ...person,
    /** Random, 16 bytes: the same one again is the same registration. */
    entry: fixedBytes(16),
    /** `kept-patient`, when the organisation holds the keys; `null` when the person has their own. */
    kept: nullable(varBytes(MAX_KEPT)),
  }),
  MAX_KEPT + 1024,
);
export type NewDeskPatient = Infer<typeof newDeskPatient>;

export const deskPatient = defineFormat("desk-patient", struct({ patient }), 256);

export const admitPatient = defineFormat(
  "admit-patient",
  struct({ patient, admission: varBytes(MAX_ADMISSION) }),
  MAX_ADMISSION + 1024,
);

export const deskPatientsWanted = defineFormat(
  "desk-patients-wanted",
  struct({
    /** Beginnings of names, a birth date or an identifier; empty: all. */
    search: text(100),
    /** `next` of the page before. */
    after: nullable(text(512)),
  }),
  1024,
);
export type DeskPatientsWanted = Infer<typeof deskPatientsWanted>;

/** `waiting`: no segments are known of this Patient. `provisional`: the organisation holds the keys. `own`: the person does. */
export const DESK_STATES = ["waiting", "provisional", "own"] as const;

export const deskPatients = defineFormat(
  "desk-patients",
  struct({
    patients: array(
      struct({
        patient,
        ...person,
        state: oneOf(DESK_STATES),
        /** When the desk registered this person; `null`: others wrote this Patient. */
        registeredAt: nullable(uint<UnixSeconds>(2 ** 40)),
        /** Keys for this person are kept here, sealed to the desk: a code to claim them can be made. */
        kept: bool,
      }),
      MAX_DESK_PATIENTS,
    ),
    next: nullable(text(512)),
  }),
  256 * 1024,
);
export type DeskPatients = Infer<typeof deskPatients>;
export type DeskPatient = DeskPatients["patients"][number];

export const keptPatientBytes = defineFormat(
  "kept-patient-bytes",
  struct({ kept: varBytes(MAX_KEPT) }),
  MAX_KEPT + 256,
);

/** The front desk: signed by an active staff member of the node's organisation, and as far as the policy's role `desk` goes. Every call is audited as at the FHIR server. */
export const deskRoutes = {
  registerPatient: route({
    name: "registerPatient",
    method: "POST",
    path: "/v1/desk/patients",
    signed: true,
    request: cbor(newDeskPatient),
    answer: cbor(deskPatient),
    codes: ["not-authorised", "bad-person", "patient-registered"],
  }),
  /** What the person, or whoever holds the keys for them, handed to the organisation: `bindPatient`, for whom this desk registered. */
  admitPatient: route({
    name: "admitPatient",
    method: "POST",
    path: "/v1/desk/admissions",
    signed: true,
    request: cbor(admitPatient),
    answer: none,
    codes: ["not-authorised", "not-found", "bad-admission", "patient-bound", "bad-card", "card-conflict"],
  }),
  deskPatients: route({
    name: "deskPatients",
    method: "POST",
    path: "/v1/desk/patients/list",
    signed: true,
    request: cbor(deskPatientsWanted),
    answer: cbor(deskPatients),
    codes: ["not-authorised", "bad-request"],
  }),
  keptPatient: route({
    name: "keptPatient",
    method: "POST",
    path: "/v1/desk/patients/kept",
    signed: true,
    request: cbor(deskPatient),
    answer: cbor(keptPatientBytes),
    codes: ["not-authorised", "not-found", "patient-claimed"],
  }),
} as const;
