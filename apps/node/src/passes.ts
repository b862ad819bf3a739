import { anchorTick } from "./anchor/anchorTick.ts";
import type { NodeContext } from "./context.ts";
import { followLedger } from "./indexer/followLedger.ts";
import { deleteEndedCorrections } from "./corrections/deleteEndedCorrections.ts";
import { createErasureCompletion } from "./erasure/completeErasures.ts";
import { deleteErased } from "./erasure/deleteErased.ts";
import { deleteExpired } from "./handOvers/handOverStore.ts";
import { purgeReceived } from "./fhir/received/purgeReceived.ts";
import { createFollowUps } from "./indexer/followUps.ts";
import type { SqlLedgerCopy } from "./indexer/sqlLedgerCopy.ts";
import { useCurrentKeys } from "./keystore/useCurrentKeys.ts";
import { sendOutbox } from "./outbox/sendOutbox.ts";
import { deleteEndedRequests } from "./requests/deleteEndedRequests.ts";
import { createReplicator } from "./replicate/replicateRecords.ts";

/** What a worker does again and again. */
export interface Pass {
  /** Milliseconds. */
  readonly interval: number;
  readonly run: () => Promise<void>;
}

/**
 * What every node does by itself between its ledger, the other nodes and its own disk, in a process of its own and in the simulation alike.
 * @param url where other nodes find this one.
 */
export function createPasses(
  context: NodeContext,
  copy: SqlLedgerCopy,
  url: string,
): {
  readonly passes: Readonly<Record<"indexer" | "outbox" | "anchor" | "replicate" | "erase", Pass>>;
  /** Resolves when no record is on its way to another home any more. */
  readonly settled: () => Promise<void>;
} {
  const { ledgerPoll, anchorInterval } = context.settings;
  const replicator = createReplicator(context);
  const completeErasures = createErasureCompletion(context);
  const followUp = createFollowUps(context, url);
  return {
    passes: {
      indexer: {
        interval: ledgerPoll,
        run: async () => {
          const followed = await followLedger(context, copy);
          if (followed.events > 0 || followed.reorganisations > 0) await useCurrentKeys(context);
          await followUp(followed);
        },
      },
      outbox: { interval: ledgerPoll, run: async () => void (await sendOutbox(context)) },
      anchor: { interval: anchorInterval, run: async () => void (await anchorTick(context)) },
      erase: {
        interval: anchorInterval,
        run: async () => {
          await purgeReceived(context);
          await deleteExpired(context);
          await deleteEndedRequests(context);
          await deleteEndedCorrections(context);
          await deleteErased(context);
          await completeErasures();
        },
      },
      replicate: { interval: anchorInterval, run: () => replicator.pass() },
    },
    settled: () => replicator.settled(),
  };
}
