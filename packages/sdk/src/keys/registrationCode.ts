import { type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { equalBytes, fromHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type CodeKind, printCode, readCode } from "./groupedCode.ts";

/** Bytes of a key card's digest that a code has: nobody makes another card for a given one. */
export const REGISTRATION_LOCATOR_BYTES = 16;
const CODE: CodeKind = {
  prefix: "AR1",
  domain: "anamnesis/registration-code/1",
  secret: REGISTRATION_LOCATOR_BYTES,
  checksum: 4,
};

/** `AR1` and eight groups of four characters: names the key card of who wants to be registered. It is no secret. */
export function printRegistrationCode(card: KeyCard): string {
  return printCode(CODE, registrationLocator(card));
}

/** The first 16 bytes of the card's digest. */
export function registrationLocator(card: KeyCard): Uint8Array {
  return fromHex(keyCardDigest(card)).slice(0, REGISTRATION_LOCATOR_BYTES);
}

/** The locator in a code. Throws `bad-registration-code` with `meta.reason` `form` or `checksum`. */
export function readRegistrationCode(text: string): Uint8Array {
  const locator = readCode(CODE, text);
  if (locator instanceof Uint8Array) return locator;
  throw new AnamnesisError({
    code: "bad-registration-code",
    rule: "A registration code is AR1 and eight groups of four characters that fit their checksum.",
    fix: "Open the link again, or type all groups as the person's page shows them.",
    meta: { reason: locator },
  });
}

export function isNamedBy(locator: Uint8Array, card: KeyCard): boolean {
  return equalBytes(locator, registrationLocator(card));
}
