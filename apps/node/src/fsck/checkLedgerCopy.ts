import type { Hash32 } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { LEDGER_TABLES } from "../indexer/rollback.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** The node's copy of the ledger, up to the block at which it stands, row by row against one that was made just now. */
export async function checkLedgerCopy({ db, truth, ledger }: FsckContext): Promise<readonly Finding[]> {
  if (ledger === null) return [];
  const [newest] = await db.query<{ number: number; hash: Hash32 }>(
    "select number, hash from ledger_blocks order by number desc limit 1",
  );
  // A copy that was dropped is read anew by the next start.
  if (newest === undefined) return [];
  const block = await ledger.blockAt(newest.number);
  if (block?.hash !== newest.hash) return [finding("ledger-reorganised", `block ${newest.number}`)];
  const findings: Finding[] = [];
  for (const table of LEDGER_TABLES) {
    const [kept, right] = [
      await digests(db, table, newest.number),
      await digests(truth, table, newest.number),
    ];
    const differing = [...new Set([...kept.keys(), ...right.keys()])]
      .filter((number) => kept.get(number) !== right.get(number))
      .sort((a, b) => a - b);
    const [first] = differing;
    if (first === undefined) continue;
    const where = `${table}: ${differing.length} blocks, the first ${first}`;
    findings.push(finding("ledger-copy-differs", where, { kind: "drop-ledger-copy" }));
  }
  return findings;
}

/** One digest over the rows of each block. What the node notes about manifests is its own. */
async function digests(db: Queryable, table: string, upTo: number): Promise<ReadonlyMap<number, string>> {
  const rows = await db.query<{ block: number; digest: string }>(
    `select block, md5(string_agg(line, ',' order by line)) as digest from (
       select block, (to_jsonb(t) - 'manifest_held' - 'manifest_invalid')::text as line from ${table} t
       where block <= $1) rows group by block`,
    [upTo],
  );
  return new Map(rows.map(({ block, digest }) => [block, digest]));
}
