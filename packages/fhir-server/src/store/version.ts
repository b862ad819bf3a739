import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import type { InContext } from "@anamnesis/fhir/labelling/kindsInContext";
import type { Attributes } from "../access/access.ts";

export type WriteMethod = "POST" | "PUT" | "PATCH" | "DELETE";

/** A version that is to be written. */
export interface NewVersion {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly updated: number;
  readonly method: WriteMethod;
  /** Of a kind that is at least as strict as its own. */
  readonly attributes: Attributes;
  /** Its own kind and its Encounters; absent: it belongs to none. A deletion leaves what stands. */
  readonly context?: InContext;
  /** With id and meta set; `null`: deleted. */
  readonly resource: JsonObject | null;
}

/** A version as it is kept. */
export interface StoredVersion {
  readonly row: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly method: WriteMethod;
  /** JSON text; `null`: deleted. */
  readonly content: string | null;
}
