interface Place {
  /** Code of the search parameter; of a component, `code-value-quantity$1`. */
  readonly param: string;
  /** Ordinal of the value within its parameter, from 0. What belongs to one element of a composite has one ordinal. */
  readonly item: number;
}

/** Coding, CodeableConcept, Identifier, ContactPoint, and code, boolean, string, uri, id as codes without a system. */
export interface TokenContent {
  readonly kind: "token";
  readonly system: string | null;
  /** Null for a concept's text, which no coding carries. */
  readonly code: string | null;
  /** Folded, for `:text`. */
  readonly text: string | null;
  /** Of an Identifier, the codings of its type, for `:of-type`. */
  readonly types: readonly { readonly system: string | null; readonly code: string }[];
}

export interface StringContent {
  readonly kind: "string";
  readonly folded: string;
  readonly exact: string;
}

/** Milliseconds since 1970; null where a period is open. */
export interface DateContent {
  readonly kind: "date";
  /** Included. */
  readonly from: number | null;
  /** Excluded. */
  readonly to: number | null;
}

/** Decimal texts. */
export interface NumberContent {
  readonly kind: "number";
  readonly value: string;
  readonly low: string;
  readonly high: string;
}

export interface QuantityContent {
  readonly kind: "quantity";
  readonly system: string | null;
  readonly code: string | null;
  /** As people read it. */
  readonly unit: string | null;
  /** Decimal text; null for a Range. */
  readonly value: string | null;
  /** Decimal texts, included and excluded; null where a comparator or a Range leaves the side open. */
  readonly low: string | null;
  readonly high: string | null;
}

export interface ReferenceContent {
  readonly kind: "reference";
  readonly type: string | null;
  readonly id: string | null;
  /** What was written where that is absolute: a URL, without a version of the resource; a canonical with its version; a URN. */
  readonly url: string | null;
  readonly identifierSystem: string | null;
  readonly identifierValue: string | null;
}

export interface UriContent {
  readonly kind: "uri";
  readonly value: string;
}

/** Degrees of WGS84. */
export interface PositionContent {
  readonly kind: "position";
  readonly latitude: number;
  readonly longitude: number;
}

export type IndexContent =
  | TokenContent
  | StringContent
  | DateContent
  | NumberContent
  | QuantityContent
  | ReferenceContent
  | UriContent
  | PositionContent;

/** One value by which a resource is found. */
export type IndexValue = Place & IndexContent;
