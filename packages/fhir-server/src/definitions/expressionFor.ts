import { lineage } from "./resourceTypes.ts";
import type { SearchParameter } from "./searchParameters.ts";

/** The part of a search parameter's expression that concerns one type; null when there is none. */
export function expressionFor({ base, expression }: SearchParameter, type: string): string | null {
  if (expression === null) return null;
  const own = lineage(type);
  const parts = alternatives(expression).filter((part) => {
    const root = /^\(*\s*([A-Z][A-Za-z]*)\b/.exec(part)?.[1];
    return root === undefined || own.includes(root) || !base.includes(root);
  });
  return parts.length === 0 ? null : parts.join(" | ");
}

/** Splits at each `|` outside of brackets and quotes. */
function alternatives(expression: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < expression.length; at++) {
    const c = expression[at];
    if (c === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (c === "|" && depth === 0) {
      parts.push(expression.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, expression.slice(start).trim()];
}
