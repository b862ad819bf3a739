import { header, type Header } from "@anamnesis/core/record/header";
import { verifyHeader, type VerifiedHeader } from "@anamnesis/core/record/verifyHeader";
import { toHex } from "@anamnesis/core/encoding/bytes";

const MOST = 50_000;

/** Verified headers by the digest of all their bytes, so that a header that is read often is proved once. */
export class HeaderProofs {
  readonly #verified = new Map<string, VerifiedHeader>();

  /** `null` when its proof or signature does not hold. @param committeeKey Y, compressed SEC1. */
  verify(value: Header, committeeKey: Uint8Array): VerifiedHeader | null {
    const key = `${header.digest(value)}${toHex(committeeKey)}`;
    const known = this.#verified.get(key);
    if (known !== undefined) return known;
    let verified: VerifiedHeader;
    try {
      verified = verifyHeader(value, committeeKey);
    } catch {
      return null;
    }
    if (this.#verified.size >= MOST) {
      const oldest = this.#verified.keys().next();
      if (oldest.done !== true) this.#verified.delete(oldest.value);
    }
    this.#verified.set(key, verified);
    return verified;
  }
}
