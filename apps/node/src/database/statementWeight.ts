import type { SqlValue } from "@anamnesis/core/ports/database";

/** Characters or bytes of values that weigh as much as a statement: those of a resource or two. */
const PIECE = 4096;

/** How much a statement may have changed, in statements of one row: one that carries the rows of a whole import counts as many. */
export function statementWeight(values: readonly SqlValue[]): number {
  let weight = 1;
  for (const value of values) {
    if (typeof value === "string" || value instanceof Uint8Array) weight += Math.floor(value.length / PIECE);
  }
  return weight;
}
