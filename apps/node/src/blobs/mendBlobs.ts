import type { Cid } from "@anamnesis/core/ids";
import type { BlobStore, ByteStream } from "@anamnesis/core/ports/blobStore";
import type { NodeContext } from "../context.ts";
import { type BlobOwner, blobOwners } from "./blobOwners.ts";
import { fetchBlob } from "./fetchBlob.ts";
import type { BlobTrouble } from "./watchedBlobStore.ts";

/** Blobs that are remembered at a time; what is left out is noted again when it is asked for again. */
const MOST_NOTED = 1024;
/** Blobs that one pass looks at. */
const MOST_PER_PASS = 64;
/** Seconds: the longest time between two tries. */
const LONGEST_WAIT = 3600;

interface Noted {
  readonly trouble: BlobTrouble;
  attempts: number;
  retryAt: number;
}

export interface BlobMender {
  /** Remembers a blob that was met; returns true when it is a new one. */
  readonly note: (cid: Cid, trouble: BlobTrouble) => boolean;
  /** Fetches what this node has to keep and was noted. Returns how many were mended. */
  readonly pass: () => Promise<number>;
}

type MendContext = Pick<
  NodeContext,
  "organisation" | "db" | "durable" | "copy" | "clock" | "fetch" | "keys" | "random" | "log" | "metrics"
> & { readonly blobs: BlobStore };

/**
 * Gets damaged and missing blobs again from other nodes. The damaged bytes are set aside as evidence when another
 * node begins to give its own. However often a blob is asked for, other nodes are asked for it once, and after a failure at growing intervals.
 */
export function createBlobMender(context: MendContext): BlobMender {
  const noted = new Map<Cid, Noted>();

  const mend = async (cid: Cid, entry: Noted, owner: BlobOwner): Promise<boolean> => {
    const keep = (pieces: ByteStream): Promise<void> =>
      context.durable("mend.blob", async () => {
        if (entry.trouble === "damaged") await context.blobs.setAside(cid);
        await context.blobs.putStream(cid, pieces);
      });
    if (!(await fetchBlob(context, cid, owner, keep))) {
      entry.retryAt = context.clock.now() + Math.min(2 ** entry.attempts++, LONGEST_WAIT);
      context.log.warn("blob-not-mended", { cid, trouble: entry.trouble, attempts: entry.attempts });
      return false;
    }
    noted.delete(cid);
    // Its record may have been erased while another node gave it.
    if (!(await blobOwners(context.db, [cid])).has(cid)) {
      await context.blobs.purge(cid);
      return false;
    }
    context.log.info("blob-mended", { cid, trouble: entry.trouble });
    context.metrics.count("blobs_mended_total", { trouble: entry.trouble });
    return true;
  };

  return {
    note: (cid, trouble) => {
      if (noted.has(cid) || noted.size >= MOST_NOTED) return false;
      noted.set(cid, { trouble, attempts: 0, retryAt: 0 });
      return true;
    },
    pass: async () => {
      const now = context.clock.now();
      const due = [...noted].filter(([, { retryAt }]) => retryAt <= now).slice(0, MOST_PER_PASS);
      if (due.length === 0) return 0;
      const owners = await blobOwners(
        context.db,
        due.map(([cid]) => cid),
      );
      let mended = 0;
      for (const [cid, entry] of due) {
        const owner = owners.get(cid);
        // Anyone may ask for anything; what this node need not keep is no trouble of its own.
        if (owner === undefined) noted.delete(cid);
        else if (await mend(cid, entry, owner)) mended++;
      }
      return mended;
    },
  };
}
