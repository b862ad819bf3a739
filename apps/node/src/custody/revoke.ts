import {
  type Revocation,
  revocation,
  type RevocationAck,
  revocationAckDigest,
  verifyRevocation,
} from "@anamnesis/core/consent/revocation";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { enqueueStoredRevocations } from "../outbox/enqueueStoredRevocations.ts";
import { tellRevoked } from "./releasesUnderWay.ts";

/**
 * Stores a revocation for ever, and brings it onto the ledger as soon as its consent stands there. It needs no copy of the
 * ledger and no share: a custodian that can do nothing else can still refuse from now on. Throws `bad-revocation`.
 */
export async function revoke(context: NodeContext, value: Revocation): Promise<RevocationAck> {
  const consent = verifyRevocation(context.ledger.identity, value);
  const storedAt = await context.durable("revoke.sticky", () =>
    context.db.transaction(async (tx) => {
      await tx.query(
        "insert into sticky_revocations (consent, stored_at, revocation) values ($1, $2, $3) on conflict (consent) do nothing",
        [consent, context.clock.now(), revocation.encode(value)],
      );
      const rows = await tx.query<{ stored_at: number }>(
        "select stored_at from sticky_revocations where consent = $1",
        [consent],
      );
      return parseUnixSeconds(rows[0]?.stored_at ?? context.clock.now());
    }),
  );
  tellRevoked(context, consent);
  await enqueueStoredRevocations(context, consent);
  context.metrics.count("revocations_stored_total");
  const body = { consent, custodian: context.organisation, storedAt };
  return { body, signature: context.keys.signMessage(revocationAckDigest(body)) };
}
