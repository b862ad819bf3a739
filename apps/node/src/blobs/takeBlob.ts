import type { Upload } from "@anamnesis/api/route";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { cidDigest } from "@anamnesis/core/encoding/cid";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid, Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { isErasedBlob } from "../erasure/isErasedBlob.ts";
import { isKnownKey } from "../directory/isKnownKey.ts";
import { notAuthorised } from "../runtime/refuse.ts";

/**
 * Puts a blob on the disk while it arrives; when it resolves the blob is durable, and whatever it throws nothing of it is kept. The signer is looked
 * at, and the signed digest held against the CID, before the first byte is read: strangers fill no disk.
 *
 * Throws `not-authorised`, `blob-mismatch`, `record-erased`, and what reading the upload or the disk throws.
 */
export async function takeBlob(
  context: Pick<NodeContext, "blobs" | "db" | "durable">,
  cid: Cid,
  upload: Upload,
  signer: Hex | null,
): Promise<void> {
  if (signer === null || !(await isKnownKey(context, signer))) {
    throw notAuthorised("members' nodes and this organisation's people and devices");
  }
  if (!equalBytes(upload.digest, cidDigest(cid))) {
    throw new AnamnesisError({
      code: "blob-mismatch",
      rule: "A blob's bytes hash to its CID.",
      fix: "Compute the CID from the bytes that you send.",
      meta: { cid },
    });
  }
  if (await isErasedBlob(context.db, cid)) throw recordErased();
  await context.durable("ingest.content", () => context.blobs.putStream(cid, upload.pieces));
  // It may have been erased while it came.
  if (await isErasedBlob(context.db, cid)) {
    await context.blobs.purge(cid);
    throw recordErased();
  }
}

function recordErased(): AnamnesisError<"record-erased"> {
  return new AnamnesisError({
    code: "record-erased",
    rule: "What belonged to an erased record is not taken again.",
    fix: "Go on without it: the record's header is here, and nothing else of it will be.",
  });
}
