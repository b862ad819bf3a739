import type { NodeContext } from "../context.ts";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import { custodyNotReady } from "../runtime/refuse.ts";

/** The anchored head that each log was last found to contain, so that one head is compared once. */
const found = new WeakMap<ReceiptLog, string>();

type LogContext = Pick<NodeContext, "organisation" | "copy" | "receipts">;

/**
 * Lets only a log sign that contains the newest head which this organisation has on the ledger: a missing file or an older copy
 * would otherwise answer with a history that the anchored one contradicts. Throws `custody-not-ready` with `meta.reason`
 * `ledger` while the copy of the ledger is not complete, `log` when the log is not whole.
 */
export async function requireWholeLog(context: LogContext): Promise<void> {
  if (context.copy.head() === null) throw custodyNotReady("ledger");
  if (!(await logIsWhole(context))) throw custodyNotReady("log");
}

/** False when the newest anchored head of this organisation is not part of its log. */
export async function logIsWhole({ organisation, copy, receipts }: LogContext): Promise<boolean> {
  const anchored = await copy.logHead(organisation);
  if (anchored === null) return true;
  const head = `${anchored.size} ${anchored.root}`;
  if (found.get(receipts) === head) return true;
  if (receipts.head().size < anchored.size) return false;
  if (receipts.headAt(anchored.size).root !== anchored.root) return false;
  found.set(receipts, head);
  return true;
}
