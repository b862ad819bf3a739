import { fromHex } from "@anamnesis/core/encoding/bytes";
import { cidDigestHex, cidFromDigest, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import type { Cid, Digest, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";

/** Why this node keeps a blob, and so who else has it. */
export interface BlobOwner {
  /** Whose node has it first. */
  readonly author: OrganisationId;
  /** Whose homes have it; `null` for a manifest, which every node keeps. */
  readonly segment: SegmentId | null;
}

/** Those of the blobs that this node has to keep: parts of its records that are not erased, and manifests of anchored batches. */
export async function blobOwners(db: Queryable, cids: readonly Cid[]): Promise<ReadonlyMap<Cid, BlobOwner>> {
  const owners = new Map<Cid, BlobOwner>();
  const manifests = await db.query<{ author: OrganisationId; manifest: Digest }>(
    "select organisation as author, manifest from ledger_batches where manifest_held and manifest = any($1)",
    [cids.map(cidDigestHex)],
  );
  for (const { author, manifest } of manifests) {
    owners.set(cidFromDigest(fromHex(manifest), CODEC_DAG_CBOR), { author, segment: null });
  }
  for (const column of ["wrap", "session", "content"]) {
    const rows = await db.query<{ cid: Cid; author: OrganisationId; segment: SegmentId }>(
      `select distinct on (${column}) ${column} as cid, organisation as author, segment from records r
       where ${column} = any($1) and not exists (select 1 from sticky_erasures s where s.record = r.record)`,
      [cids],
    );
    for (const { cid, author, segment } of rows) owners.set(cid, { author, segment });
  }
  return owners;
}
