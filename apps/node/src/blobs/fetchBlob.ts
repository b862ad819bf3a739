import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid, OrganisationId } from "@anamnesis/core/ids";
import type { ByteStream } from "@anamnesis/core/ports/blobStore";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { clientFor } from "../replicate/nodeClient.ts";
import { newestCard } from "../segments/cardStore.ts";
import type { BlobOwner } from "./blobOwners.ts";

type FetchContext = Pick<NodeContext, "organisation" | "copy" | "clock" | "fetch" | "keys" | "random"> & {
  readonly db: Queryable;
};

/**
 * Has `keep` take a blob from the first other node that gives bytes with its hash: its author's, then the homes of its segment, or
 * for a manifest every member. False when nobody does now. Each is asked once.
 * @param keep throws `blob-mismatch` for other bytes, as a blob store does; its `storage-…` is thrown on.
 */
export async function fetchBlob(
  context: FetchContext,
  cid: Cid,
  { author, segment }: BlobOwner,
  keep: (pieces: ByteStream) => Promise<unknown>,
): Promise<boolean> {
  const members = await context.copy.members();
  const others =
    segment === null
      ? members.map(({ organisation }) => organisation)
      : ((await newestCard(context.db, segment))?.body.homes ?? []);
  for (const organisation of new Set<OrganisationId>([author, ...others])) {
    const member = members.find((candidate) => candidate.organisation === organisation);
    if (member === undefined || organisation === context.organisation) continue;
    try {
      const client = clientFor(context, member.endpoint);
      const { pieces } = await client.call(exchangeRoutes.getBlob, { cid }, undefined);
      await keep(pieces);
      return true;
    } catch (error) {
      if (!(error instanceof AnamnesisError) || String(error.code).startsWith("storage-")) throw error;
    }
  }
  return false;
}
