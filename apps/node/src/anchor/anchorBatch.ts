import { MerkleTree, leafHash } from "@anamnesis/core/audit/merkleTree";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { cidOf, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import { sha256 } from "@noble/hashes/sha2.js";
import type { BodyLabel, Digest, RecordId } from "@anamnesis/core/ids";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { manifest, MAX_BATCH } from "@anamnesis/core/record/manifest";
import type { Random } from "@anamnesis/core/ports/runtime";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { ownAnchor } from "./ownAnchor.ts";

interface WaitingRecord {
  readonly position: number;
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly [column: string]: unknown;
}

/**
 * Puts all own records that wait (at most `MAX_BATCH`) into the next batch: the manifest is on disk first, then one
 * transaction numbers the records and stores the signed intent. A kill before that transaction leaves an unused blob
 * and nothing else. Returns the number of records.
 *
 * While an earlier batch is on its way the records wait, and go together afterwards: one transaction an interval,
 * however long the ledger is away. After a refused one (somebody else signed with this node's key, or an old backup
 * runs) nothing is anchored until a person has looked.
 */
export async function anchorBatch(
  context: Pick<
    NodeContext,
    "organisation" | "db" | "durable" | "blobs" | "copy" | "keys" | "ledger" | "random" | "log" | "metrics"
  >,
): Promise<number> {
  const { organisation, db, keys, ledger } = context;
  // Without a complete copy of the ledger a node that lost its database would use a number twice.
  if (context.copy.head() === null) return 0;
  const waiting = await db.query<WaitingRecord>(
    "select position, record, label from records where own and sequence is null order by position limit $1",
    [MAX_BATCH],
  );
  if (waiting.length === 0) return 0;
  const earlier = await ownAnchor(db, "AnchorBatch");
  if (earlier === "refused") {
    context.log.error("anchoring-stopped", { records: waiting.length });
    return 0;
  }
  if (earlier === "pending") return 0;

  const records = shuffled(waiting, context.random);
  const leaves = records.map(({ record, label }) => ({ record, label, organisation }));
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leafHash(encodeLeaf(leaf)));
  const root = toHex(tree.root());
  const sequence = await nextSequence(db, organisation);
  const bytes = manifest.encode({ organisation, sequence, leaves });
  const cid = cidOf(bytes, CODEC_DAG_CBOR);
  await context.durable("anchor.manifest", () => context.blobs.put(cid, bytes));

  const intent: Intent = {
    type: "AnchorBatch",
    organisation,
    sequence,
    root,
    count: leaves.length,
    manifest: toHex<Digest>(sha256(bytes)),
  };
  const signature = keys.signDigest(intentDigest(ledger.identity, intent));
  const made = await context.durable("anchor.batch", () =>
    db.transaction(async (tx) => {
      // What was decided above, once more where nothing comes between: an earlier batch may have come back by a reorganisation.
      if ((await ownAnchor(tx, "AnchorBatch")) !== null) return false;
      if ((await nextSequence(tx, organisation)) !== sequence) return false;
      await tx.query("insert into batches (sequence, manifest_cid, root, count) values ($1, $2, $3, $4)", [
        sequence,
        cid,
        root,
        leaves.length,
      ]);
      await tx.query(
        `update records set sequence = $1, leaf_index = l.leaf_index
       from unnest($2::bigint[], $3::bigint[]) as l (position, leaf_index)
       where records.position = l.position`,
        [sequence, records.map(({ position }) => position), records.map((_, index) => index)],
      );
      await enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent));
      return true;
    }),
  );
  if (!made) return 0;
  context.log.info("batch-made", { sequence, records: leaves.length });
  context.metrics.count("records_batched_total", {}, leaves.length);
  return leaves.length;
}

/** The one after all batches that this node made or that the ledger holds, whichever is more. */
async function nextSequence(db: Queryable, organisation: string): Promise<number> {
  const rows = await db.query<{ newest: number }>(
    `select greatest(
       (select coalesce(max(sequence), 0) from batches),
       (select coalesce(max(sequence), 0) from ledger_batches where organisation = $1)) as newest`,
    [organisation],
  );
  return (rows[0]?.newest ?? 0) + 1;
}

/** Bytes of a sort key: two equal ones are out of the question. */
const KEY_BYTES = 16;

/** In an order that says nothing about the order of writing: each gets a random key and is sorted by it. */
function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const bytes = random.bytes(items.length * KEY_BYTES);
  return items
    .map((item, i) => ({ item, key: toHex(bytes.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES)) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}
