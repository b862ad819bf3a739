import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Resource } from "@anamnesis/fhir/resource";
import type { Item } from "./chartOf.ts";
import type { Document } from "./documentsOf.ts";
import type { Value } from "./valuesOf.ts";
import type { When } from "./when.ts";

/** Kinds of happenings by which a patient finds them, in the order in which they are offered. */
export const ENTRY_AREAS = [
  "visits",
  "laboratory",
  "measurements",
  "medicines",
  "allergies",
  "vaccines",
  "documents",
  "own",
] as const;
export type EntryArea = (typeof ENTRY_AREAS)[number];

/** The segment kinds that are sensitive areas, closed unless they are opened. */
export type SensitiveKind = Exclude<SegmentKind, "general" | "personal" | "emergency">;

/** One happening in a person's record. */
export interface Entry {
  /** The same each time the same records are given. No text to show. */
  readonly id: string;
  readonly when: When | null;
  /** What happened: "Blood test". */
  readonly title: string;
  readonly where: string | null;
  readonly who: string | null;
  /** One or a few short sentences; `null` when the title says all. */
  readonly sentence: string | null;
  readonly values: readonly Value[];
  readonly documents: readonly Document[];
  /** What it is first, then all else that is in it: a visit at which a vaccine was given is found among the vaccines too. */
  readonly areas: readonly EntryArea[];
  readonly sensitive: SensitiveKind | null;
  /** Not final: a result that may still change. */
  readonly preliminary: boolean;
  /** It was corrected after it was first written. */
  readonly corrected: boolean;
  /** Ids of the sealed records that it stands for. */
  readonly records: readonly string[];
  readonly resources: readonly Resource[];
  /** What these replaced, newest first. */
  readonly earlier: readonly Item[];
}

export function sensitiveKind(kind: SegmentKind): SensitiveKind | null {
  return kind === "general" || kind === "personal" || kind === "emergency" ? null : kind;
}
