import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { BodyLabel, Hash32, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { firstAnchoredOf } from "../anchor/firstAnchoredOf.ts";
import { inclusionOf } from "../anchor/inclusionOf.ts";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";

const MOST_AT_ONCE = 64;

type WishContext = Pick<NodeContext, "organisation" | "db" | "durable" | "copy" | "keys" | "ledger" | "wake">;

interface Wish {
  readonly position: number;
  readonly intents: readonly Intent[];
}

/**
 * Tells the ledger what was asked for with own records, once they stand there: who has to co-sign them, and which earlier ones they take the
 * place of. An author that is its own endorser has signed with the header. Returns how many wishes went into the outbox.
 */
export async function enqueueRecordWishes(context: WishContext): Promise<number> {
  const endorsers = await endorsersWanted(context);
  const amendments = await amendmentsWanted(context);
  if (endorsers.length + amendments.length === 0) return 0;
  const signed = [...endorsers, ...amendments].flatMap(({ intents }) =>
    intents.map((intent) => ({
      intent,
      signatures: [context.keys.signDigest(intentDigest(context.ledger.identity, intent))],
    })),
  );
  await context.durable("record.outbox", () =>
    context.db.transaction(async (tx) => {
      for (const item of signed) await enqueueIntent(tx, item, dedupeOf(item.intent));
      await tx.query("delete from endorsers_wanted where position = any($1)", [
        endorsers.map(({ position }) => position),
      ]);
      await tx.query("delete from amendments_wanted where position = any($1)", [
        amendments.map(({ position }) => position),
      ]);
    }),
  );
  context.wake("outbox");
  return endorsers.length + amendments.length;
}

async function endorsersWanted(context: WishContext): Promise<readonly Wish[]> {
  const { organisation } = context;
  const rows = await context.db.query<{
    position: number;
    record: RecordId;
    label: BodyLabel;
    threshold: number;
    endorsers: readonly OrganisationId[];
  }>(
    `select w.position, r.record, r.label, w.threshold, w.endorsers
     from endorsers_wanted w join records r on r.position = w.position
     join ledger_batches b on b.organisation = r.organisation and b.sequence = r.sequence and b.manifest_held
     order by w.position limit $1`,
    [MOST_AT_ONCE],
  );
  const anchored = await firstAnchoredOf(
    context,
    rows.map(({ record }) => ({ record, organisation })),
  );
  const wishes: Wish[] = [];
  for (const { position, record, label, threshold, endorsers } of rows) {
    const first = anchored({ record, organisation });
    const inclusion = first?.label === label ? await inclusionOf(context, first) : null;
    if (inclusion === null) continue;
    const intents: Intent[] = [
      { type: "NameEndorsers", organisation, record, label, threshold, endorsers, shown: { inclusion } },
    ];
    if (endorsers.includes(organisation)) {
      intents.push({
        type: "EndorseRecord",
        endorser: organisation,
        organisation,
        record,
        label,
        shown: { endorsers },
      });
    }
    wishes.push({ position, intents });
  }
  return wishes;
}

async function amendmentsWanted(context: WishContext): Promise<readonly Wish[]> {
  const { organisation } = context;
  // The successor stands on the ledger too, so that no reader is sent to what nobody can open yet.
  const rows = await context.db.query<{ position: number; earlier: RecordId; successor: Hash32 }>(
    `select w.position, w.earlier, w.successor from amendments_wanted w join records r on r.position = w.position
     join ledger_batches b on b.organisation = r.organisation and b.sequence = r.sequence and b.manifest_held
     order by w.position limit $1`,
    [MOST_AT_ONCE],
  );
  const anchored = await firstAnchoredOf(
    context,
    rows.map(({ earlier }) => ({ record: earlier, organisation })),
  );
  const wishes: Wish[] = [];
  for (const { position, earlier: record, successor } of rows) {
    const first = anchored({ record, organisation });
    const inclusion = first === null ? null : await inclusionOf(context, first);
    if (first === null || inclusion === null) continue;
    const shown = { label: first.label, inclusion };
    wishes.push({
      position,
      intents: [{ type: "AmendRecord", organisation, record, successor, shown }],
    });
  }
  return wishes;
}
