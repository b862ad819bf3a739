import type { NodeContext } from "../context.ts";
import { nodeOrigins } from "./nodeOrigins.ts";

/** Seconds for which the members' endpoints are not looked up again. */
const FRESH = 5;

export interface MemberOrigins {
  /** Of the members' endpoints and of the configuration. */
  all(): Promise<ReadonlySet<string>>;
}

/**
 * The origins whose pages may call this node, and which this node's pages may call: those of the members' endpoints on the ledger, and what the
 * configuration adds.
 */
export function createMemberOrigins(
  { copy, clock }: Pick<NodeContext, "copy" | "clock">,
  added: readonly string[],
): MemberOrigins {
  let known: { readonly at: number; readonly origins: ReadonlySet<string> } | null = null;
  return {
    all: async () => {
      const now = clock.now();
      if (known !== null && now >= known.at && now < known.at + FRESH) return known.origins;
      const members = await copy.members();
      const origins = new Set([
        ...members
          .filter(({ status }) => status !== "removed")
          .flatMap(({ endpoint }) => nodeOrigins(endpoint)),
        ...added.flatMap(nodeOrigins),
      ]);
      known = { at: now, origins };
      return origins;
    },
  };
}
