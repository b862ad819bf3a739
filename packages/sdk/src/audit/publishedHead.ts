import { type Checkpoint, verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import type { CheckpointKey } from "@anamnesis/core/audit/checkpointKey";
import { type Cosignature, verifyCosignatures } from "@anamnesis/core/audit/cosignature";
import { logOrigin, witnessName } from "@anamnesis/core/audit/logOrigin";
import type { Consortium, Custodian } from "../consortium.ts";
import type { Runtime } from "../runtime.ts";
import { type LogReader, readLog } from "./logReader.ts";

export interface PublishedHead {
  /** The signed note, cosignatures included. */
  readonly checkpoint: string;
  readonly head: Checkpoint;
  /** Valid cosignatures of other custodians. */
  readonly witnesses: readonly Cosignature[];
  readonly reader: LogReader;
}

/** The key of a custodian's log. */
export function logKeyOf({ organisation, ed25519 }: Custodian): CheckpointKey {
  return { name: logOrigin(organisation), publicKey: ed25519 };
}

/** The keys under which the custodians cosign. */
export function witnessKeysOf({ committee }: Consortium): readonly CheckpointKey[] {
  return committee.custodians.map(({ organisation, ed25519 }) => {
    return { name: witnessName(organisation), publicKey: ed25519 };
  });
}

/**
 * The head that a custodian publishes, verified with the keys of the committee's certificate. Throws what the node answers,
 * `bad-checkpoint`, `bad-checkpoint-signature`, `bad-cosignature`.
 */
export async function publishedHead(
  runtime: Runtime,
  consortium: Consortium,
  custodian: Custodian,
): Promise<PublishedHead> {
  const reader = readLog(runtime, custodian.endpoint);
  const checkpoint = await reader.checkpoint();
  const head = verifyCheckpoint(checkpoint, logKeyOf(custodian));
  const others = witnessKeysOf(consortium).filter(({ name }) => name !== witnessName(custodian.organisation));
  return { checkpoint, head, witnesses: verifyCosignatures(checkpoint, others), reader };
}
