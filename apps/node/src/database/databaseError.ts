import { AnamnesisError } from "@anamnesis/core/errors";

/** SQLSTATE of what an engine threw, or `null`. The engine's own words can quote values, so nothing else of it is kept. */
export function sqlStateOf(error: unknown): string | null {
  const state = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof state === "string" && /^[0-9A-Z]{5}$/.test(state) ? state : null;
}

/** A statement that the engine refused; `meta.sqlstate` says what kind of refusal it was. */
export function databaseFailed(sqlstate: string | null): AnamnesisError<"database-failed"> {
  return new AnamnesisError({
    code: "database-failed",
    rule: "The node's database takes every statement that the node makes.",
    fix: "Look at the disk (space, rights) and restart the node; report it if it comes again.",
    meta: { sqlstate },
  });
}

/** PostgreSQL's `bigint` as text. Throws `database-failed` for what a number does not hold exactly. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new AnamnesisError({
    code: "database-failed",
    rule: "Every integer in the database is a safe one.",
    fix: "Report this as a defect.",
    meta: { sqlstate: null },
  });
}
