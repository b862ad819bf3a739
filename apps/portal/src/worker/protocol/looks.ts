import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { NoticeRule } from "@anamnesis/sdk/looks/noticesOf";

/** One of the patient's own consents that a reader showed. */
export interface LookClause {
  readonly consent: string;
  readonly kind: SegmentKind;
  /** What was signed, word for word. */
  readonly sentence: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** One visit of somebody to the patient's records. */
export interface Look {
  /** The same when more of the visit is logged. */
  readonly id: string;
  readonly when: number;
  /** `null`: one's own device. */
  readonly who: { readonly name: string; readonly role: string; readonly organisation: string } | null;
  /** A device and no person: all that it opened on one day is one visit. */
  readonly machine: boolean;
  readonly purpose: string;
  readonly basis: string;
  /** What was shown of the patient's own consents; empty for one's own device, and where the consent is not among the patient's. */
  readonly clauses: readonly LookClause[];
  /** Records that were opened, each once. */
  readonly released: readonly string[];
  /** The parts of the record that were asked for. */
  readonly kinds: readonly SegmentKind[];
  readonly refused: number;
  /** Of the rules that refused. */
  readonly codes: readonly string[];
  /** Its requests were verified here. */
  readonly proven: boolean;
  /** The exact terms. */
  readonly requests: readonly {
    readonly request: string;
    readonly when: number;
    readonly kind: SegmentKind;
    /** Names of the organisations in whose logs it stands. */
    readonly logs: readonly string[];
  }[];
}

/** A look that waits for the patient's. */
export interface LookNotice {
  /** Given to `knowNotices` when the patient has seen it. */
  readonly ids: readonly string[];
  readonly rules: readonly NoticeRule[];
  /** Id of the newest look. */
  readonly look: string;
}

export interface Looks {
  /** Newest first. */
  readonly looks: readonly Look[];
  /** Newest first; none that this browser was told is known. */
  readonly notices: readonly LookNotice[];
  /** Every custodian answered and all of it verified. */
  readonly proven: boolean;
  readonly findings: readonly {
    readonly code: string;
    readonly who: string | null;
    readonly kind: SegmentKind;
  }[];
  readonly logs: readonly {
    readonly name: string;
    readonly kind: SegmentKind;
    readonly entries: number;
    readonly size: number;
    readonly anchored: number | null;
    readonly witnesses: number;
  }[];
}

export interface LooksMethods {
  looks: () => Promise<Looks>;
  /** The patient knows of these; this browser remembers it. */
  knowNotices: (parameters: { readonly ids: readonly string[] }) => Promise<void>;
}
