import { concatBytes, fromHex, utf8ToBytes } from "../../encoding/bytes.ts";
import { hpkeOpen, hpkeSeal } from "../hpke.ts";
import { dkgSetup, type DkgSetup } from "./setup.ts";

/** Binds a sealed share to run, sender and recipient. */
function shareInfo(setup: DkgSetup, sender: number, recipient: number): Uint8Array {
  const domain = utf8ToBytes("anamnesis/dkg/share/1");
  return concatBytes(domain, fromHex(dkgSetup.digest(setup)), Uint8Array.of(sender, recipient));
}

export interface SealedShare {
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Throws `bad-kem-key`. */
export async function sealShare(parts: {
  readonly setup: DkgSetup;
  readonly sender: number;
  readonly recipient: number;
  readonly runKey: Uint8Array;
  readonly share: Uint8Array;
}): Promise<SealedShare> {
  const info = shareInfo(parts.setup, parts.sender, parts.recipient);
  return hpkeSeal({ publicKey: parts.runKey, info, aad: new Uint8Array(), plaintext: parts.share });
}

/** Throws `hpke-open`. */
export async function openShare(parts: {
  readonly setup: DkgSetup;
  readonly sender: number;
  readonly recipient: number;
  readonly seed: Uint8Array;
  readonly sealed: SealedShare;
}): Promise<Uint8Array> {
  const info = shareInfo(parts.setup, parts.sender, parts.recipient);
  const { enc, ciphertext } = parts.sealed;
  return hpkeOpen({ seed: parts.seed, enc, info, aad: new Uint8Array(), ciphertext });
}
