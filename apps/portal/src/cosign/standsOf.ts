import type { Cosigning } from "../worker/protocol/cosign.ts";

/** How far some of the records have come for which an entry stands. */
export interface Stand {
  readonly state: "contradicted" | "declined" | "preliminary" | "final";
  /** Names of organisations, each once. */
  readonly signed: readonly string[];
  readonly missing: readonly string[];
  readonly declinedBy: readonly string[];
  readonly records: readonly string[];
}

/** What needs somebody's eye first. */
const ORDER: readonly Stand["state"][] = ["contradicted", "declined", "preliminary", "final"];

/** Records that have come equally far together: one value of a blood test may be final while another one waits. */
export function standsOf(records: readonly Cosigning[]): readonly Stand[] {
  const groups = Map.groupBy(records, (one) =>
    JSON.stringify([stateOf(one), one.signed, one.missing, declinersOf(one)]),
  );
  return [...groups.values()]
    .flatMap((group): readonly Stand[] => {
      const [first] = group;
      if (first === undefined) return [];
      const { signed, missing } = first;
      const ids = group.map(({ record }) => record);
      return [{ state: stateOf(first), signed, missing, declinedBy: declinersOf(first), records: ids }];
    })
    .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

/** Enough signatures are enough, whoever declined. */
function stateOf({ state, declined }: Cosigning): Stand["state"] {
  return state === "preliminary" && declined.length > 0 ? "declined" : state;
}

function declinersOf({ declined }: Cosigning): readonly string[] {
  return [...new Set(declined.map(({ organisation }) => organisation))];
}
