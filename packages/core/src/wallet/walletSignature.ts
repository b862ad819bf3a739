/** Bytes of a signature by an account's own key. */
const OWN_KEY = 65;

/**
 * A wallet's signature in the one form that is taken here, r ‖ s ‖ v with v 27 or 28: some give v as 0 or 1. What is not of 65 bytes is a contract account's
 * and comes back as it is.
 */
export function walletSignature(signature: Uint8Array): Uint8Array {
  const v = signature[OWN_KEY - 1];
  if (signature.length !== OWN_KEY || (v !== 0 && v !== 1)) return signature;
  const made = Uint8Array.from(signature);
  made[OWN_KEY - 1] = v + 27;
  return made;
}
