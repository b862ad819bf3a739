import { AnamnesisError } from "@anamnesis/core/errors";
import type { NodeContext } from "../context.ts";
import { anchorBatch } from "./anchorBatch.ts";
import { anchorLogHead } from "./anchorLogHead.ts";

export interface Anchored {
  /** Records that were put into a batch. */
  readonly records: number;
  /** Size of the log head that was signed; 0 when none was. */
  readonly logSize: number;
}

/**
 * What this node has to anchor, enqueued together, so that one interval makes one submission. Records are anchored
 * even when the receipt log must not sign: then its error is thrown afterwards (`log-rolled-back`).
 */
export async function anchorTick(context: NodeContext): Promise<Anchored> {
  const records = await anchorBatch(context);
  let logSize = 0;
  let failure: AnamnesisError | null = null;
  try {
    logSize = await anchorLogHead(context);
  } catch (error) {
    if (!(error instanceof AnamnesisError)) throw error;
    failure = error;
  }
  if (records > 0 || logSize > 0) context.wake("outbox");
  if (failure !== null) throw failure;
  return { records, logSize };
}
