import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { unreachable } from "@anamnesis/core/errors";
import { removeDurably } from "@anamnesis/storage/files/durableFile";
import { onMedium } from "@anamnesis/storage/onMedium";
import { fetchBlob } from "../blobs/fetchBlob.ts";
import type { NodeContext } from "../context.ts";
import { rollback } from "../indexer/rollback.ts";
import type { NodeKeys } from "../keystore/nodeKeys.ts";
import type { Finding, Mend } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** Execution for the owner of a folder, reading and writing for the owner of a file. */
const MODES = { folder: 0o700, file: 0o600 };

export interface MendContext extends FsckContext, Pick<NodeContext, "copy" | "clock" | "random" | "fetch"> {
  readonly dataDir: string;
  /** `null` without the passphrase: then no blob is fetched. */
  readonly keys: NodeKeys | null;
}

/**
 * Does what the findings say can be done, each at most once. Invents nothing: blobs come from other nodes and are held against their
 * hash, derived rows are made again by the node that starts next, and what was signed is sent again as it is. The receipt log is
 * never touched.
 */
export async function mendFindings(context: MendContext, findings: readonly Finding[]): Promise<void> {
  const done = new Set<string>();
  for (const { mend } of findings) {
    if (mend === null) continue;
    const name = JSON.stringify(mend);
    if (done.has(name)) continue;
    done.add(name);
    await act(context, mend);
  }
}

async function act(context: MendContext, mend: Mend): Promise<void> {
  switch (mend.kind) {
    case "fetch-blob":
      return fetchAgain(context, mend);
    case "remove-blob":
      return context.blobs.purge(mend.cid);
    case "remove-file":
      return removeDurably(join(context.dataDir, mend.name));
    case "restrict-mode": {
      const mode = mend.name === "." ? MODES.folder : MODES.file;
      return onMedium("chmod", () => chmod(join(context.dataDir, mend.name), mode));
    }
    case "drop-ledger-copy":
      return context.db.transaction((tx) => rollback(tx, -1));
    case "resend":
      await context.db.query(
        `update outbox set state = 'pending', retry_at = 0, block = null, block_hash = null, transaction = null
         where id = $1 and state = 'done'`,
        [mend.outbox],
      );
      return;
    case "replicate":
      await context.db.query(
        "insert into replication_queue (position, home) values ($1, $2) on conflict do nothing",
        [mend.position, mend.home],
      );
      return;
    default:
      return unreachable(mend);
  }
}

async function fetchAgain(
  context: MendContext,
  { cid, author, segment }: Extract<Mend, { kind: "fetch-blob" }>,
): Promise<void> {
  const { keys, blobs, scanned } = context;
  if (keys === null) return;
  await fetchBlob({ ...context, keys }, cid, { author, segment }, async (pieces) => {
    if (scanned.damaged.has(cid)) await blobs.setAside(cid);
    await blobs.putStream(cid, pieces);
  });
}
