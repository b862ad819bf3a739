import { lineage } from "./resourceTypes.ts";
import type { SearchParameter } from "./searchParameters.ts";

/**
 * The parts of a search parameter's expression that concern one type: what stands between its `|`, and what is for other types left out.
 * Apart, because a union compares everything that it selects with everything else.
 */
export function expressionsFor({ base, expression }: SearchParameter, type: string): readonly string[] {
  if (expression === null) return [];
  const own = lineage(type);
  return alternatives(expression).filter((part) => {
    const root = /^\(*\s*([A-Z][A-Za-z]*)\b/.exec(part)?.[1];
    return root === undefined || own.includes(root) || !base.includes(root);
  });
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
