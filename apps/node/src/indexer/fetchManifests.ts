import type { Client } from "@anamnesis/api/client";
import { collect } from "@anamnesis/api/http/collect";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { MerkleTree, leafHash } from "@anamnesis/core/audit/merkleTree";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { cidFromDigest, cidOf, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Cid, OrganisationId } from "@anamnesis/core/ids";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { manifest, type Manifest } from "@anamnesis/core/record/manifest";
import type { NodeContext } from "../context.ts";
import type { BatchRow } from "./ledgerCopy.ts";
import { clientFor } from "../replicate/nodeClient.ts";

/** Batches of one organisation that one pass looks at; the next pass goes on. */
const MOST_PER_ORGANISATION = 256;

type FetchContext = Pick<
  NodeContext,
  | "organisation"
  | "db"
  | "durable"
  | "blobs"
  | "copy"
  | "clock"
  | "fetch"
  | "keys"
  | "random"
  | "log"
  | "metrics"
>;
type MissingBatch = Pick<BatchRow, "organisation" | "sequence" | "root" | "count" | "manifest">;

export interface FetchedManifests {
  readonly held: number;
  readonly invalid: number;
  /** Nobody who could be asked had it; the next pass asks again. */
  readonly missing: number;
}

/**
 * Gets and checks the manifest of every batch that has none: from the own disk, else from the author's node, else from
 * any other member's. What matches its digest but not its batch is logged as `manifest-invalid` and never asked for
 * again: its records cannot be opened, which hurts its author alone. Organisations do not wait for each other.
 */
export async function fetchManifests(context: FetchContext): Promise<FetchedManifests> {
  const organisations = await context.db.query<{ organisation: OrganisationId }>(
    "select distinct organisation from ledger_batches where not manifest_held and not manifest_invalid",
  );
  const tally = { held: 0, invalid: 0, missing: 0 };
  if (organisations.length === 0) return tally;
  const members = (await context.copy.members()).filter(
    (member) => member.organisation !== context.organisation,
  );
  // A node that did not answer is not asked again in this pass.
  const silent = new Set<string>();
  await Promise.all(
    organisations.map(async ({ organisation }) => {
      const authorsFirst = members
        .toSorted((a, b) => Number(b.organisation === organisation) - Number(a.organisation === organisation))
        .map((member) => member.endpoint);
      for (const batch of await missingBatches(context, organisation)) {
        tally[await fetchManifest(context, batch, authorsFirst, silent)]++;
      }
    }),
  );
  return tally;
}

async function missingBatches(
  { db }: Pick<FetchContext, "db">,
  organisation: OrganisationId,
): Promise<readonly MissingBatch[]> {
  const rows = await db.query(
    `select organisation, sequence, root, count, manifest from ledger_batches
     where organisation = $1 and not manifest_held and not manifest_invalid order by sequence limit $2`,
    [organisation, MOST_PER_ORGANISATION],
  );
  return rows as unknown as readonly MissingBatch[];
}

async function fetchManifest(
  context: FetchContext,
  batch: MissingBatch,
  endpoints: readonly string[],
  silent: Set<string>,
): Promise<keyof FetchedManifests> {
  const cid = cidFromDigest(fromHex(batch.manifest), CODEC_DAG_CBOR);
  const bytes = (await fromOwnDisk(context, cid)) ?? (await fromMembers(context, cid, endpoints, silent));
  if (bytes === null) return "missing";
  const checked = checkManifest(bytes, batch);
  if (checked === null) {
    await context.durable("manifest.invalid", () =>
      context.db.query(
        `update ledger_batches set manifest_invalid = true
       where organisation = $1 and sequence = $2 and manifest = $3`,
        [batch.organisation, batch.sequence, batch.manifest],
      ),
    );
    context.log.error("manifest-invalid", { organisation: batch.organisation, sequence: batch.sequence });
    context.metrics.count("manifests_invalid_total");
    return "invalid";
  }
  await context.durable("manifest.blob", () => context.blobs.put(cid, bytes));
  await holdManifest(context, batch, checked);
  return "held";
}

async function fromOwnDisk({ blobs, durable, log }: FetchContext, cid: Cid): Promise<Uint8Array | null> {
  try {
    return await blobs.get(cid);
  } catch (error) {
    if (!hasCode(error, "blob-corrupt")) throw error;
    log.error("blob-corrupt", { cid });
    await durable("manifest.discard", () => blobs.setAside(cid));
    return null;
  }
}

async function fromMembers(
  context: FetchContext,
  cid: Cid,
  endpoints: readonly string[],
  silent: Set<string>,
): Promise<Uint8Array | null> {
  for (const endpoint of endpoints) {
    if (silent.has(endpoint)) continue;
    try {
      const client: Client = clientFor(context, endpoint);
      const download = await client.call(exchangeRoutes.getBlob, { cid }, undefined);
      const bytes = await collect(download, manifest.maxBytes);
      if (cidOf(bytes, CODEC_DAG_CBOR) === cid) return bytes;
      context.log.warn("blob-mismatch", { cid });
    } catch (error) {
      if (!(error instanceof AnamnesisError)) throw error;
      if (error.code !== "not-found") silent.add(endpoint);
    }
  }
  return null;
}

/** The manifest, or `null` when it is not the one that the anchored batch is made of. */
function checkManifest(bytes: Uint8Array, batch: MissingBatch): Manifest | null {
  let value: Manifest;
  try {
    value = manifest.decode(bytes);
  } catch {
    return null;
  }
  if (value.organisation !== batch.organisation || value.sequence !== batch.sequence) return null;
  if (value.leaves.length !== batch.count) return null;
  const tree = new MerkleTree();
  for (const leaf of value.leaves) {
    if (leaf.organisation !== batch.organisation) return null;
    tree.append(leafHash(encodeLeaf(leaf)));
  }
  return toHex(tree.root()) === batch.root ? value : null;
}

/** Only while the same batch still stands: a reorganisation may have taken it away meanwhile. */
async function holdManifest(
  { db, durable, metrics }: FetchContext,
  batch: MissingBatch,
  { leaves }: Manifest,
): Promise<void> {
  await durable("manifest.rows", () =>
    db.transaction(async (tx) => {
      const marked = await tx.query(
        `update ledger_batches set manifest_held = true
       where organisation = $1 and sequence = $2 and root = $3 and manifest = $4 and not manifest_held
       returning sequence`,
        [batch.organisation, batch.sequence, batch.root, batch.manifest],
      );
      if (marked.length === 0) return;
      await tx.query(
        `insert into leaves (organisation, sequence, leaf_index, record, label)
       select $1, $2, l.leaf_index, l.record, l.label
       from unnest($3::bigint[], $4::text[], $5::text[]) as l (leaf_index, record, label)`,
        [
          batch.organisation,
          batch.sequence,
          leaves.map((_, index) => index),
          leaves.map((leaf) => leaf.record),
          leaves.map((leaf) => leaf.label),
        ],
      );
    }),
  );
  metrics.count("manifests_held_total");
}
