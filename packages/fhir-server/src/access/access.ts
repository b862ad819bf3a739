import type { SegmentKind } from "@anamnesis/core/segment/kind";

/**
 * What somebody may do with what the organisation wrote itself, by the organisation's own policy. A role that no rule names may do
 * nothing. `*` stands for all types or kinds.
 */
export interface OwnRule {
  readonly types: readonly string[] | "*";
  readonly kinds: readonly SegmentKind[] | "*";
}

/** A day span, both ends included; `null`: open on that side. Days since 1970 in UTC. */
export interface Days {
  readonly from: number | null;
  readonly to: number | null;
}

/** An exception of a consent as far as it is about records; the rest of it was met by the request already (rule 27 of docs/decide.md). */
export interface Exception {
  /** Empty: any. */
  readonly types: readonly string[];
  /** `null`: any. */
  readonly days: Days | null;
}

/** What is left of one live consent when everything but the record was decided: rules 20, 23, 26 and 27 of docs/decide.md. */
export interface ReceivedRule {
  /** `0x…` text. */
  readonly segment: string;
  readonly types: readonly string[] | "*";
  readonly days: Days;
  readonly exceptions: readonly Exception[];
}

/** What one requester, for one purpose and at one moment, may read and write; everything that is not said is denied. */
export interface Access {
  readonly readOwn: readonly OwnRule[];
  readonly readReceived: readonly ReceivedRule[];
  readonly write: readonly OwnRule[];
}

export const NO_ACCESS: Access = { readOwn: [], readReceived: [], write: [] };

/** What access looks at in a resource; the same columns stand in the database. */
export interface Attributes {
  readonly type: string;
  readonly origin: "own" | "received";
  readonly kind: SegmentKind;
  /** Of a received one: the segment it lies in, and that neither erasure nor retraction took it. */
  readonly segment: string | null;
  readonly days: Days;
}
