import { purpose } from "@anamnesis/core/consent/terms";
import { hash32, struct, type Infer } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
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
} as const;
