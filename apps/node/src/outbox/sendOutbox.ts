import { fromHex } from "@anamnesis/core/encoding/bytes";
import { hasCode } from "@anamnesis/core/errors";
import type { Hash32 } from "@anamnesis/core/ids";
import type { Intent, SignedIntent } from "@anamnesis/core/ledger/intents";
import type { IntentOutcome, Submission } from "@anamnesis/core/ports/ledger";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { signedNow } from "./signedNow.ts";
import { standsOnLedger } from "./standsOnLedger.ts";
import { type StoredIntent, unpackIntent } from "./storedIntent.ts";

/** Most intents of one submission, which is at most one transaction. */
const MOST_PER_SUBMISSION = 256;
/** Seconds: the longest time between two tries of an intent that waits for another one. */
const LONGEST_WAIT = 3600;

/**
 * Refusals that end by themselves: what the intent builds on is on its way, or was lost in a reorganisation and is
 * being sent again.
 */
const WAITING: ReadonlySet<string> = new Set([
  "unknown-consent",
  "unknown-member",
  // Suspended; a reinstatement ends it, and the vote about that is another member's to begin.
  "member-not-active",
  "function-paused",
  "sequence-gap",
  "version-gap",
  "rotation-gap",
  "unknown-batch",
  "no-committee",
  "no-endorsers",
  "unknown-request",
  "unknown-proposal",
]);

/** What somebody decided is not done at some later time, in another situation: of a proposal that is about a suspended member for one. */
function endsByItself(intent: Intent, code: string): boolean {
  return WAITING.has(code) && !(isDecision(intent) && code === "member-not-active");
}

function isDecision({ type }: Intent): boolean {
  return type === "Propose" || type === "Vote";
}

/** This organisation signed it with a key that the ledger does not name: it goes once the node signs with the one that it names. */
function waitsForKeys(
  { keys, ledger }: Pick<NodeContext, "keys" | "ledger">,
  signed: SignedIntent,
  code: string,
): boolean {
  return (
    code === "bad-signature" && !isDecision(signed.intent) && signedNow(keys, ledger.identity, signed).own
  );
}

interface OutboxRow extends StoredIntent {
  readonly id: number;
  readonly attempts: number;
}

export interface Sent {
  readonly taken: number;
  readonly done: number;
  readonly refused: number;
}

/**
 * One submission of what waits: revocations first, then in the order of storing. When the engine does not answer, all
 * rows stay as they are but for the count of attempts; it is unknown whether they took effect, and sending again does
 * no harm. Every other error of the port passes through.
 */
export async function sendOutbox(
  context: Pick<NodeContext, "db" | "durable" | "ledger" | "keys" | "clock" | "log" | "metrics" | "wake">,
): Promise<Sent> {
  const rows = await context.db.query<OutboxRow>(
    `select id, attempts, signed, intent from outbox where state = 'pending' and retry_at <= $1
     order by priority, id limit $2`,
    [context.clock.now(), MOST_PER_SUBMISSION],
  );
  if (rows.length === 0) return { taken: 0, done: 0, refused: 0 };
  const { keys, ledger } = context;
  const stored = rows.map((row) => unpackIntent(row));
  // With one key there is nothing to sign again.
  const intents =
    keys.accounts.size === 1 ? stored : stored.map((one) => signedNow(keys, ledger.identity, one).signed);
  const submitted = await submitWhatFits(context, intents);
  if (submitted === null) {
    await context.durable("outbox.attempts", () =>
      context.db.query("update outbox set attempts = attempts + 1 where id = any($1)", [
        rows.map((row) => row.id),
      ]),
    );
    return { taken: rows.length, done: 0, refused: 0 };
  }
  const { done, refused } = await context.durable("outbox.settle", () =>
    context.db.transaction(async (tx) => {
      const settled: { done: number; refused: Refused[] } = { done: 0, refused: [] };
      for (const [i, row] of rows.entries()) {
        const [outcome, signed] = [submitted.submission.outcomes[i], intents[i]];
        if (outcome === undefined || signed === undefined) continue;
        const how = await settle(context, tx, row, signed, outcome, submitted);
        if (how === "done") settled.done++;
        if (how === "refused" && outcome.status === "refused") {
          settled.refused.push({ id: row.id, type: signed.intent.type, code: outcome.code });
        }
      }
      return settled;
    }),
  );
  for (const { id, type, code } of refused) context.log.error("intent-refused", { id, type, code });
  const tally = { taken: rows.length, done, refused: refused.length };
  context.metrics.count("outbox_done_total", {}, tally.done);
  if (tally.done > 0) {
    context.wake("indexer");
    // What waited for one of these, and what did not fit in, goes at once.
    context.wake("outbox");
  }
  return tally;
}

