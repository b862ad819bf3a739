import { keyCard } from "@anamnesis/core/actor/keyCard";
import { fixedBytes, struct } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { base64url } from "../http/base64url.ts";
import { cbor, json, route } from "../route.ts";

/** A new member of staff shows an administrator a code; the key card that it names waits at the node. */

export const registrationWanted = defineFormat(
  "registration-wanted",
  struct({
    /** The first 16 bytes of the card's digest. */
    locator: fixedBytes(16),
  }),
  64,
);

export const registrationCard = defineFormat("registration-card", struct({ keyCard }), 4200);

/** Leaves the key card of who is signed in, in place of an earlier one of the account. */
export const putRegistration = route({
  name: "putRegistration",
  method: "PUT",
  path: "/portal/v1/registration",
  signed: false,
  session: "required",
  request: json(struct({ card: base64url({ max: 4096 }) })),
  answer: json(struct({})),
  codes: ["bad-registration"],
});

/** For administrators: who is registered is decided by the code that the person shows, never by a list of who asks. */
export const registration = route({
  name: "registration",
  method: "POST",
  path: "/v1/admin/registrations",
  signed: true,
  request: cbor(registrationWanted),
  answer: cbor(registrationCard),
  codes: ["not-authorised", "not-found"],
});
