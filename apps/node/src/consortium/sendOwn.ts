import { AnamnesisError } from "@anamnesis/core/errors";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";

/** Signs an intent as this organisation and stores it for the ledger; the same one again changes nothing. */
export async function sendOwn(context: NodeContext, intent: Intent): Promise<void> {
  const signature = context.keys.signDigest(intentDigest(context.ledger.identity, intent));
  await context.durable("consortium.outbox", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent))),
  );
  context.wake("outbox");
}

/** Throws `member-not-active`. */
export async function requireActive({ copy, organisation }: NodeContext): Promise<void> {
  const member = await copy.member(organisation);
  if (member?.status === "active") return;
  throw new AnamnesisError({
    code: "member-not-active",
    rule: "Active members propose and vote.",
    fix: "Ask another member to propose this organisation's admission or reinstatement.",
  });
}
