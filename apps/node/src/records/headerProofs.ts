import { header, type Header } from "@anamnesis/core/record/header";
import { verifyHeader, type VerifiedHeader } from "@anamnesis/core/record/verifyHeader";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { sha256 } from "@anamnesis/core/crypto/sha256";

const MOST = 50_000;

/**
 * Verified headers by the digest of all their bytes: one that was just put, or that is read often, is proved once. Only the proof is
 * remembered, nothing that the ledger, a card or a permit says.
 */
export class HeaderProofs {
  readonly #verified = new Map<string, VerifiedHeader>();

  /** As core's `verifyHeader`. Throws `bad-header`. @param committeeKey Y, compressed SEC1. @param bytes the header's encoding. */
  verify(value: Header, committeeKey: Uint8Array, bytes = header.encode(value)): VerifiedHeader {
    const key = `${toHex(sha256(bytes))}${toHex(committeeKey)}`;
    const known = this.#verified.get(key);
    if (known !== undefined) return known;
    const verified = verifyHeader(value, committeeKey);
    if (this.#verified.size >= MOST) {
      const oldest = this.#verified.keys().next();
      if (oldest.done !== true) this.#verified.delete(oldest.value);
    }
    this.#verified.set(key, verified);
    return verified;
  }
}
