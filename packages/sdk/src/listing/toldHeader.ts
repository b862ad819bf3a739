import { toHex } from "@anamnesis/core/encoding/bytes";
import type { BodyLabel } from "@anamnesis/core/ids";
import { bodyLabelBytes, type Header } from "@anamnesis/core/record/header";
import type { VerifiedHeader } from "@anamnesis/core/record/verifyHeader";
import type { AnchorProof } from "@anamnesis/core/release/releaseRequest";

export interface RejectedHeader {
  readonly label: BodyLabel | null;
  readonly reason: string;
}

/** A header as a home gave it, and what is known of it. */
export interface ToldHeader {
  readonly header: Header;
  readonly label: BodyLabel;
  readonly anchor: AnchorProof | null;
  /** What it proves, or why it proves nothing; `null`: not looked at yet. */
  readonly proven: VerifiedHeader | RejectedHeader | null;
  /** `proven` is the word of a later header of the same author; its own signature was not looked at. */
  readonly named: boolean;
}

export function toldHeader(header: Header, anchor: AnchorProof | null): ToldHeader {
  const label = toHex<BodyLabel>(bodyLabelBytes(header.body));
  return { header, label, anchor, proven: null, named: false };
}
