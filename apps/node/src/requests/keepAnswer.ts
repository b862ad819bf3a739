import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import {
  consentAnswerSigner,
  type SealedConsentAnswer,
  sealedConsentAnswer,
} from "@anamnesis/core/request/consentAnswer";
import { provenSegment } from "../access/provenSegment.ts";
import type { NodeContext } from "../context.ts";
import { isOwnedStill } from "../oauth/patientLogin.ts";
import { notFound } from "../runtime/refuse.ts";
import { requestClosed } from "./requestClosed.ts";

/**
 * Keeps the owner's answer beside the request, durably. The first stays; the same bytes again succeed.
 * Throws `bad-request-signature`, `custody-not-ready`, `not-found`, `request-closed`.
 */
export async function keepAnswer(
  context: Pick<NodeContext, "db" | "clock" | "copy" | "settings" | "durable" | "ledger">,
  value: SealedConsentAnswer,
): Promise<void> {
  const { request, opening } = value.body;
  const signer = consentAnswerSigner(value);
  if (signer === null) throw notOwner();
  const proven = provenSegment(context.ledger.identity, opening, signer, value.delegation ?? null);
  if (proven === null || !(await isOwnedStill(context, [proven]))) throw notOwner();
  const { segment } = proven;
  const bytes = sealedConsentAnswer.encode(value);
  await context.durable("request.answer", () =>
    context.db.transaction(async (tx) => {
      const rows = await tx.query<{ withdrawn_at: number | null; answer: Uint8Array | null }>(
        "select withdrawn_at, answer from consent_requests where request = $1 and segment = $2 for update",
        [request, segment],
      );
      const row = rows[0];
      if (row === undefined) throw notFound();
      if (row.answer !== null && equalBytes(row.answer, bytes)) return;
      if (row.answer !== null || row.withdrawn_at !== null) throw requestClosed();
      await tx.query("update consent_requests set answer = $2 where request = $1", [request, bytes]);
    }),
  );
}

function notOwner(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "A request for access is answered by the present owner of the segment to which it was addressed.",
    fix: "Sign with the newest copy of your keys.",
  });
}
