import { purpose } from "@anamnesis/core/consent/terms";
import { array, hash32, struct, type Infer } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { ownerLogin } from "@anamnesis/core/segment/ownerLogin";
import { cbor, none, route } from "../route.ts";

/** A person's word that it is the one at the login page, and why it asks. */
export const fhirLogin = defineFormat(
  "fhir-login",
  struct({
    /** From the page: SHA-256 of the login's own id, 32 bytes. */
    challenge: hash32(),
    purpose,
  }),
  256,
);
export type FhirLogin = Infer<typeof fhirLogin>;

/** A patient's word that it is the one at the login page: one for each segment about which the program may ask, all of the same login. */
export const patientLogin = defineFormat(
  "patient-login",
  struct({ logins: array(ownerLogin, SEGMENT_KINDS.length, 1) }),
  32_768,
);
export type PatientLogin = Infer<typeof patientLogin>;

/** Logins at the node's authorisation server. */
export const fhirLoginRoutes = {
  /** Signed by the key of an active person or device of the node's own organisation; once for each login. */
  fhirLogin: route({
    name: "fhirLogin",
    method: "POST",
    path: "/v1/fhir/login",
    signed: true,
    request: cbor(fhirLogin),
    answer: none,
    codes: ["not-authorised", "not-found"],
  }),
  /** Signed by any key: who owns a segment shows by what is in it. Once for each login. */
  patientLogin: route({
    name: "patientLogin",
    method: "POST",
    path: "/v1/fhir/patient-login",
    signed: true,
    request: cbor(patientLogin),
    answer: none,
    codes: ["bad-owner-login", "not-found", "custody-not-ready"],
  }),
} as const;
