import { AnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import { firstAnchoredOf } from "../anchor/firstAnchoredOf.ts";
import { inclusionOf } from "../anchor/inclusionOf.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { notFound } from "../runtime/refuse.ts";

/**
 * Takes one of this organisation's own records back, for ever: once the ledger says so it opens for its owner alone. The intent is on disk when it resolves; the
 * same record again changes nothing. Throws `not-found`, `not-anchored`.
 * @param also what is kept with the intent, in its transaction, or not at all.
 */
export async function retractRecord(
  context: Pick<NodeContext, "organisation" | "db" | "durable" | "copy" | "keys" | "ledger" | "wake">,
  record: RecordId,
  also: (tx: Queryable) => Promise<void> = async () => undefined,
): Promise<void> {
  const { organisation } = context;
  const own = await context.db.query("select 1 as one from records where record = $1 and own", [record]);
  if (own.length === 0) throw notFound();
  const first = (await firstAnchoredOf(context, [{ record, organisation }]))({ record, organisation });
  const inclusion = first === null ? null : await inclusionOf(context, first);
  if (first === null || inclusion === null) throw notAnchored();
  const intent: Intent = {
    type: "RetractRecord",
    organisation,
    record,
    shown: { label: first.label, inclusion },
  };
  const signatures = [context.keys.signDigest(intentDigest(context.ledger.identity, intent))];
  await context.durable("retract.outbox", () =>
    context.db.transaction(async (tx) => {
      await enqueueIntent(tx, { intent, signatures }, dedupeOf(intent));
      await also(tx);
    }),
  );
  context.wake("outbox");
}

function notAnchored(): AnamnesisError<"not-anchored"> {
  return new AnamnesisError({
    code: "not-anchored",
    rule: "A record is taken back by showing that it stands on the ledger.",
    fix: "Wait until the record is anchored; nobody opens it before.",
  });
}
