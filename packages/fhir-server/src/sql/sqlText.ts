import type { SqlValue } from "@anamnesis/core/ports/database";

/** Text of a statement in the making: whatever comes from outside becomes a value, never text. */
export class SqlText {
  readonly values: SqlValue[] = [];
  #aliases = 0;

  /** The place of a value: `$1`, `$2`, …, each with its type, which PostgreSQL could not always tell. */
  bind(
    value: SqlValue,
    type: "text" | "text[]" | "bigint" | "numeric" | "int" | "double precision" | "jsonb",
  ): string {
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
