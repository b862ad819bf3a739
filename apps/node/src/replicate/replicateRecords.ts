import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { replicateToHome } from "./replicateToHome.ts";

/** Milliseconds that a pass waits for homes that take long; their run goes on beside later passes. */
const PATIENCE = 1000;

export interface Replicator {
  /** Starts a run for each home with something due and none under way; resolves when they are over, or after `PATIENCE`. */
  readonly pass: () => Promise<void>;
  /** Resolves when no run is under way: before the database is closed. */
  readonly settled: () => Promise<void>;
}

/**
 * Brings own records to the homes of their segments. Homes do not wait for each other: one that hangs holds up its own
 * run only.
 */
export function createReplicator(
  context: Parameters<typeof replicateToHome>[0] & Pick<NodeContext, "timers">,
): Replicator {
  const runs = new Map<OrganisationId, Promise<void>>();

  const start = (home: OrganisationId): void => {
    const run = runHome(context, home).finally(() => runs.delete(home));
    runs.set(home, run);
  };
  const settled = async (): Promise<void> => {
    await Promise.all(runs.values());
  };
  return {
    settled,
    pass: async () => {
      const due = await context.db.query<{ home: OrganisationId }>(
        "select distinct home from replication_queue where retry_at <= $1",
        [context.clock.now()],
      );
      for (const { home } of due) if (!runs.has(home)) start(home);
      if (runs.size === 0) return;
      const over = new AbortController();
      await Promise.race([
        settled().finally(() => over.abort()),
        context.timers.sleep(PATIENCE, over.signal),
      ]);
    },
  };
}

/** Never throws: a run that nobody awaits must not end the process. */
async function runHome(context: Parameters<typeof replicateToHome>[0], home: OrganisationId): Promise<void> {
  try {
    await replicateToHome(context, home);
  } catch (error) {
    const code = error instanceof AnamnesisError ? String(error.code) : "defect";
    context.log.error("replication-failed", { home, code });
  }
}
