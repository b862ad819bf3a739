import { createClient } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { isAnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** Milliseconds for an answer: a slow one measures its way and not the clock. */
const TIMEOUT = 5000;
/** Milliseconds after which a measurement says nothing any more. */
const KEEP = 300_000;

/** How far this node's clock is from those of the other members' nodes. What they say decides nothing, it warns. */
export class PeerClocks {
  readonly #measured = new Map<OrganisationId, { readonly ahead: number; readonly at: number }>();

  /** Asks each active member's node for its time, all at once. Nodes that do not answer are left out. */
  async measure(
    context: Pick<NodeContext, "organisation" | "copy" | "clock" | "timers" | "fetch" | "random">,
  ): Promise<void> {
    const members = await context.copy.members();
    await Promise.all(
      members
        .filter(({ status, endpoint }) => status === "active" && URL.canParse(endpoint))
        .filter((member) => member.organisation !== context.organisation)
        .map(async ({ organisation, endpoint }) => {
          const ahead = await aheadOf(context, endpoint);
          if (ahead !== null) this.#measured.set(organisation, { ahead, at: context.timers.now() });
        }),
    );
  }

  /** Seconds by which this node's clock is ahead of each that was measured in the last five minutes. */
  ahead(now: number): readonly number[] {
    return [...this.#measured.values()].filter(({ at }) => now - at <= KEEP).map(({ ahead }) => ahead);
  }
}

async function aheadOf(
  { clock, fetch, random }: Pick<NodeContext, "clock" | "fetch" | "random">,
  endpoint: string,
): Promise<number | null> {
  const client = createClient({
    baseUrl: endpoint.replace(/\/+$/, ""),
    fetch,
    signer: null,
    now: () => clock.now(),
    random: (length) => random.bytes(length),
    timeout: TIMEOUT,
  });
  const before = clock.now();
  try {
    const { time } = await client.call(exchangeRoutes.node, {}, undefined);
    // Another program's word, as JSON brings it.
    if (!Number.isSafeInteger(time)) return null;
    return Math.round((before + clock.now()) / 2) - time;
  } catch (error) {
    if (!isAnamnesisError(error)) throw error;
    return null;
  }
}
