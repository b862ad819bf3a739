import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { cidDigest } from "@anamnesis/core/encoding/cid";
import { hasCode } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { incomplete } from "./replicationBatch.ts";

/**
 * Brings a large content from this node's disk to a home's, piece by piece, unless the home has it. Throws `replica-incomplete`, `blob-corrupt`, and what
 * the home answers.
 */
export async function sendContent(
  { blobs }: Pick<NodeContext, "blobs">,
  client: Client,
  cid: Cid,
): Promise<void> {
  const [length, pieces] = await Promise.all([blobs.size(cid), blobs.stream(cid)]);
  if (length === null || pieces === null) throw incomplete("blob");
  if ((await sizeAt(client, cid)) === length) return;
  try {
    await client.call(exchangeRoutes.putBlob, { cid }, { digest: cidDigest(cid), length, pieces });
  } catch (error) {
    // The home knows more than this node; it takes the header without it.
    if (!hasCode(error, "record-erased")) throw error;
  }
}

/** What is under a CID at a node was verified when it was put; one byte of it tells how much there is. */
async function sizeAt(client: Client, cid: Cid): Promise<number | null> {
  try {
    const first = { from: 0, length: 1 };
    const { size, pieces } = await client.call(exchangeRoutes.getBlob, { cid }, undefined, { range: first });
    await pieces[Symbol.asyncIterator]().return?.();
    return size;
  } catch (error) {
    if (hasCode(error, "not-found")) return null;
    throw error;
  }
}
