import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Inclusion } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import type { FirstAnchored } from "../indexer/ledgerCopy.ts";
import { anchorProofOf } from "./anchorProof.ts";

/** What the contract is shown of an anchored leaf: the batch as it was anchored, and the proof. `null` when its leaves are not held here. */
export async function inclusionOf(
  context: Pick<NodeContext, "db">,
  first: FirstAnchored,
): Promise<Inclusion | null> {
  const proof = await anchorProofOf(context, first);
  if (proof === null) return null;
  const { sequence, root, count, manifest } = first.batch;
  return { sequence, root, count, manifest, index: first.index, path: proof.path.map((hash) => toHex(hash)) };
}
