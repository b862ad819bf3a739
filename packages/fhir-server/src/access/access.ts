import type { RecordLimits } from "@anamnesis/core/consent/decide";
import type { Day, SegmentId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { ScopeRule } from "./scopes.ts";

/**
 * What somebody may do with what the organisation wrote itself, by the organisation's own policy. A role that no rule names may do
 * nothing. `*` stands for all types or kinds, but not for `AuditEvent`: who reads who looked at what is named for it.
 */
export interface OwnRule {
  readonly types: readonly string[] | "*";
  readonly kinds: readonly SegmentKind[] | "*";
}

/** Written by the server alone; it is the most sensitive of what it tells of, so only a rule for all kinds reads it. */
export const AUDIT_TYPE = "AuditEvent";

/** A day span, both ends included; `null`: open on that side. Days since 1970 in UTC. */
export interface Days {
  readonly from: Day | null;
  readonly to: Day | null;
}

/** What one requester, for one purpose and at one moment, may read and write; everything that is not said is denied. */
export interface Access {
  readonly readOwn: readonly OwnRule[];
  /** What is left of each live consent when everything but the record was decided. */
  readonly readReceived: readonly RecordLimits[];
  readonly write: readonly OwnRule[];
  /** What a token narrows all of that to; none permits nothing, absent: there is no token, and nothing is narrowed. */
  readonly scopes?: readonly ScopeRule[];
}

/** What access looks at in a resource; the same columns stand in the database. */
export interface Attributes {
  readonly type: string;
  readonly origin: "own" | "received";
  readonly kind: SegmentKind;
  /** Of a received one: the segment it lies in, and that neither erasure nor retraction took it. */
  readonly segment: SegmentId | null;
  readonly days: Days;
}
