import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { clientFor } from "./nodeClient.ts";
import { nextForHome, outgoingBatch, type QueuedRecord } from "./replicationBatch.ts";
import { sendCards } from "./sendCards.ts";
import { sendContent } from "./sendContent.ts";

/** Seconds: the longest time between two tries of a record that a home refuses. */
const LONGEST_WAIT = 3600;

/** Codes that say something of this node, the connection or the moment, and nothing of the records. */
const NOT_ABOUT_RECORDS: ReadonlySet<string> = new Set([
  "node-unreachable",
  "bad-answer",
  "bad-http-signature",
  "stale-http-signature",
  "replayed-http-signature",
  "internal",
]);

/** Codes of this node that say something of one record alone. */
const INCOMPLETE_HERE: ReadonlySet<string> = new Set([
  "replica-incomplete",
  "replica-not-taken",
  "blob-corrupt",
]);

export interface Replicated {
  /** Records that the home has taken. */
  readonly stored: number;
  /** Records that it refused; they are tried again later. */
  readonly refused: number;
  /** False when the home could not be reached or was busy: the rest waits for the next pass. */
  readonly reached: boolean;
}

type ReplicateContext = Pick<
  NodeContext,
  "db" | "durable" | "blobs" | "recent" | "copy" | "clock" | "fetch" | "keys" | "random" | "log" | "metrics"
>;

/**
 * Sends a home everything that is due for it, in the order of writing: cards first, then large contents, then the
 * records; a row moves from the queue to `replicas` when the home has answered that the record is on its disk. A batch
 * that is refused is halved until the bad record stands alone; that one is logged and tried again after a growing
 * time, the others go on. Failures of this node's own database or disk are thrown.
 */
export async function replicateToHome(context: ReplicateContext, home: OrganisationId): Promise<Replicated> {
  const tally = { stored: 0, refused: 0 };
  const member = await context.copy.member(home);
  if (member === null) return { ...tally, reached: false };
  const cardsSent = new Set<SegmentId>();
  const contentsSent = new Set<Cid>();
  try {
    const client = clientFor(context, member.endpoint);
    for (;;) {
      const rows = await nextForHome(context, home);
      if (rows.length === 0) return { ...tally, reached: true };
      await sendHalving(context, { client, home, cardsSent, contentsSent, tally }, rows);
    }
  } catch (error) {
    if (!isAboutTheHome(error)) throw error;
    context.log.warn("replication-home-away", { home, code: error.code });
    return { ...tally, reached: false };
  }
}

interface HomeRun {
  readonly client: Client;
  readonly home: OrganisationId;
  /** Segments whose cards this run has brought. */
  readonly cardsSent: Set<SegmentId>;
  /** Large contents that it has. */
  readonly contentsSent: Set<Cid>;
  readonly tally: { stored: number; refused: number };
}

async function sendHalving(
  context: ReplicateContext,
  run: HomeRun,
  rows: readonly QueuedRecord[],
): Promise<void> {
  try {
    await send(context, run, rows);
  } catch (error) {
    if (!isAboutRecords(error)) throw error;
    const [only] = rows;
    if (rows.length === 1 && only !== undefined) return postpone(context, run, only, error.code);
    const middle = Math.ceil(rows.length / 2);
    await sendHalving(context, run, rows.slice(0, middle));
    await sendHalving(context, run, rows.slice(middle));
  }
}

async function send(
  context: ReplicateContext,
  { client, home, cardsSent, contentsSent, tally }: HomeRun,
  rows: readonly QueuedRecord[],
): Promise<void> {
  const { batch, largeContents } = await outgoingBatch(context, rows);
  const segments = [...new Set(rows.map(({ segment }) => segment))].filter((id) => !cardsSent.has(id));
  await sendCards(context, client, segments);
  for (const segment of segments) cardsSent.add(segment);
  for (const cid of largeContents) {
    // A batch that is halved brings its contents once.
    if (contentsSent.has(cid)) continue;
    await sendContent(context, client, cid);
    contentsSent.add(cid);
  }
  const { records } = await client.call(exchangeRoutes.putRecords, {}, batch);
  const accepted = new Set(records.filter((status) => status.accepted).map((status) => status.record));
  if (!rows.every((row) => accepted.has(row.record))) throw notTaken();
  await context.durable("replicate.settle", () =>
    context.db.transaction(async (tx) => {
      const positions = rows.map((row) => row.position);
      await tx.query("delete from replication_queue where home = $1 and position = any($2)", [
        home,
        positions,
      ]);
      await tx.query(
        `insert into replicas (position, home) select p, $1 from unnest($2::bigint[]) as p
       on conflict do nothing`,
        [home, positions],
      );
    }),
  );
  tally.stored += rows.length;
  context.metrics.count("records_replicated_total", {}, rows.length);
}

async function postpone(
  { db, durable, clock, log }: ReplicateContext,
  { home, tally }: HomeRun,
  row: QueuedRecord,
  code: string,
): Promise<void> {
  const wait = Math.min(2 ** row.attempts, LONGEST_WAIT);
  await durable("replicate.postpone", () =>
    db.query(
      `update replication_queue set attempts = attempts + 1, retry_at = $3
     where home = $1 and position = $2`,
      [home, row.position, clock.now() + wait],
    ),
  );
  tally.refused++;
  log.warn("replication-refused", { home, position: row.position, code, wait });
}

/** The client names the node in what it throws; without that name it is this node's own failure. */
function isAboutTheHome(error: unknown): error is AnamnesisError {
  if (!(error instanceof AnamnesisError)) return false;
  if (error.code === "bad-endpoint") return true;
  return (
    error.meta["node"] !== undefined &&
    (error.meta["retryable"] === true || NOT_ABOUT_RECORDS.has(String(error.code)))
  );
}

function isAboutRecords(error: unknown): error is AnamnesisError {
  if (!(error instanceof AnamnesisError) || isAboutTheHome(error)) return false;
  return error.meta["node"] !== undefined || INCOMPLETE_HERE.has(String(error.code));
}

function notTaken(): AnamnesisError<"replica-not-taken"> {
  return new AnamnesisError({
    code: "replica-not-taken",
    rule: "A home says of each record that it has it on its disk.",
    fix: "Look into the home's log; the record is sent again by itself.",
  });
}
