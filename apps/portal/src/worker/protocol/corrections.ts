import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { PersonalDetails } from "@anamnesis/fhir/write/personalDetails";
import type { OpenedItem } from "../protocol.ts";

/** What the patient asked an organisation to put right, and what became of it; each word was checked in the worker. */
export interface OwnCorrection {
  readonly id: string;
  readonly record: string;
  /** Id and name of whose record it is. */
  readonly organisation: string;
  readonly organisationName: string;
  readonly state: "waiting" | "corrected" | "declined" | "withdrawn" | "expired";
  /** Seconds since 1970. */
  readonly time: number;
  readonly expiresAt: number;
  readonly answer: {
    /** Name of who answered; `null` while nobody who answers knows it. */
    readonly person: string | null;
    readonly time: number;
    readonly message: string;
  } | null;
}

export interface OwnCorrections {
  /** Newest first. */
  readonly corrections: readonly OwnCorrection[];
  /** Names of organisations whose nodes did not say. */
  readonly silent: readonly string[];
  /** Answers that are nobody's at the author. */
  readonly unchecked: number;
}

/** What became of asking one organisation. */
export interface AskedOne {
  readonly record: string;
  readonly organisationName: string;
  /** `null`: it was asked. */
  readonly code: string | null;
  /** False: the organisation's own node has not taken it yet; the next visit brings it there. */
  readonly reached: boolean;
}

/** What a patient asks the own organisation to put right. */
export interface CorrectionWanted {
  readonly id: string;
  readonly record: string;
  readonly time: number;
  readonly expiresAt: number;
  /** `null`: it is sealed to colleagues. */
  readonly message: string | null;
  /** The record as it stands, opened with the keys that its patient sent; `null` for what did not open, or is no FHIR. */
  readonly before: OpenedItem["resource"];
  /** What would take its place; `null`: the organisation writes that itself. */
  readonly after: OpenedItem["resource"];
}

export interface CorrectionMethods {
  /** Of the general area, where personal details stand; what did not reach an author's node is brought there. */
  readonly ownCorrections: (parameters: { readonly authors: readonly string[] }) => Promise<OwnCorrections>;
  readonly askCorrections: (parameters: {
    readonly records: readonly {
      readonly record: string;
      readonly kind: SegmentKind;
      readonly organisationName: string;
    }[];
    readonly message: string;
    readonly details: PersonalDetails;
  }) => Promise<readonly AskedOne[]>;
  readonly withdrawCorrection: (parameters: { readonly id: string }) => Promise<void>;
  readonly correctionsWanted: () => Promise<{
    readonly organisation: string;
    readonly wanted: readonly CorrectionWanted[];
  }>;
  /** Writes the amendment and answers. @param why the reason that readers of the record see. `already`: somebody corrected it before, so nothing is written. */
  readonly acceptCorrection: (parameters: {
    readonly id: string;
    readonly why: string;
    readonly already: boolean;
  }) => Promise<void>;
  readonly declineCorrection: (parameters: { readonly id: string; readonly reason: string }) => Promise<void>;
}
