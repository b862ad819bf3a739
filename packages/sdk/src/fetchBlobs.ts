import { exchangeRoutes, MAX_BUNDLE_BYTES, MAX_BUNDLED_BLOBS } from "@anamnesis/api/routes/exchange";
import type { HttpSigner } from "@anamnesis/api/http/signature";
import { cidOf } from "@anamnesis/core/encoding/cid";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";
import { concurrently } from "./concurrently.ts";
import { connect, type Runtime } from "./runtime.ts";

/** Bytes that are counted for a blob whose size is not known: more than a wrap or a session takes. */
const UNKNOWN_SIZE = 4096;

/** Requests to one node: it reads from its disk for one of them while another's answer is looked at. */
const AT_ONCE = 2;

export interface WantedBlob {
  readonly cid: Cid;
  /** `CODEC_RAW` for contents, `CODEC_DAG_CBOR` for structures. */
  readonly codec: number;
  /** Bytes, when a header names them. */
  readonly size?: number;
  /** Nodes that keep it, the one to ask first. */
  readonly endpoints: readonly string[];
}

/**
 * What the first of their keepers gives of many small blobs, each held against its CID. It fetches ahead and never fails:
 * what is not in the result is fetched by itself, from all of its keepers (`fetchBlob`).
 */
export async function fetchBlobs(
  runtime: Runtime,
  signer: HttpSigner,
  wanted: readonly WantedBlob[],
): Promise<ReadonlyMap<Cid, Uint8Array>> {
  const found = new Map<Cid, Uint8Array>();
  const byNode = Map.groupBy(wanted, ({ endpoints }) => endpoints[0]);
  await Promise.all(
    [...byNode].map(async ([endpoint, blobs]) => {
      if (endpoint === undefined) return;
      const client = connect(runtime, endpoint, signer);
      let silent = false;
      await concurrently(bundles(blobs), AT_ONCE, async (bundle) => {
        if (silent) return;
        try {
          const cids = bundle.map(({ cid }) => cid);
          const answer = await client.call(exchangeRoutes.getBlobs, {}, { cids });
          for (const [i, { cid, codec }] of bundle.entries()) {
            const bytes = answer.blobs[i] ?? null;
            if (bytes !== null && cidOf(bytes, codec) === cid) found.set(cid, bytes);
          }
        } catch (error) {
          if (!(error instanceof AnamnesisError)) throw error;
          silent = true;
        }
      });
    }),
  );
  return found;
}

/** Each within the limits of one request; a blob is asked for once. */
function bundles(wanted: readonly WantedBlob[]): readonly (readonly WantedBlob[])[] {
  const made: WantedBlob[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const blob of new Map(wanted.map((item) => [item.cid, item])).values()) {
    const size = blob.size ?? UNKNOWN_SIZE;
    let last = made.at(-1);
    if (last === undefined || last.length >= MAX_BUNDLED_BLOBS || bytes + size > MAX_BUNDLE_BYTES) {
      last = [];
      made.push(last);
      bytes = 0;
    }
    last.push(blob);
    bytes += size;
  }
  return made;
}