interface Refused {
  readonly id: number;
  readonly type: string;
  readonly code: string;
}

interface Submitted {
  readonly submission: Submission;
  /** No intent that stood already took effect above this block. */
  readonly already: number;
}

/** Half as many while a block of the engine does not hold them all: the rest go with the next pass. */
async function submitWhatFits(
  context: Pick<NodeContext, "ledger" | "durable" | "log">,
  intents: readonly SignedIntent[],
): Promise<Submitted | null> {
  try {
    return await submit(context, intents);
  } catch (error) {
    if (intents.length === 1 || !hasCode(error, "submission-too-large")) throw error;
    return submitWhatFits(context, intents.slice(0, intents.length >> 1));
  }
}

async function submit(
  { ledger, durable, log }: Pick<NodeContext, "ledger" | "durable" | "log">,
  intents: readonly SignedIntent[],
): Promise<Submitted | null> {
  try {
    const before = await ledger.head();
    const submission = await durable("outbox.submit", () => ledger.submit(intents));
    const after = await ledger.head();
    return { submission, already: Math.max(before.number, after.number) };
  } catch (error) {
    if (!hasCode(error, "ledger-unavailable")) throw error;
    log.warn("outbox-ledger-unavailable", { intents: intents.length });
    return null;
  }
}

async function settle(
  context: Pick<NodeContext, "ledger" | "keys" | "clock">,
  tx: Queryable,
  row: OutboxRow,
  signed: SignedIntent,
  outcome: IntentOutcome,
  { submission, already }: Submitted,
): Promise<"done" | "refused" | "waiting"> {
  const overtaken =
    outcome.status === "refused" &&
    isOvertaken(signed.intent, outcome.code) &&
    (await standsOnLedger(tx, context.ledger.identity, signed.intent));
  if (outcome.status === "refused" && !overtaken) {
    const waits =
      endsByItself(signed.intent, outcome.code) ||
      waitsForKeys(context, signed, outcome.code) ||
      isOvertaken(signed.intent, outcome.code);
    if (waits) {
      const wait = row.attempts === 0 ? 0 : Math.min(2 ** (row.attempts - 1), LONGEST_WAIT);
      await tx.query("update outbox set attempts = attempts + 1, retry_at = $2 where id = $1", [
        row.id,
        context.clock.now() + wait,
      ]);
      return "waiting";
    }
    await tx.query(
      "update outbox set state = 'refused', refusal = $2, attempts = attempts + 1 where id = $1",
      [row.id, outcome.code],
    );
    return "refused";
  }
  const applied = outcome.status === "applied";
  const block = applied ? (submission.block?.number ?? already) : already;
  // The indexer looks at this row when it passes the block. If it has passed it, nobody else would look again.
  if (
    (await indexedUpTo(tx)) >= block &&
    !(await standsOnLedger(tx, context.ledger.identity, signed.intent))
  ) {
    return "waiting";
  }
  await tx.query(
    `update outbox set state = 'done', attempts = attempts + 1, block = $2, block_hash = $3, transaction = $4
     where id = $1 and state = 'pending'`,
    [
      row.id,
      block,
      applied ? bytesOf(submission.block?.hash) : null,
      applied ? bytesOf(submission.transaction) : null,
    ],
  );
  return "done";
}

/**
 * Refused for what came to the ledger after it, which happens when intents are sent again after a reorganisation that lost
 * nothing, or from a database that was restored from a backup: a head of the receipt log behind a larger one, or a
 * registration behind its revocation. It is done once this node's copy shows what overtook it.
 */
function isOvertaken(intent: Intent, code: string): boolean {
  // A consent's id is the digest of what was registered, and only what stands is revoked.
  if (intent.type === "RegisterConsent") return code === "consent-revoked";
  return intent.type === "AnchorLogHead" && code === "log-behind";
}

function bytesOf(hash: Hash32 | null | undefined): Uint8Array | null {
  return hash === null || hash === undefined ? null : fromHex(hash);
}

/** Newest block of this node's copy of the ledger; -1 while it is empty. */
async function indexedUpTo(tx: Queryable): Promise<number> {
  const rows = await tx.query<{ number: number | null }>("select max(number) as number from ledger_blocks");
  return rows[0]?.number ?? -1;
}
