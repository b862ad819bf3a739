import { recoverAmong } from "../crypto/recoverAmong.ts";
import { verifyLabel } from "../crypto/tdh2.ts";
import { AnamnesisError } from "../errors.ts";
import type { Address, BodyLabel, RecordId } from "../ids.ts";
import { toHex } from "../encoding/bytes.ts";
import { bodyLabelBytes, type Header } from "./header.ts";
import { recordIdOf } from "./recordId.ts";

export interface VerifiedHeader {
  readonly record: RecordId;
  readonly label: BodyLabel;
  /** Whose signature it carries; the caller holds it against the directory. */
  readonly signer: Address;
}

/**
 * Checks what a header proves by itself: the TDH2 proof under its own label (so nobody put another record's U into
 * it) and the signature's form. Throws `bad-header` with `meta.reason` `proof` or `signature`.
 * @param committeeKey Y of the committee that the header names, compressed SEC1.
 * @param likely accounts that may have signed: makes it faster, see `recoverAmong`.
 */
export function verifyHeader(
  value: Header,
  committeeKey: Uint8Array,
  likely: readonly Address[] = [],
): VerifiedHeader {
  if (!hasLabelProof(value, committeeKey)) throw badHeader("proof");
  return signedHeader(value, likely);
}

/** True when the TDH2 proof holds under the header's own label. A custodian releases nothing without; a reader can leave it to them. */
export function hasLabelProof({ body, proof }: Header, committeeKey: Uint8Array): boolean {
  const { U, Ubar } = body;
  return verifyLabel({ U, Ubar, committeeKey, label: bodyLabelBytes(body), proof });
}

/**
 * What the signature alone says; `likely` as above. Throws `bad-header` with `meta.reason` `signature`.
 * @param label of the body, where it was computed before.
 */
export function signedHeader(
  { body, signature }: Pick<Header, "body" | "signature">,
  likely: readonly Address[] = [],
  label = bodyLabelBytes(body),
): VerifiedHeader {
  let signer: Address;
  try {
    signer = recoverAmong(label, signature, likely);
  } catch {
    throw badHeader("signature");
  }
  return { record: recordIdOf(body.U), label: toHex<BodyLabel>(label), signer };
}

function badHeader(reason: "proof" | "signature"): AnamnesisError<"bad-header"> {
  return new AnamnesisError({
    code: "bad-header",
    rule: "A header carries a TDH2 proof under its own label and its author's signature.",
    fix: "Fetch the header again from another home; if it stays so, report its author.",
    meta: { reason },
  });
}
