import { auditRoutes } from "@anamnesis/api/routes/audit";
import { formatAddCheckpoint } from "@anamnesis/core/audit/addCheckpoint";
import { formatNoteSignature, parseCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { checkpointKeyId } from "@anamnesis/core/audit/checkpointKey";
import { verifyCosignatures } from "@anamnesis/core/audit/cosignature";
import { witnessName } from "@anamnesis/core/audit/logOrigin";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { hasCode, isAnamnesisError } from "@anamnesis/core/errors";
import type { LogHead } from "@anamnesis/core/ports/receiptLog";
import type { NodeContext } from "../context.ts";
import { memberKeyCard } from "../directory/memberKeyCard.ts";
import type { MemberRow } from "../indexer/ledgerCopy.ts";
import { clientFor } from "../replicate/nodeClient.ts";
import { askWitness, WITNESS_TIMEOUT, witnessesOf } from "./askWitnesses.ts";

/**
 * Has the other members cosign a signed head of this node's log (C2SP tlog-witness). Returns their verified lines, `null` when
 * fewer than the configured number (or than there are others) cosigned. All are asked at once and each is waited for.
 */
export async function gatherCosignatures(
  context: NodeContext,
  head: LogHead,
  checkpoint: string,
): Promise<string | null> {
  const { settings, standing, log, metrics } = context;
  const witnesses = await witnessesOf(context);
  const wanted = Math.min(settings.witnesses, witnesses.length);
  const lines = await Promise.all(
    witnesses.map(async (witness) => {
      try {
        return await cosignedBy(context, witness, head, checkpoint);
      } catch (error) {
        const code = isAnamnesisError(error) ? error.code : "internal";
        log.warn("witness-refused", { organisation: witness.organisation, code, size: head.size });
        return "";
      }
    }),
  );
  const count = lines.filter((line) => line !== "").length;
  standing.noteCosignatures(head.size, count, wanted);
  metrics.gauge("log_head_cosignatures", count);
  if (count >= wanted) return lines.join("");
  log.error("log-head-unwitnessed", { size: head.size, cosignatures: count, wanted });
  metrics.count("log_heads_unwitnessed_total");
  return null;
}

async function cosignedBy(
  context: NodeContext,
  witness: MemberRow,
  head: LogHead,
  checkpoint: string,
): Promise<string> {
  const { organisation } = witness;
  const card = await memberKeyCard(context, witness);
  if (card === null) return "";
  const key = { name: witnessName(organisation), publicKey: card.ed25519 };
  const answer = await submit(context, witness, head, checkpoint);
  const cosigned = checkpoint + answer;
  if (verifyCosignatures(cosigned, [key]).length === 0) return "";
  context.standing.note(organisation, head);
  // Only its own line: what else a witness says has no place under this node's head.
  const keyId = checkpointKeyId(key, "cosigner");
  const own = parseCheckpoint(cosigned).signatures.findLast(
    (line) => line.name === key.name && equalBytes(line.keyId, keyId),
  );
  return own === undefined ? "" : formatNoteSignature(own);
}

/** From the size that the witness is thought to hold; when it names another one, once more from that. */
async function submit(
  context: NodeContext,
  witness: MemberRow,
  { size }: LogHead,
  checkpoint: string,
): Promise<string> {
  const client = clientFor(context, witness.endpoint);
  const from = (oldSize: number): Promise<string> => {
    const proof = context.receipts.consistencyProof(oldSize, size);
    const body = formatAddCheckpoint({ oldSize, proof, checkpoint });
    return client.call(auditRoutes.addCheckpoint, {}, body, { timeout: WITNESS_TIMEOUT });
  };
  try {
    return await from(Math.min(context.standing.sizeAt(witness.organisation), size));
  } catch (error) {
    // It knows another head than was thought: whether the log has that one is what counts from now on.
    if (hasCode(error, "log-forked")) await askWitness(context, witness);
    const held = isAnamnesisError(error) && error.code === "witness-conflict" ? error.meta["size"] : null;
    if (typeof held !== "number") throw error;
    if (held <= size) return await from(held);
    await askWitness(context, witness);
    throw error;
  }
}
