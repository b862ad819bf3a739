import { recoverAddress } from "../crypto/secp256k1.ts";
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
 */
export function verifyHeader(value: Header, committeeKey: Uint8Array): VerifiedHeader {
  const label = bodyLabelBytes(value.body);
  const { U, Ubar } = value.body;
  if (!verifyLabel({ U, Ubar, committeeKey, label, proof: value.proof })) throw badHeader("proof");
  let signer: Address;
  try {
    signer = recoverAddress(label, value.signature);
  } catch {
    throw badHeader("signature");
  }
  return { record: recordIdOf(U), label: toHex<BodyLabel>(label), signer };
}

function badHeader(reason: "proof" | "signature"): AnamnesisError<"bad-header"> {
  return new AnamnesisError({
    code: "bad-header",
    rule: "A header carries a TDH2 proof under its own label and its author's signature.",
    fix: "Fetch the header again from another home; if it stays so, report its author.",
    meta: { reason },
  });
}
