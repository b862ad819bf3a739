import {
  correctionAnswerSigner,
  type SealedCorrectionAnswer,
  sealedCorrectionAnswer,
} from "@anamnesis/core/correction/correctionAnswer";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { NodeContext } from "../context.ts";
import { requireActiveAsker } from "../requests/requireActiveAsker.ts";
import { notAuthorised, notFound } from "../runtime/refuse.ts";
import { correctionClosed } from "./correctionClosed.ts";

/** Seconds by which an answerer's clock may be ahead. */
const AHEAD = 60;

/**
 * Keeps what a person of a record's author said to a correction beside it, durably. The first stays; the same bytes again succeed. One that expired is answered all the same: late is better than never.
 * Throws `bad-request-signature`, `not-authorised`, `not-found`, `correction-closed`.
 */
export async function keepCorrectionAnswer(
  context: Pick<NodeContext, "db" | "clock" | "copy" | "durable">,
  value: SealedCorrectionAnswer,
): Promise<void> {
  const { correction, answerer, time } = value.body;
  const signer = correctionAnswerSigner(value);
  if (signer === null || time > context.clock.now() + AHEAD) throw notSigned();
  await requireActiveAsker(context, answerer, signer);
  const role = (await context.copy.actor(answerer.actor))?.role;
  if (role !== "practitioner" && role !== "staff") throw notAuthorised("people of the record's author");
  const bytes = sealedCorrectionAnswer.encode(value);
  await context.durable("correction.answer", () =>
    context.db.transaction(async (tx) => {
      const rows = await tx.query<{ withdrawn_at: number | null; answer: Uint8Array | null }>(
        "select withdrawn_at, answer from corrections where correction = $1 and organisation = $2 for update",
        [correction, answerer.organisation],
      );
      const row = rows[0];
      if (row === undefined) throw notFound();
      if (row.answer !== null && equalBytes(row.answer, bytes)) return;
      if (row.answer !== null || row.withdrawn_at !== null) throw correctionClosed();
      await tx.query("update corrections set answer = $2 where correction = $1", [correction, bytes]);
    }),
  );
}

function notSigned(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "A correction is answered by a person of the record's author, at a time that has come.",
    fix: "Sign it with the key that the directory names; compare this machine's clock with the node's.",
  });
}
