import { type IntentJson, intentFromJson } from "../outbox/intentJson.ts";
import { standsOnLedger } from "../outbox/standsOnLedger.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

const ROWS = 256;

/** What counts as done stands on the ledger; what was refused is told. */
export async function checkOutbox({ db, truth, identity }: FsckContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let after = 0; ;) {
    const rows = await db.query<{ id: number; state: string; intent: IntentJson; refusal: string | null }>(
      `select id, state, intent, refusal from outbox where id > $1 order by id limit ${ROWS}`,
      [after],
    );
    const last = rows.at(-1);
    if (last === undefined) return findings;
    after = last.id;
    for (const { id, state, intent, refusal } of rows) {
      const where = `outbox ${id}`;
      if (state === "refused") findings.push(finding("outbox-refused", `${where}: ${refusal ?? ""}`));
      try {
        const signed = intentFromJson(intent);
        if (state !== "done" || (await standsOnLedger(truth, identity, signed.intent))) continue;
        const mend = { kind: "resend", outbox: id } as const;
        findings.push(finding("outbox-not-on-ledger", `${where}: ${signed.intent.type}`, mend));
      } catch {
        findings.push(finding("outbox-row", where));
      }
    }
  }
}
