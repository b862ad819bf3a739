import { fromHex } from "@anamnesis/core/encoding/bytes";
import { cidFromDigest, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import type { Cid, Digest } from "@anamnesis/core/ids";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** Blobs that no record, batch or anchored manifest names. */
export async function checkOrphans({ db, truth, scanned }: FsckContext): Promise<readonly Finding[]> {
  const orphans = new Set<Cid>([...scanned.whole.keys(), ...scanned.damaged]);
  const forget = (rows: readonly { readonly cid: Cid }[]): void => {
    for (const { cid } of rows) orphans.delete(cid);
  };
  for (const column of ["wrap", "session", "content"]) {
    forget(
      await db.query<{ cid: Cid }>(
        `select distinct ${column} as cid from records where ${column} is not null`,
      ),
    );
  }
  forget(await db.query<{ cid: Cid }>("select manifest_cid as cid from batches"));
  for (const copy of [db, truth]) {
    const rows = await copy.query<{ manifest: Digest }>("select manifest from ledger_batches");
    forget(rows.map(({ manifest }) => ({ cid: cidFromDigest(fromHex(manifest), CODEC_DAG_CBOR) })));
  }
  return [...orphans].map((cid) => finding("orphan", `blob ${cid}`, { kind: "remove-blob", cid }));
}
