import { AnamnesisError } from "@anamnesis/core/errors";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import type { NodeContext } from "../context.ts";
import { custodyNotReady } from "../runtime/refuse.ts";
import type { SignedHead } from "./logStanding.ts";

/** The anchored head that each log was last found to contain, so that one head is compared once. */
const found = new WeakMap<ReceiptLog, string>();

type LogContext = Pick<NodeContext, "organisation" | "copy" | "receipts" | "standing">;

/**
 * Lets only a log sign that contains every head which this organisation signed before: the newest on the ledger, those that
 * witnesses hold, and its own newest. A missing file or an older copy would otherwise answer with a history that these
 * contradict. Throws `custody-not-ready` with `meta.reason` `ledger` while the copy of the ledger is not complete,
 * `witnesses` while they were not asked yet since the start, and `log-rolled-back`.
 */
export async function requireWholeLog(context: LogContext): Promise<void> {
  if (context.copy.head() === null) throw custodyNotReady("ledger");
  if (!context.standing.asked) throw custodyNotReady("witnesses");
  const missing = await missingFromLog(context);
  if (missing === null) return;
  const { size } = context.receipts.head();
  throw new AnamnesisError({
    code: "log-rolled-back",
    rule: "A receipt log only grows: every head that it ever signed is part of it.",
    fix: "Stop this custodian and restore the newest copy of its receipt log; do not let it sign from an older one.",
    meta: { signed: missing.size, size },
  });
}

/** A head of this organisation that is not part of its log; `null` when all that are known are. */
export async function missingFromLog({
  organisation,
  copy,
  receipts,
  standing,
}: LogContext): Promise<SignedHead | null> {
  const contradiction = standing.contradiction(receipts);
  if (contradiction !== null) return contradiction;
  const anchored = await copy.logHead(organisation);
  if (anchored === null) return null;
  const head = `${anchored.size} ${anchored.root}`;
  if (found.get(receipts) === head) return null;
  if (receipts.head().size < anchored.size) return anchored;
  if (receipts.headAt(anchored.size).root !== anchored.root) return anchored;
  found.set(receipts, head);
  return null;
}
