import { collect } from "@anamnesis/api/http/collect";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { HttpSigner } from "@anamnesis/api/http/signature";
import { cidOf } from "@anamnesis/core/encoding/cid";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";
import { connect, type Runtime } from "./runtime.ts";

/**
 * A small blob, in memory, from the first endpoint that gives the right bytes. Throws `blob-not-found` when none does.
 * @param codec `CODEC_RAW` for contents, `CODEC_DAG_CBOR` for structures. @param most bytes that it has at most.
 */
export async function fetchBlob(
  runtime: Runtime,
  signer: HttpSigner,
  endpoints: readonly string[],
  cid: Cid,
  codec: number,
  most: number,
): Promise<Uint8Array> {
  for (const endpoint of endpoints) {
    try {
      const client = connect(runtime, endpoint, signer);
      const bytes = await collect(await client.call(exchangeRoutes.getBlob, { cid }, undefined), most);
      if (cidOf(bytes, codec) === cid) return bytes;
    } catch (error) {
      if (!(error instanceof AnamnesisError)) throw error;
    }
  }
  throw new AnamnesisError({
    code: "blob-not-found",
    rule: "A record's blobs are kept by its author's node and by the segment's homes.",
    fix: "Try again when more of these nodes are up.",
    meta: { asked: endpoints.length },
  });
}
