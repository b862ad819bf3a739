import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";
import type { SegmentAccess } from "./access.ts";
import { connect, type Runtime } from "./runtime.ts";

/** Bytes of a blob from one node: `length` from `offset` on. They are not verified. */
export type ReadBlob = (offset: number, length: number) => AsyncIterable<Uint8Array>;

/**
 * Lets `use` read a content from one of its keepers after the other until it succeeds. What it throws with a code of ours counts for the node that was
 * asked. When none succeeds, the failure of the last one that gave bytes is thrown, `blob-not-found` when none did.
 * @param isOwn true when a failure is this side's own, such as a full disk: it is thrown at once, since another node would not help.
 */
export async function contentFrom<T>(
  runtime: Runtime,
  access: Pick<SegmentAccess, "signer">,
  {
    cid,
    size,
    endpoints,
  }: { readonly cid: Cid; readonly size: number; readonly endpoints: readonly string[] },
  use: (read: ReadBlob) => Promise<T>,
  isOwn: () => boolean,
): Promise<T> {
  let failure: AnamnesisError | null = null;
  for (const endpoint of endpoints) {
    let given = 0;
    const read: ReadBlob = async function* (offset, length) {
      const whole = offset === 0 && length === size;
      const options = whole ? {} : { range: { from: offset, length } };
      const client = connect(runtime, endpoint, access.signer);
      const download = await client.call(exchangeRoutes.getBlob, { cid }, undefined, options);
      if (download.size !== size) {
        await download.pieces[Symbol.asyncIterator]().return?.();
        throw otherSize();
      }
      for await (const piece of download.pieces) {
        given += piece.length;
        yield piece;
      }
    };
    try {
      return await use(read);
    } catch (error) {
      if (isOwn() || !(error instanceof AnamnesisError)) throw error;
      if (given > 0) failure = error as AnamnesisError;
    }
  }
  if (failure !== null) throw failure;
  throw new AnamnesisError({
    code: "blob-not-found",
    rule: "A record's blobs are kept by its author's node and by the segment's homes.",
    fix: "Try again when more of these nodes are up.",
    meta: { asked: endpoints.length },
  });
}

function otherSize(): AnamnesisError<"blob-mismatch"> {
  return new AnamnesisError({
    code: "blob-mismatch",
    rule: "A content has the length that its header names.",
    fix: "Fetch the content from another home.",
  });
}
