import { addressOf, publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Address } from "@anamnesis/core/ids";
import { revokerSecret } from "@anamnesis/core/segment/ownerKeys";
import type { PatientKeys } from "./patientKeys.ts";

/**
 * Secret (32 bytes) of the one-time key that registers and revokes a consent or delegation: of the root under which it was made, which may be one
 * of before. Throws `unknown-revoker`.
 */
export function revokerOf(
  { root, earlierRoots }: Pick<PatientKeys, "root" | "earlierRoots">,
  { salt, revoker }: { readonly salt: Uint8Array; readonly revoker: Address },
): Uint8Array {
  for (const candidate of [root, ...earlierRoots.toReversed()]) {
    const secret = revokerSecret(candidate, salt);
    if (addressOf(publicKeyOf(secret)) === revoker) return secret;
  }
  throw new AnamnesisError({
    code: "unknown-revoker",
    rule: "A consent's revoker comes from a root of this patient and the consent's salt.",
    fix: "Use the key file of the device that granted, or rotate the owner with the recovery kit: that ends all consents.",
  });
}
