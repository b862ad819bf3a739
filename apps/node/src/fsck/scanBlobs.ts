import { hasCode } from "@anamnesis/core/errors";
import type { Cid, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import { type Finding, finding } from "./finding.ts";

/** What is in a blob store. Memory: about 150 bytes a blob. */
export interface ScannedBlobs {
  /** Sizes in bytes of those that hash to their name. */
  readonly whole: ReadonlyMap<Cid, number>;
  readonly damaged: ReadonlySet<Cid>;
}

/** Reads every blob once, in pieces. */
export async function scanBlobs(
  blobs: BlobStore,
  onProgress: (done: number) => void = () => undefined,
): Promise<ScannedBlobs> {
  const whole = new Map<Cid, number>();
  const damaged = new Set<Cid>();
  for await (const cid of blobs.list()) {
    try {
      let size = 0;
      for await (const piece of (await blobs.stream(cid)) ?? []) size += piece.length;
      whole.set(cid, size);
    } catch (error) {
      if (!hasCode(error, "blob-corrupt")) throw error;
      damaged.add(cid);
    }
    onProgress(whole.size + damaged.size);
  }
  return { whole, damaged };
}

/** `null` when it is here and whole. */
export function blobFinding(
  { whole, damaged }: ScannedBlobs,
  cid: Cid,
  where: string,
  source: { readonly author: OrganisationId; readonly segment: SegmentId | null },
): Finding | null {
  if (whole.has(cid)) return null;
  const code = damaged.has(cid) ? "blob-damaged" : "blob-missing";
  return finding(code, `${where}: ${cid}`, { kind: "fetch-blob", cid, ...source });
}
