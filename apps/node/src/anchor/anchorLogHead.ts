import { signCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Digest, Hash32 } from "@anamnesis/core/ids";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { logSigner } from "../receipts/logSigner.ts";
import { ownAnchor } from "./ownAnchor.ts";

/**
 * When the receipt log has grown since the last head that was signed for the ledger: signs the checkpoint, keeps its
 * text and stores the intent that anchors it, in one transaction. Returns the head's size, 0 when there was nothing to
 * do or an earlier head is still on its way.
 *
 * Throws `log-rolled-back` when a head that was signed or anchored before is not part of the log any more: such a log
 * signs nothing again.
 */
export async function anchorLogHead(
  context: Pick<
    NodeContext,
    "organisation" | "db" | "durable" | "receipts" | "copy" | "keys" | "ledger" | "log"
  >,
): Promise<number> {
  const { organisation, db, keys, ledger, receipts } = context;
  if (context.copy.head() === null) return 0;
  const head = receipts.head();
  const [signed] = await db.query<{ size: number; root: Hash32 }>(
    "select size, root from checkpoints order by size desc limit 1",
  );
  requireContinues(context, signed ?? null);
  requireContinues(context, await context.copy.logHead(organisation));
  if (head.size <= (signed?.size ?? 0)) return 0;
  if ((await ownAnchor(db, "AnchorLogHead")) === "pending") return 0;

  const signer = logSigner(context);
  const text = await signCheckpoint(
    { origin: signer.origin, size: head.size, root: fromHex(head.root) },
    signer.publicKey,
    signer.sign,
  );
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
      await tx.query("insert into checkpoints (size, root, text) values ($1, $2, $3)", [
        head.size,
        head.root,
        text,
      ]);
      await enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent));
      return head.size;
    }),
  );
}

function requireContinues(
  { receipts, log }: Pick<NodeContext, "receipts" | "log">,
  earlier: { readonly size: number; readonly root: Hash32 } | null,
): void {
  if (earlier === null) return;
  const { size } = receipts.head();
  if (size >= earlier.size && receipts.headAt(earlier.size).root === earlier.root) return;
  log.error("log-rolled-back", { signed: earlier.size, size });
  throw new AnamnesisError({
    code: "log-rolled-back",
    rule: "A receipt log only grows: every head that it ever signed is part of it.",
    fix: "Stop this custodian and restore the newest copy of its receipt log; do not let it sign from an older one.",
    meta: { signed: earlier.size, size },
  });
}
