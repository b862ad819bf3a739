import type { Hash32 } from "@anamnesis/core/ids";
import type { BlockRef, EventPage, LedgerHead } from "@anamnesis/core/ports/ledger";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { recheckOutbox } from "../outbox/recheckOutbox.ts";
import { applyEvent } from "./applyEvent.ts";
import { commonBlock } from "./commonBlock.ts";
import { rollback } from "./rollback.ts";
import type { SqlLedgerCopy } from "./sqlLedgerCopy.ts";

/** Blocks of one page: a restart after hours is caught up in a few questions. */
const PAGE_BLOCKS = 5000;
/** Blocks below the newest that are remembered for finding a fork; a deeper one rebuilds from the beginning. */
const REMEMBERED_BLOCKS = 1024;
/** An engine that forks more often within one pass is left alone until the next one. */
const MOST_FORKS = 8;

export interface Followed {
  /** True when the copy stands at the head that the engine named. */
  readonly caughtUp: boolean;
  readonly events: number;
  readonly reorganisations: number;
}

/**
 * One pass over the ledger: from the durable cursor (the newest row of `ledger_blocks`) to the engine's head, each page
 * in one transaction with its cursor, so that a kill at any point repeats nothing and skips nothing. Only a pass that
 * reached the head confirms it; from a reorganisation until then the copy has no head and custodians refuse, since what
 * the lost blocks held may come back otherwise. Throws `ledger-unavailable`.
 */
export async function followLedger(
  context: Pick<NodeContext, "db" | "durable" | "ledger" | "log" | "metrics">,
  copy: SqlLedgerCopy,
): Promise<Followed> {
  const head = await context.ledger.head();
  const tally = { events: 0, reorganisations: 0 };
  let cursor = await newestBlock(context.db);
  for (;;) {
    if (cursor !== null && cursor.number === head.number && cursor.hash === head.hash) {
      return confirm(context, copy, head, tally);
    }
    const page = await context.ledger.events(cursor, PAGE_BLOCKS);
    if (page.status === "reorganised") {
      if (cursor === null || ++tally.reorganisations > MOST_FORKS) return { caughtUp: false, ...tally };
      cursor = await goBack(context, copy, cursor);
      continue;
    }
    await keepPage(context, cursor, page);
    tally.events += page.events.length;
    const before = cursor;
    cursor = page.upTo;
    if (cursor.number >= head.number) {
      return confirm(context, copy, { ...page.upTo, confirmedAt: head.confirmedAt }, tally);
    }
    if (before !== null && cursor.number <= before.number) {
      // The engine names a head that it does not give yet.
      return { caughtUp: false, ...tally };
    }
  }
}

function confirm(
  context: Pick<NodeContext, "metrics">,
  copy: SqlLedgerCopy,
  head: LedgerHead,
  tally: { readonly events: number; readonly reorganisations: number },
): Followed {
  const { number, hash, time, confirmedAt } = head;
  copy.confirm({ number, hash, time, confirmedAt });
  context.metrics.gauge("ledger_head_block", number);
  return { caughtUp: true, ...tally };
}

async function newestBlock(db: Queryable): Promise<BlockRef | null> {
  const rows = await db.query<{ number: number; hash: Hash32 }>(
    "select number, hash from ledger_blocks order by number desc limit 1",
  );
  return rows[0] ?? null;
}

async function goBack(
  context: Pick<NodeContext, "db" | "durable" | "ledger" | "log" | "metrics">,
  copy: SqlLedgerCopy,
  from: BlockRef,
): Promise<BlockRef | null> {
  copy.forgetHead();
  const common = await commonBlock(context.db, context.ledger);
  await context.durable("indexer.rollback", () =>
    context.db.transaction((tx) => rollback(tx, common?.number ?? -1)),
  );
  context.log.warn("ledger-reorganised", { from: from.number, common: common?.number ?? null });
  context.metrics.count("ledger_reorganisations_total");
  return common;
}

async function keepPage(
  { db, durable, ledger }: Pick<NodeContext, "db" | "durable" | "ledger">,
  cursor: BlockRef | null,
  page: Extract<EventPage, { status: "ok" }>,
): Promise<void> {
  const { events, recent, upTo } = page;
  await durable("indexer.page", () =>
    db.transaction(async (tx) => {
      for (const event of events) await applyEvent(tx, event);
      const blocks = [...recent, upTo].filter(
        ({ number }) => number > upTo.number - REMEMBERED_BLOCKS && number > (cursor?.number ?? -1),
      );
      await tx.query(
        `insert into ledger_blocks (number, hash) select * from unnest($1::bigint[], $2::text[])
       on conflict (number) do nothing`,
        [blocks.map(({ number }) => number), blocks.map(({ hash }) => hash)],
      );
      await tx.query("delete from ledger_blocks where number <= $1", [upTo.number - REMEMBERED_BLOCKS]);
      await recheckOutbox(tx, ledger.identity, cursor?.number ?? -1, upTo.number);
    }),
  );
}
