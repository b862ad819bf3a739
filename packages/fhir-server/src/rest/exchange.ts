import type { Database, Queryable } from "@anamnesis/core/ports/database";
import type { JsonValue } from "@anamnesis/fhir/json/jsonValue";
import type { Access } from "../access/access.ts";
import type { NewVersion } from "../store/version.ts";
import type { LoadedPackage } from "../validate/packages.ts";

/** One HTTP request to `/fhir`, free of any framework. */
export interface FhirRequest {
  readonly method: string;
  /** Behind the base, without a leading slash, decoded: `Patient/1`. */
  readonly path: string;
  /** Decoded, in their order. */
  readonly query: readonly (readonly [string, string])[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** The body of an entry of a Bundle, which was read with it; in place of `body`. */
  readonly parsed?: JsonValue;
}

export interface FhirAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; `null`: no body. */
  readonly body: string | null;
}

/** What the server reaches of the outside. */
export interface FhirWorld {
  readonly db: Database;
  /** A transaction whose writes last: the node names and times it. */
  readonly write: <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;
  /** Told of the versions that a request writes, and of those that the server makes of others by that, in the transaction that keeps them. */
  readonly kept?: (
    tx: Queryable,
    versions: readonly NewVersion[],
    relabelled: readonly NewVersion[],
  ) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A random id of a resource, FHIR's datatype id. */
  readonly newId: () => string;
  /** Its own address, such as `https://node.example/fhir`, without a slash at the end. */
  readonly base: string;
}

/** One request's world: who asks is told by what they may do. */
export interface Exchange extends FhirWorld {
  readonly access: Access;
  /** The database, or the transaction that the request is a part of. */
  readonly reader: Queryable;
  /** Whose profiles hold for what names them. */
  readonly packages: readonly LoadedPackage[];
  /** Time of all that the request writes. */
  readonly at: number;
}
