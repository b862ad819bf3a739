import type { DeclineWish } from "@anamnesis/api/routes/recordVerbs";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { decline, declinedOpened, declines, declineSigner } from "@anamnesis/core/record/decline";
import type { NodeContext } from "../context.ts";
import { requireActiveAsker } from "../requests/requireActiveAsker.ts";
import { notAuthorised, notFound } from "../runtime/refuse.ts";
import { type NamedRecord, namedOnLedger, notEndorser } from "./namedOnLedger.ts";

/** Seconds by which a decliner's clock may be ahead. */
const AHEAD = 60;

/**
 * Keeps somebody's signed word that their organisation does not co-sign a record, durably and for as long as the record is not erased. It changes nothing on the ledger. Each organisation says it once for
 * each header; the same bytes again succeed.
 *
 * Throws `bad-decline`, `not-authorised`, `not-found`, `not-endorser`, `already-endorsed`, `already-declined`.
 */
export async function keepDecline(
  context: Pick<NodeContext, "db" | "copy" | "clock" | "durable">,
  wish: DeclineWish,
): Promise<void> {
  const { body } = wish.decline;
  const { decliner } = body;
  const signer = declineSigner(wish.decline);
  const about = wish.header.body;
  if (signer === null || !declines(body, about) || !declinedOpened(body, about, wish.opened))
    throw badDecline();
  if (body.time > context.clock.now() + AHEAD) throw badDecline();
  await requireActiveAsker(context, decliner, signer);
  const role = (await context.copy.actor(decliner.actor))?.role;
  if (role !== "practitioner" && role !== "staff") throw notAuthorised("people of a member");
  const named = await namedOnLedger(context, wish.header.body);
  if (!named.endorsers.includes(decliner.organisation)) throw notEndorser();
  const bytes = decline.encode(wish.decline);
  await context.durable("decline.rows", () =>
    context.db.transaction(async (tx) => {
      // Erased since it was looked for, and perhaps deleted too: nobody would delete what is kept now. One that comes at this moment is serialised before or after this.
      const erased = await tx.query("select 1 as one from sticky_erasures where record = $1", [named.record]);
      if (erased.length > 0) throw notFound();
      // A node that signed has the wish in its outbox before the ledger says so.
      if (await hasEndorsed(tx, named, decliner.organisation)) throw alreadyEndorsed();
      await tx.query(
        `insert into declines (organisation, record, label, decliner, bytes) values ($1, $2, $3, $4, $5)
         on conflict (organisation, record, label, decliner) do nothing`,
        [named.organisation, named.record, named.label, decliner.organisation, bytes],
      );
      const rows = await tx.query<{ bytes: Uint8Array }>(
        "select bytes from declines where organisation = $1 and record = $2 and label = $3 and decliner = $4",
        [named.organisation, named.record, named.label, decliner.organisation],
      );
      if (rows[0] === undefined || !equalBytes(rows[0].bytes, bytes)) throw alreadyDeclined();
    }),
  );
}

async function hasEndorsed(
  tx: Queryable,
  { organisation, record, label }: NamedRecord,
  endorser: OrganisationId,
): Promise<boolean> {
  const rows = await tx.query(
    `select 1 as one from ledger_endorsements
     where organisation = $1 and record = $2 and label = $3 and endorser = $4
     union all
     select 1 from outbox where state = 'pending'
       and dedupe = 'EndorseRecord:' || $4 || ':' || $1 || ':' || $2 || ':' || $3`,
    [organisation, record, label, endorser],
  );
  return rows.length > 0;
}

function badDecline(): AnamnesisError<"bad-decline"> {
  return new AnamnesisError({
    code: "bad-decline",
    rule: "Who declines a record has opened it, and signs that for its very header, at a time that has come.",
    fix: "Open the record under the patient's consent and decline it anew; compare this machine's clock with the node's.",
  });
}

function alreadyEndorsed(): AnamnesisError<"already-endorsed"> {
  return new AnamnesisError({
    code: "already-endorsed",
    rule: "A signature on the ledger is not taken back by declining.",
    fix: "Ask the author to amend the record.",
  });
}

function alreadyDeclined(): AnamnesisError<"already-declined"> {
  return new AnamnesisError({
    code: "already-declined",
    rule: "Each organisation declines a record once.",
    fix: "Somebody of your organisation has declined it before; look at the queue again.",
  });
}
