import { standsOnLedger } from "../outbox/standsOnLedger.ts";
import { type StoredIntent, unpackIntent } from "../outbox/storedIntent.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

const ROWS = 256;

/** What counts as done stands on the ledger; what was refused is told. */
export async function checkOutbox({ db, truth, identity }: FsckContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let after = 0; ;) {
    const rows = await db.query<StoredIntent & { id: number; state: string; refusal: string | null }>(
      `select id, state, signed, intent, refusal from outbox where id > $1 order by id limit ${ROWS}`,
      [after],
    );
    const last = rows.at(-1);
    if (last === undefined) return findings;
    after = last.id;
    for (const row of rows) {
      const { id, state, refusal } = row;
      const where = `outbox ${id}`;
      if (state === "refused") findings.push(finding("outbox-refused", `${where}: ${refusal ?? ""}`));
      try {
        const signed = unpackIntent(row);
        if (state !== "done" || (await standsOnLedger(truth, identity, signed.intent))) continue;
        const mend = { kind: "resend", outbox: id } as const;
        findings.push(finding("outbox-not-on-ledger", `${where}: ${signed.intent.type}`, mend));
      } catch {
        findings.push(finding("outbox-row", where));
      }
    }
  }
}
