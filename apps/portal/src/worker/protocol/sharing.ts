import type { SegmentKind } from "@anamnesis/core/segment/kind";

/** What became of a share that was stopped. */
export interface StopReceipt {
  readonly madeAt: number;
  readonly granteeName: string;
  /** When so many had stored it that the others were too few to open anything, by their signatures; `null`: too few answered now. */
  readonly inForceAt: number | null;
  /** What had been signed, part by part, word for word. */
  readonly clauses: readonly { readonly kind: SegmentKind; readonly sentence: string }[];
  /** One for each organisation of the consortium that has a part in it. */
  readonly nodes: readonly {
    readonly name: string;
    /** Its signed word that it refuses from then on; `null`: it keeps no lock, or did not answer. */
    readonly storedAt: number | null;
    /** It keeps the second lock, and did not answer now. */
    readonly silent: boolean;
    /** Copies of records that its people had kept there, and when the last of them was destroyed: its own word. */
    readonly destroyed: number;
    readonly destroyedAt: number | null;
    /** It did not say what it destroyed. */
    readonly unheard: boolean;
  }[];
  /** What had been read by then, newest first. */
  readonly read: readonly {
    readonly person: string;
    readonly organisation: string;
    readonly when: number;
    readonly purpose: string;
    readonly records: readonly string[];
    readonly proven: boolean;
  }[];
  /** Something of the logs did not hold: more may have been read. */
  readonly incomplete: boolean;
  /** The file with all signatures. */
  readonly file: string;
}

export interface SharingMethods {
  /** Throws `not-revoked` for a share that still stands. */
  stopReceipt: (parameters: { readonly consents: readonly string[] }) => Promise<StopReceipt>;
  /** Who may add to the patient's records, longest first; `silent`: organisations that did not say. */
  writers: () => Promise<{
    readonly writers: readonly { readonly id: string; readonly name: string; readonly notAfter: number }[];
    readonly silent: readonly string[];
  }>;
}
