/** A code, or a code with what stands below it. A code may stand below several. */
export type CodeTree = string | readonly [code: string, below: readonly CodeTree[]];

/** A code system of which all codes are held. */
export interface CodeSystem {
  readonly codes: ReadonlySet<string>;
  /** False where what is nested is not subsumed but something else, such as a part: then nothing can be asked by hierarchy. */
  readonly subsumes: boolean;
  /** Codes right below a code and right above it; none: no entry. */
  readonly below: ReadonlyMap<string, readonly string[]>;
  readonly above: ReadonlyMap<string, readonly string[]>;
}

export function codeSystemOf(trees: readonly CodeTree[], subsumes = true): CodeSystem {
  const codes = new Set<string>();
  const below = new Map<string, string[]>();
  const above = new Map<string, string[]>();
  const add = (tree: CodeTree, over: string | null): void => {
    const [code, under] = typeof tree === "string" ? [tree, []] : tree;
    codes.add(code);
    if (over !== null) {
      below.set(over, [...(below.get(over) ?? []), code]);
      above.set(code, [...(above.get(code) ?? []), over]);
    }
    for (const one of under) add(one, code);
  };
  for (const tree of trees) add(tree, null);
  return { codes, subsumes, below, above };
}

/** A code and all that it subsumes, or that subsumes it. None for what is no code of the system. */
export function subsumed(system: CodeSystem, code: string, way: "below" | "above"): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = system.codes.has(code) ? [code] : [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(system[way].get(next) ?? []));
  }
  return found;
}
