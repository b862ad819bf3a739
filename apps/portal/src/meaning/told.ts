import type { Document } from "./documentsOf.ts";
import type { EntryArea } from "./entry.ts";
import type { Value } from "./valuesOf.ts";

/** What is said of a happening, before its time, place and records are added. */
export interface Told {
  readonly title: string;
  readonly sentence: string | null;
  readonly area: EntryArea;
  readonly values: readonly Value[];
  readonly documents: readonly Document[];
}
