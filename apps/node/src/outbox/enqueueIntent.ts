import type { SignedIntent } from "@anamnesis/core/ledger/intents";
import type { Queryable } from "@anamnesis/core/ports/database";
import { packIntent } from "./storedIntent.ts";

/** What takes something away from somebody goes before all that waits. Not rotations: anybody can make segments and rotate them. */
const FIRST: ReadonlySet<string> = new Set(["RevokeConsent", "EraseRecord"]);

/**
 * Stores a signed intent for sending, inside the caller's transaction: it is as durable as what it belongs to. One
 * that waits or was done is not stored again; one that the ledger refused is tried once more with the new signatures.
 * @param dedupe from `dedupeOf`.
 */
export async function enqueueIntent(tx: Queryable, signed: SignedIntent, dedupe: string): Promise<void> {
  const priority = FIRST.has(signed.intent.type) ? 0 : 1;
  await tx.query(
    `insert into outbox (priority, dedupe, type, signed) values ($1, $2, $3, $4)
     on conflict (dedupe) do update
       set signed = excluded.signed, intent = null, state = 'pending', refusal = null, attempts = 0, retry_at = 0
       where outbox.state = 'refused'`,
    [priority, dedupe, signed.intent.type, packIntent(signed)],
  );
}
