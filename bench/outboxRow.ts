// Bytes that a settled row of the outbox takes, with its indexes: `npx node bench/outboxRow.ts`.
import { randomBytes } from "node:crypto";
import { PGlite } from "@electric-sql/pglite";
import type { Hex } from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import { MIGRATIONS } from "@anamnesis/node/database/migrations";
import { dedupeOf } from "@anamnesis/node/outbox/dedupe";
import { packIntent } from "@anamnesis/node/outbox/storedIntent";

const ROWS = 20_000;
const hex = <T extends Hex>(length: number): T => `0x${randomBytes(length).toString("hex")}` as T;

const KINDS: Readonly<Record<string, (i: number) => Intent>> = {
  AnchorBatch: (i) => ({
    type: "AnchorBatch",
    organisation: hex(32),
    sequence: i + 1,
    root: hex(32),
    count: 100,
    manifest: hex(32),
  }),
  RegisterConsent: () => ({ type: "RegisterConsent", commitment: hex(32), revoker: hex(20) }),
  RevokeConsent: () => ({ type: "RevokeConsent", consent: hex(32) }),
};

for (const [kind, make] of Object.entries(KINDS)) {
  const db = await PGlite.create();
  for (const migration of MIGRATIONS) await db.exec(migration);
  await db.transaction(async (tx) => {
    for (let i = 0; i < ROWS; i++) {
      const intent = make(i);
      const signed = packIntent({ intent, signatures: [randomBytes(65)] });
      await tx.query(
        `insert into outbox (priority, dedupe, type, signed, state, attempts, block, block_hash, transaction)
         values (1, $1, $2, $3, 'done', 1, $4, $5, $6)`,
        [dedupeOf(intent), kind, signed, i, randomBytes(32), randomBytes(32)],
      );
    }
  });
  await db.exec("vacuum full outbox");
  const { rows } = await db.query<{ bytes: number }>("select pg_total_relation_size('outbox')::int as bytes");
  console.log(`${kind}: ${Math.round((rows[0]?.bytes ?? 0) / ROWS)} bytes a row`);
  await db.close();
}
