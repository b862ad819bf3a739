import { consentIdOf } from "@anamnesis/core/consent/consent";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { ConsentId, Digest } from "@anamnesis/core/ids";
import { intentDigest, type SignedIntent } from "@anamnesis/core/ledger/intents";
import { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import type { Database } from "@anamnesis/core/ports/database";
import { dedupeOf } from "../../outbox/dedupe.ts";
import { enqueueIntent } from "../../outbox/enqueueIntent.ts";
import { bytesOf, genesisMember, TestClock, type TestNode } from "./testNode.ts";

/** A ledger that begins with these members; `north` and `south` by default. */
export function startLedger(...names: readonly string[]): MemoryLedger {
  const members = names.length === 0 ? ["north", "south"] : names;
  return new MemoryLedger({ clock: new TestClock(), genesis: members.map(genesisMember) });
}

/** A consent with its registration and revocation, signed by its one-time key. */
export function consentOf(
  ledger: MemoryLedger,
  name: string,
): { id: ConsentId; register: SignedIntent; revoke: SignedIntent } {
  const secret = bytesOf(`revoker ${name}`);
  const revoker = addressOf(publicKeyOf(secret));
  const commitment = toHex(bytesOf(`commitment ${name}`));
  const id = consentIdOf(ledger.identity, revoker, commitment);
  const signed = (intent: SignedIntent["intent"]): SignedIntent => ({
    intent,
    signatures: [sign(intentDigest(ledger.identity, intent), secret)],
  });
  return {
    id,
    register: signed({ type: "RegisterConsent", commitment, revoker }),
    revoke: signed({ type: "RevokeConsent", consent: id }),
  };
}

export const batchIntent = (node: TestNode, sequence: number, content = ""): SignedIntent =>
  node.signed({
    type: "AnchorBatch",
    organisation: node.organisation,
    sequence,
    root: toHex(bytesOf(`root ${sequence} ${content}`)),
    count: 1,
    manifest: toHex<Digest>(bytesOf(`manifest ${sequence} ${content}`)),
  });

export async function enqueue(node: TestNode, ...intents: readonly SignedIntent[]): Promise<void> {
  for (const signed of intents) {
    await node.db.transaction((tx) => enqueueIntent(tx, signed, dedupeOf(signed.intent)));
  }
}

export const outboxOf = (db: Database): Promise<readonly Record<string, unknown>[]> =>
  db.query("select dedupe, state, refusal, block, attempts from outbox order by id");
