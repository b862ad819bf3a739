import {
  type CorrectionWithdrawal,
  correctionWithdrawalSigner,
} from "@anamnesis/core/correction/correctionWithdrawal";
import type { NodeContext } from "../context.ts";
import { notFound } from "../runtime/refuse.ts";
import { correctionClosed } from "./correctionClosed.ts";
import { requireSegmentOwner } from "./requireSegmentOwner.ts";

/**
 * Marks a correction that waits as withdrawn, durably; the same again succeeds. It stays until it would have been deleted, so that the owner's other devices see that there was one.
 * Throws `correction-closed` once it is answered, `not-found`, `bad-request-signature`, `custody-not-ready`.
 */
export async function withdrawCorrection(
  context: Pick<NodeContext, "db" | "clock" | "copy" | "settings" | "durable" | "ledger">,
  value: CorrectionWithdrawal,
): Promise<void> {
  const { correction, opening } = value.body;
  const signer = correctionWithdrawalSigner(value);
  const segment = await requireSegmentOwner(context, opening, signer, value.delegation ?? null);
  await context.durable("correction.withdrawal", () =>
    context.db.transaction(async (tx) => {
      const rows = await tx.query<{ withdrawn_at: number | null; answered: boolean }>(
        `select withdrawn_at, answer is not null as answered from corrections
         where correction = $1 and segment = $2 for update`,
        [correction, segment],
      );
      const row = rows[0];
      if (row === undefined) throw notFound();
      if (row.withdrawn_at !== null) return;
      if (row.answered) throw correctionClosed();
      await tx.query("update corrections set withdrawn_at = $2 where correction = $1", [
        correction,
        context.clock.now(),
      ]);
    }),
  );
}
