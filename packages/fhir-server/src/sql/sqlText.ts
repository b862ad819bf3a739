import type { SqlValue } from "@anamnesis/core/ports/database";
import { fhirError } from "../errors/fhirError.ts";

/** PostgreSQL's protocol counts the values of a statement in 16 bits, and so many take seconds to plan: half of that. */
const MOST_VALUES = 32_767;

/** Text of a statement in the making: whatever comes from outside becomes a value, never text. */
export class SqlText {
  readonly values: SqlValue[] = [];
  #aliases = 0;

  /** The place of a value: `$1`, `$2`, …, each with its type, which PostgreSQL could not always tell. Throws `fhir-not-supported` for more values than a statement takes. */
  bind(
    value: SqlValue,
    type: "text" | "text[]" | "bigint" | "bigint[]" | "numeric" | "int" | "double precision" | "jsonb",
  ): string {
    if (this.values.length === MOST_VALUES) {
      throw fhirError(
        "fhir-not-supported",
        "The criteria of a search fit into one statement of the database.",
        "Ask for fewer values at once.",
      );
    }
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  /** A name that no other part of the statement has. */
  alias(prefix: string): string {
    this.#aliases++;
    return `${prefix}${this.#aliases}`;
  }
}

/** All of them; true of everything where there is none. */
export function and(conditions: readonly string[]): string {
  return conditions.length === 0 ? "true" : `(${conditions.join(" and ")})`;
}

/** One of them; true of nothing where there is none. */
export function or(conditions: readonly string[]): string {
  return conditions.length === 0 ? "false" : `(${conditions.join(" or ")})`;
}
