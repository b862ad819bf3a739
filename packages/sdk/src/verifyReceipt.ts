import { type Checkpoint, parseCheckpoint } from "@anamnesis/core/audit/checkpoint";
import type { CheckpointKey } from "@anamnesis/core/audit/checkpointKey";
import type { Cosignature } from "@anamnesis/core/audit/cosignature";
import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import { leafHash } from "@anamnesis/core/audit/merkleTree";
import { receipt, receiptCommitment, type ReceiptEntry } from "@anamnesis/core/audit/receiptEntry";
import { parseTlogProof, verifyTlogProof } from "@anamnesis/core/audit/tlogProof";
import { AnamnesisError } from "@anamnesis/core/errors";

export interface VerifyReceiptParameters {
  /** The `.tlog-proof` file. */
  readonly text: string;
  /** Logs whose word counts. */
  readonly logs: readonly CheckpointKey[];
  readonly witnesses: readonly CheckpointKey[];
  /** How many of the witnesses must have cosigned; 1 by default. */
  readonly minimum?: number;
}

export interface VerifiedReceipt {
  readonly entry: ReceiptEntry;
  readonly index: number;
  readonly head: Checkpoint;
  readonly cosignatures: readonly Cosignature[];
}

/**
 * What a custodian logged, proved by the file alone. Throws `bad-proof`, `unknown-log`, `bad-checkpoint`, `bad-checkpoint-signature`,
 * `bad-cosignature`, `too-few-cosignatures`, and `receipt-mismatch` when the entry is of another custodian than the log.
 */
export function verifyReceipt(parameters: VerifyReceiptParameters): VerifiedReceipt {
  const { text, logs, witnesses, minimum = 1 } = parameters;
  const proof = parseTlogProof(text);
  if (proof.extra === null) {
    throw new AnamnesisError({
      code: "bad-proof",
      rule: "A receipt's file holds the entry and its salt as extra data.",
      fix: "Give a file that was exported as a receipt.",
      meta: { what: "extra" },
    });
  }
  const { entry, salt } = receipt.decode(proof.extra);
  const { origin } = parseCheckpoint(proof.checkpoint);
  const log = logs.find(({ name }) => name === origin);
  if (log === undefined) {
    throw new AnamnesisError({
      code: "unknown-log",
      rule: "A receipt counts when a log whose key is known has signed its head.",
      fix: "Give the log's verifier key.",
    });
  }
  if (logOrigin(entry.custodian) !== origin) {
    throw new AnamnesisError({
      code: "receipt-mismatch",
      rule: "A custodian logs its own receipts.",
      fix: "Keep the file: the log shows an entry that names another custodian.",
    });
  }
  const commitment = receiptCommitment(entry, salt);
  const { head, cosignatures } = verifyTlogProof(proof, leafHash(commitment), { log, witnesses });
  if (cosignatures.length < minimum) {
    throw new AnamnesisError({
      code: "too-few-cosignatures",
      rule: "A head counts when enough known witnesses cosigned it.",
      fix: "Export the receipt again when the next head is published, or accept fewer witnesses.",
      meta: { cosignatures: cosignatures.length, wanted: minimum },
    });
  }
  return { entry, index: proof.index, head, cosignatures };
}
