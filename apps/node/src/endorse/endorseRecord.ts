import type { EndorseWish } from "@anamnesis/api/routes/recordVerbs";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import { provesOpening } from "@anamnesis/core/record/openContent";
import type { NodeContext } from "../context.ts";
import { ownActor } from "../directory/ownActor.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import { namedOnLedger, notEndorser } from "./namedOnLedger.ts";

/**
 * Signs a record in this organisation's name, at the word of a person of it who has opened it: that person had to be let in by the patient's
 * consent, and custodians keep the receipt. The intent is on disk when it resolves; the same again changes nothing.
 *
 * Throws `not-authorised`, `not-opened`, `not-found`, `not-endorser`.
 */
export async function endorseRecord(
  context: Pick<NodeContext, "organisation" | "db" | "durable" | "copy" | "keys" | "ledger" | "wake">,
  signer: Hex,
  { header: { body }, opened }: EndorseWish,
): Promise<void> {
  const { role } = (await ownActor(context, signer)) ?? {};
  const own = await context.copy.member(context.organisation);
  if (own?.status !== "active") throw notAuthorised("members in good standing");
  if (role !== "practitioner" && role !== "staff") throw notAuthorised("people of this organisation");
  if (!provesOpening(body, opened)) throw notOpened();
  const { organisation, record, label, endorsers } = await namedOnLedger(context, body);
  if (!endorsers.includes(context.organisation)) throw notEndorser();
  const intent: Intent = {
    type: "EndorseRecord",
    endorser: context.organisation,
    organisation,
    record,
    label,
    shown: { endorsers },
  };
  const signatures = [context.keys.signDigest(intentDigest(context.ledger.identity, intent))];
  await context.durable("endorse.outbox", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures }, dedupeOf(intent))),
  );
  context.wake("outbox");
}

function notOpened(): AnamnesisError<"not-opened"> {
  return new AnamnesisError({
    code: "not-opened",
    rule: "Who endorses a record has opened it.",
    fix: "Open the record under the patient's consent and send what proves it.",
  });
}
