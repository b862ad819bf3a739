import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** DER before a raw Ed25519 key (RFC 8410): PKCS #8 for the 32-byte seed, SPKI for the 32-byte public key. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** Ed25519 with the runtime's own OpenSSL: some thirty times as fast as in JavaScript. @param seed 32 bytes. */
export function nativeSigner(seed: Uint8Array): (message: Uint8Array) => Uint8Array {
  const der = Buffer.concat([PKCS8, seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  return (message) => Uint8Array.from(sign(null, message, key));
}

/** False for anything that is not a signature by this key. @param publicKey 32 bytes. */
export function nativeVerify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: "der", type: "spki" });
  } catch {
    return false;
  }
  return signature.length === 64 && verify(null, message, key, signature);
}
