import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { OwnWriting, Writing } from "@anamnesis/fhir/write/writing";
import type { OpenedItem } from "../protocol.ts";

/** What a doctor typed, as it was typed. */
export interface Draft {
  /** The same for every attempt to file it. */
  readonly id: string;
  readonly form: Writing["form"];
  readonly fields: Readonly<Record<string, string>>;
  /** Chosen from the list, with the name that was chosen: another name has no code. */
  readonly coded: {
    readonly name: string;
    readonly codings: readonly { readonly system: string; readonly code: string }[];
  } | null;
  readonly stricter: SegmentKind | null;
  readonly amending: Omit<Amending, "reason"> | null;
  /** In which sitting it was sent, see `sitting`; `null`: in none. Only there sending it again is sure to make no second record. */
  readonly sentIn: string | null;
}

/** The Patient that the chart's resources name, see `WrittenPatient`. */
export interface About {
  readonly reference: string | null;
  readonly record: string | null;
}

/** In whose place something is written, and why. */
export interface Amending {
  readonly record: string;
  readonly kind: SegmentKind;
  /** FHIR id of all its versions. */
  readonly id: string;
  readonly reason: string;
  /** Who has the earlier one as its author's node. */
  readonly organisation: string;
}

export interface Written {
  /** What was written, as if it had been opened: nobody has to open it to see it now. */
  readonly items: readonly OpenedItem[];
  readonly kind: SegmentKind;
  /** Whose node has it on its disk. */
  readonly at: { readonly id: string; readonly name: string };
}

/** Where a doctor may write for one patient. */
export interface Writable {
  /** Segments in which the own organisation may write now. */
  readonly kinds: readonly SegmentKind[];
  readonly organisation: string;
  readonly organisationName: string;
  /** Seconds since 1970 at which the first of the permissions ends; `null` when there is none. */
  readonly until: number | null;
}

/** What the ledger says of a record, as a node read it. */
export interface Standing {
  readonly record: string;
  readonly amended: boolean;
  readonly retracted: boolean;
  readonly erased: boolean;
  /** Seconds since 1970 of its anchor; `null` while it has none. */
  readonly anchoredAt: number | null;
  readonly sequence: number | null;
}

/** What was sent, and the home that took it says it does not have. */
export interface MissingRecord {
  readonly record: string;
  /** For so long that it will not be found. */
  readonly isLost: boolean;
}

export interface WritingMethods {
  readonly writable: (parameters: { readonly consents: readonly string[] }) => Promise<Writable>;
  /** @param draft the same for a repetition, which writes nothing twice. `stricter`: an area that the doctor chose. */
  readonly write: (parameters: {
    readonly consents: readonly string[];
    readonly draft: string;
    readonly about: About;
    readonly writing: Writing;
    readonly stricter: SegmentKind | null;
    readonly amending: Amending | null;
  }) => Promise<Written>;
  readonly keptDrafts: (parameters: { readonly patient: string }) => Promise<readonly Draft[]>;
  readonly keepDrafts: (parameters: {
    readonly patient: string;
    readonly drafts: readonly Draft[];
  }) => Promise<void>;
  readonly writeOwn: (parameters: {
    readonly draft: string;
    readonly about: About;
    readonly writing: OwnWriting;
    readonly amending: Amending | null;
  }) => Promise<Written>;
  /** Own details that were sent from this browser and did not open yet. */
  readonly sentDetails: () => Promise<readonly OpenedItem[]>;
  readonly missingDetails: () => Promise<readonly MissingRecord[]>;
  readonly allowWriting: (parameters: {
    readonly organisation: string;
    readonly notAfter: number;
  }) => Promise<void>;
  /** How far records have come at the node that took them. */
  readonly settled: (parameters: {
    readonly at: string;
    readonly records: readonly string[];
  }) => Promise<{ readonly stored: boolean; readonly anchored: boolean }>;
  readonly standings: (parameters: { readonly records: readonly string[] }) => Promise<readonly Standing[]>;
  /** Of these records those that this person had not seen here at the last visit; `null`: this browser knows of none. */
  readonly unseen: (parameters: {
    readonly records: readonly string[];
  }) => Promise<{ readonly since: number; readonly records: readonly string[] } | null>;
}
