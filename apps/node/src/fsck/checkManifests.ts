import { MerkleTree, leafHash } from "@anamnesis/core/audit/merkleTree";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { cidFromDigest, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import type { BodyLabel, Cid, Digest, Hash32, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { type StoredIntent, unpackIntent } from "../outbox/storedIntent.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";
import { blobFinding } from "./scanBlobs.ts";

interface Held {
  readonly organisation: OrganisationId;
  readonly sequence: number;
  readonly root: Hash32;
  readonly manifest: Digest;
  readonly manifest_held: boolean;
  readonly manifest_invalid: boolean;
  readonly [column: string]: unknown;
}

/**
 * The manifest of every batch that this node knows is here, and its leaves in the database make the root that was anchored; this
 * node's own batches stand on the ledger or are on their way.
 */
export async function checkManifests(context: FsckContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const rows = await context.db.query<Held>(
    `select organisation, sequence, root, manifest, manifest_held, manifest_invalid from ledger_batches
     order by organisation, sequence`,
  );
  for (const row of rows) {
    const where = `batch ${row.sequence} of ${row.organisation}`;
    if (row.manifest_invalid) findings.push(finding("manifest-invalid", where));
    else if (!row.manifest_held) findings.push(finding("manifest-waiting", where));
    else {
      const cid = cidFromDigest(fromHex(row.manifest), CODEC_DAG_CBOR);
      const source = { author: row.organisation, segment: null };
      const found = blobFinding(context.scanned, cid, where, source);
      if (found !== null) findings.push(found);
      // The blob hashes to what was anchored, and its root was compared when it came; the leaves are a copy of it.
      if ((await rootOfLeaves(context, row)) !== (await anchoredRoot(context, row))) {
        findings.push(finding("leaves-differ", where, { kind: "drop-ledger-copy" }));
      }
    }
  }
  return [...findings, ...(await ownBatches(context))];
}

async function rootOfLeaves({ db }: FsckContext, { organisation, sequence }: Held): Promise<string> {
  const leaves = await db.query<{ record: RecordId; label: BodyLabel }>(
    "select record, label from leaves where organisation = $1 and sequence = $2 order by leaf_index",
    [organisation, sequence],
  );
  const tree = new MerkleTree();
  for (const { record, label } of leaves) tree.append(leafHash(encodeLeaf({ record, label, organisation })));
  return toHex(tree.root());
}

/** The ledger's word; the own copy's where the ledger has left that block (`checkLedgerCopy` says so). */
async function anchoredRoot(
  { truthCopy }: FsckContext,
  { organisation, sequence, root }: Held,
): Promise<string> {
  return (await truthCopy.batch(organisation, sequence))?.root ?? root;
}

async function ownBatches({
  db,
  truthCopy,
  organisation,
  scanned,
}: FsckContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const rows = await db.query<OwnBatch>(
    `select b.sequence, b.manifest_cid, b.root, o.signed, o.intent
     from batches b left join outbox o on o.dedupe = 'AnchorBatch:' || $1 || ':' || b.sequence order by b.sequence`,
    [organisation],
  );
  for (const row of rows) {
    const { sequence, manifest_cid: cid, root } = row;
    const where = `own batch ${sequence}`;
    const found = blobFinding(scanned, cid, where, { author: organisation, segment: null });
    if (found !== null) findings.push(found);
    const anchored = await truthCopy.batch(organisation, sequence);
    if (anchored !== null && anchored.root !== root) findings.push(finding("batch-differs", where));
    else if (anchored === null && !isWaiting(row)) findings.push(finding("batch-lost", where));
  }
  return findings;
}

interface OwnBatch extends StoredIntent {
  readonly sequence: number;
  readonly manifest_cid: Cid;
  readonly root: Hash32;
}

/** The outbox has the intent that anchors this very batch. A row that is none is `checkOutbox`'s to tell. */
function isWaiting(row: OwnBatch): boolean {
  if (row.signed === null && row.intent === null) return false;
  try {
    const { intent } = unpackIntent(row);
    return intent.type === "AnchorBatch" && intent.root === row.root;
  } catch {
    return false;
  }
}
