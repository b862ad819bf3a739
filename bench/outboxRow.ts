// Bytes that a settled row of the outbox takes, with its indexes: `npx node bench/outboxRow.ts`.
import { randomBytes } from "node:crypto";
import { PGlite } from "@electric-sql/pglite";
import type { Hex } from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import { MIGRATIONS } from "@anamnesis/node/database/migrations";
import { dedupeOf } from "@anamnesis/node/outbox/dedupe";
import { intentToJson } from "@anamnesis/node/outbox/intentJson";

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
  const size = async (): Promise<number> => {
    const { rows } = await db.query<{ bytes: number }>(
      "select pg_total_relation_size('outbox')::int as bytes",
    );
    return rows[0]?.bytes ?? 0;
  };
  await db.transaction(async (tx) => {
    for (let i = 0; i < ROWS; i++) {
      const intent = make(i);
      const json = JSON.stringify(intentToJson({ intent, signatures: [randomBytes(65)] }));
      await tx.query(
        `insert into outbox (priority, dedupe, intent, state, attempts, block, block_hash, transaction)
         values (1, $1, $2::text::jsonb, 'done', 1, $3, $4, $5)`,
        [dedupeOf(intent), json, i, hex(32), hex(32)],
      );
    }
  });
  await db.exec("vacuum full outbox");
  const full = await size();
  await db.exec("alter table outbox alter column intent drop not null");
  await db.exec("update outbox set intent = null, block_hash = '', transaction = null");
  await db.exec("vacuum full outbox");
  const kept = await size();
  console.log(
    `${kind}: ${Math.round(full / ROWS)} bytes a row, ${Math.round(kept / ROWS)} without intent and places`,
  );
  await db.close();
}
