import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import type { OrganisationId } from "@anamnesis/core/ids";
import { FilesystemBlobStore } from "@anamnesis/storage/filesystem/filesystemBlobStore";
import { FileReceiptLog } from "@anamnesis/storage/receiptLog/fileReceiptLog";
import { dumpTable, loadPiece, resetIdentities, tablesInOrder } from "../backup/tables.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { migrate } from "../database/migrate.ts";
import { openPglite } from "../database/pgliteDatabase.ts";
import { initKeystore } from "../keystore/initKeystore.ts";
import { NODE_FILES } from "../nodeFiles.ts";
import type { CustodyWorld } from "./custodyWorld.ts";
import type { TestNode } from "../indexer/testing/testNode.ts";

export const PASSPHRASE = "correct horse battery staple";

/** Configuration of a node in this folder; nothing answers at its ledger's address. */
export function configOf(dataDir: string, rpcUrl = "http://127.0.0.1:9"): string {
  const contract = "0x0000000000000000000000000000000000000001";
  const names = ["consortium", "directory", "consents", "records", "receipts", "owners", "relay"];
  const contracts = Object.fromEntries(names.map((name) => [name, contract]));
  return JSON.stringify({ dataDir, mode: "development", ledger: { rpcUrl, chainId: 1, contracts } });
}

/** A stopped node on disk, with what a node of a world holds and `receipts` entries in its log. */
export async function nodeFolder(
  dataDir: string,
  node: TestNode,
  world: CustodyWorld,
  receipts: number,
): Promise<OrganisationId> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const card = await initKeystore({ dataDir, name: "North", passphrase: PASSPHRASE, workFactor: 1 });
  const organisation = organisationIdOf(card);
  const db = await openPglite(join(dataDir, NODE_FILES.database));
  await migrate(db);
  for (const table of await tablesInOrder(node.db)) {
    for await (const piece of dumpTable(node.db, table)) await loadPiece(db, table, piece);
  }
  await resetIdentities(db);
  await db.close();
  const blobs = await FilesystemBlobStore.open(join(dataDir, NODE_FILES.blobs));
  for await (const cid of world.blobs.list())
    await blobs.put(cid, (await world.blobs.get(cid)) as Uint8Array);
  const log = await FileReceiptLog.open(join(dataDir, NODE_FILES.receipts), { logId: fromHex(organisation) });
  for (let i = 0; i < receipts; i++) {
    await log.append({ commitment: randomBytes(32), sealed: randomBytes(100 + i), tag: randomBytes(32) });
  }
  await log.close();
  await writeFile(join(dataDir, "share.active"), randomBytes(300), { mode: 0o600 });
  await writeFile(join(dataDir, `share.${"ab".repeat(32)}.earlier`), randomBytes(300), { mode: 0o600 });
  return organisation;
}

/** All rows of all tables, as the database itself writes them. */
export async function contentsOf(db: Database): Promise<Readonly<Record<string, readonly string[]>>> {
  const contents: Record<string, readonly string[]> = {};
  for (const table of await tablesInOrder(db)) {
    const rows = await db.query<{ row: string }>(
      `select row_to_json(t)::text as row from "${table}" t order by 1`,
    );
    contents[table] = rows.map(({ row }) => row);
  }
  return contents;
}
