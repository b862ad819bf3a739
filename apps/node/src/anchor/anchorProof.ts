import { MerkleTree, leafHash } from "@anamnesis/core/audit/merkleTree";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import type { BodyLabel, RecordId } from "@anamnesis/core/ids";
import type { AnchorProof } from "@anamnesis/core/release/releaseRequest";
import type { NodeContext } from "../context.ts";
import type { Database } from "@anamnesis/core/ports/database";
import type { BatchRow, FirstAnchored } from "../indexer/ledgerCopy.ts";

/** Trees kept for each database: a listing walks through few batches; one of the largest size takes 8 MiB. */
const KEPT_TREES = 8;
const kept = new WeakMap<Database, Map<string, MerkleTree>>();

/** RFC 6962 inclusion proof of an anchored leaf; `null` when its batch's leaves are not all held here. */
export async function anchorProofOf(
  context: Pick<NodeContext, "db">,
  { sequence, index, batch }: FirstAnchored,
): Promise<AnchorProof | null> {
  const tree = await treeOf(context.db, batch);
  if (tree === null || index >= tree.size) return null;
  return { sequence, index, size: tree.size, path: tree.inclusionPath(index) };
}

async function treeOf(db: Database, batch: BatchRow): Promise<MerkleTree | null> {
  const trees = kept.get(db) ?? new Map<string, MerkleTree>();
  kept.set(db, trees);
  // By its root, so that a tree from before a reorganisation is never taken for that of the batch in its place.
  const known = trees.get(batch.root);
  if (known !== undefined) {
    trees.delete(batch.root);
    trees.set(batch.root, known);
    return known;
  }
  const rows = await db.query<{ record: RecordId; label: BodyLabel }>(
    "select record, label from leaves where organisation = $1 and sequence = $2 order by leaf_index",
    [batch.organisation, batch.sequence],
  );
  if (rows.length !== batch.count) return null;
  const tree = new MerkleTree();
  for (const { record, label } of rows) {
    tree.append(leafHash(encodeLeaf({ record, label, organisation: batch.organisation })));
  }
  trees.set(batch.root, tree);
  const oldest = trees.keys().next().value;
  if (trees.size > KEPT_TREES && oldest !== undefined) trees.delete(oldest);
  return tree;
}
