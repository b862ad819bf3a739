import { fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { signCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { hasCode } from "@anamnesis/core/errors";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Digest } from "@anamnesis/core/ids";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { logSigner } from "../receipts/logSigner.ts";
import { requireWholeLog } from "../receipts/requireWholeLog.ts";
import { askWitnesses } from "../witness/askWitnesses.ts";
import { gatherCosignatures } from "../witness/gatherCosignatures.ts";
import { ownAnchor } from "./ownAnchor.ts";

/**
 * When the receipt log has grown since the last head that was signed for the ledger: signs the checkpoint, has witnesses
 * cosign it, keeps all and stores the intent that anchors it, in one transaction. The anchored digest is of the checkpoint
 * with the log's own signature and without cosignatures. Returns the head's size, 0 when there was nothing to do, an
 * earlier head is still on its way or too few witnesses cosigned: then the next pass tries again.
 *
 * Throws `log-rolled-back` when a head that was signed or anchored before is not part of the log any more: such a log
 * signs nothing again.
 */
export async function anchorLogHead(context: NodeContext): Promise<number> {
  const { organisation, db, keys, ledger, receipts } = context;
  if (context.copy.head() === null) return 0;
  await askWitnesses(context);
  await requireWhole(context);
  const head = receipts.head();
  const [signed] = await db.query<{ size: number }>(
    "select size from checkpoints order by size desc limit 1",
  );
  if (head.size <= (signed?.size ?? 0)) return 0;
  if ((await ownAnchor(db, "AnchorLogHead")) === "pending") return 0;

  const signer = logSigner(context);
  const text = await signCheckpoint(
    { origin: signer.origin, size: head.size, root: fromHex(head.root) },
    signer.publicKey,
    signer.sign,
  );
  const cosignatures = await gatherCosignatures(context, head, text);
  // A witness may have shown that it holds more than this log has.
  await requireWhole(context);
  if (cosignatures === null) return 0;
  const intent: Intent = {
    type: "AnchorLogHead",
    organisation,
    size: head.size,
    root: head.root,
    checkpoint: toHex<Digest>(sha256(utf8ToBytes(text))),
  };
  const signature = keys.signDigest(intentDigest(ledger.identity, intent));
  return context.durable("head.checkpoint", () =>
    db.transaction(async (tx) => {
      // Once more where nothing comes between: an earlier head may have come back by a reorganisation.
      if ((await ownAnchor(tx, "AnchorLogHead")) === "pending") return 0;
      await tx.query("insert into checkpoints (size, root, text, cosignatures) values ($1, $2, $3, $4)", [
        head.size,
        head.root,
        text,
        cosignatures,
      ]);
      await enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent));
      return head.size;
    }),
  );
}

async function requireWhole(context: NodeContext): Promise<void> {
  try {
    await requireWholeLog(context);
  } catch (error) {
    if (hasCode(error, "log-rolled-back"))
      context.log.error("log-rolled-back", { size: context.receipts.head().size });
    throw error;
  }
}
