import type { SearchParameter } from "../definitions/searchParameters.ts";
import type { TextQuery } from "./textQuery.ts";
import type { Range } from "./values.ts";

/** FHIR R4 search.html, 3.1.1.4: how a value and what is searched stand to each other. */
export type Prefix = "eq" | "ne" | "gt" | "lt" | "ge" | "le" | "sa" | "eb" | "ap";

/** One of the values between the commas. `system`: `null` for none, `undefined` for any. */
export type Value =
  | { readonly type: "token"; readonly system: string | null | undefined; readonly code: string | null }
  | { readonly type: "token-text"; readonly text: string }
  /** Any of the codes, with its system; of `bare` without a system. */
  | {
      readonly type: "codes";
      readonly codes: readonly { readonly system: string; readonly codes: readonly string[] }[];
      readonly bare: readonly string[];
    }
  | {
      readonly type: "of-type";
      readonly system: string | null;
      readonly code: string;
      readonly value: string;
    }
  | { readonly type: "string"; readonly match: "prefix" | "contains" | "exact"; readonly text: string }
  | { readonly type: "date"; readonly prefix: Prefix; readonly range: Range }
  | { readonly type: "number"; readonly prefix: Prefix; readonly range: Range; readonly value: string }
  | {
      readonly type: "quantity";
      readonly prefix: Prefix;
      readonly range: Range;
      readonly value: string;
      readonly system: string | null | undefined;
      readonly unit: string | null;
    }
  /** `types`: what it may be; empty for all. */
  | {
      readonly type: "reference";
      readonly types: readonly string[];
      readonly id: string | null;
      readonly url: string | null;
    }
  | { readonly type: "identifier"; readonly system: string | null | undefined; readonly code: string | null }
  /** One of them. */
  | { readonly type: "uri"; readonly uris: readonly string[] }
  /** This one, or one with more segments. */
  | { readonly type: "uri-below"; readonly uri: string }
  /** Degrees of WGS84, and how far away at most. */
  | { readonly type: "near"; readonly latitude: number; readonly longitude: number; readonly metres: number }
  | { readonly type: "composite"; readonly parts: readonly Value[] };

/** One criterion; all of a search hold together. */
export type Filter =
  | { readonly type: "id"; readonly ids: readonly string[] }
  | {
      readonly type: "last-updated";
      readonly values: readonly { readonly prefix: Prefix; readonly range: Range }[];
    }
  | {
      readonly type: "value";
      readonly base: string;
      readonly parameter: SearchParameter;
      /** One of them has to match; with `not`, none may. */
      readonly values: readonly Value[];
      readonly not: boolean;
    }
  | {
      readonly type: "missing";
      readonly base: string;
      readonly parameter: SearchParameter;
      readonly missing: boolean;
    }
  /** Words of the narrative, or of the whole resource. */
  | { readonly type: "text"; readonly of: "narrative" | "content"; readonly query: TextQuery }
  /** A resource of the type, and an entry of one of these Lists. */
  | { readonly type: "list"; readonly base: string; readonly ids: readonly string[] }
  /** What the reference points to is of one of the types and meets one of the filters, one for each type that has the parameter. */
  | {
      readonly type: "chain";
      readonly base: string;
      readonly parameter: SearchParameter;
      readonly filters: ReadonlyMap<string, Filter>;
    }
  /** Something of the type points here and meets the filter. */
  | {
      readonly type: "has";
      readonly from: string;
      readonly parameter: SearchParameter;
      readonly filter: Filter;
    }
  /** In the compartment of this resource: one of the parameters points to it. */
  | {
      readonly type: "compartment";
      readonly base: string;
      readonly parameters: readonly string[];
      readonly of: { readonly type: string; readonly id: string };
    };

export interface SortKey {
  readonly parameter: SearchParameter | "_id" | "_lastUpdated";
  readonly descending: boolean;
}

export interface Include {
  /** Type whose references are followed, or of those that point here. */
  readonly source: string;
  /** `*` for all of the type's reference parameters. */
  readonly parameter: SearchParameter | "*";
  /** `null`: any. */
  readonly target: string | null;
  readonly iterate: boolean;
}

export interface SearchRequest {
  readonly type: string;
  readonly filters: readonly Filter[];
  readonly sort: readonly SortKey[];
  /** At most so many matches on a page; 0 with `_summary=count`. */
  readonly count: number;
  readonly cursor: readonly (string | number)[] | null;
  readonly total: boolean;
  readonly include: readonly Include[];
  readonly revinclude: readonly Include[];
  readonly summary: "true" | "text" | "data" | "count" | "false";
  readonly elements: readonly string[];
  /** What was understood, as it was sent, for the self link. */
  readonly understood: readonly (readonly [string, string])[];
  /** Names of parameters that this server does not know. */
  readonly unknown: readonly string[];
}
