import { address, fixedBytes, hash32, struct, type Infer } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";

/**
 * A consent's commitment for the ledger, signed by its revoker (EIP-712 `RegisterConsent`): the one intent that anybody may hand
 * to a node. Revocations go to the custodians, who can check them; members' own intents never leave their node unsent.
 */
export const consentRegistration = defineFormat(
  "consent-registration",
  struct({ commitment: hash32(), revoker: address, signature: fixedBytes(65) }),
  512,
);
export type ConsentRegistration = Infer<typeof consentRegistration>;
