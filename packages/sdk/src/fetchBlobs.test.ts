import { blobBundle, blobNames, exchangeRoutes, MAX_BUNDLED_BLOBS } from "@anamnesis/api/routes/exchange";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { Cid } from "@anamnesis/core/ids";
import { expect, it } from "vitest";
import { fetchBlobs, type WantedBlob } from "./fetchBlobs.ts";
import { httpSigner, type Runtime } from "./runtime.ts";

const content = (i: number): Uint8Array => new TextEncoder().encode(`blob ${i}`);

/** Nodes by host name, each answering bundles from its own blobs. */
function world(nodes: Readonly<Record<string, (cid: Cid) => Uint8Array | null>>) {
  const asked: { host: string; count: number }[] = [];
  const fetch: Runtime["fetch"] = async (url, init) => {
    const { host, pathname } = new URL(url);
    expect(pathname).toBe(exchangeRoutes.getBlobs.path);
    const give = nodes[host];
    if (give === undefined) throw new TypeError("no such node");
    const { cids } = blobNames.decode(init?.body as Uint8Array);
    asked.push({ host, count: cids.length });
    return new Response(new Uint8Array(blobBundle.encode({ blobs: cids.map(give) })));
  };
  const runtime: Runtime = {
    fetch,
    now: () => 1_800_000_000 as ReturnType<Runtime["now"]>,
    random: (length) => new Uint8Array(length).fill(1),
    sleep: async () => undefined,
  };
  return { asked, runtime };
}

const signer = httpSigner(new Uint8Array(32).fill(3));
const wanted = (i: number, ...hosts: string[]): WantedBlob => ({
  cid: cidOf(content(i), CODEC_RAW),
  codec: CODEC_RAW,
  endpoints: hosts.map((host) => `http://${host}`),
});
const byCid = new Map(Array.from({ length: 600 }, (_, i) => [wanted(i).cid, content(i)]));

it("asks each blob's first keeper, once a blob, in bundles of the route's size", async () => {
  const { asked, runtime } = world({
    a: (cid) => byCid.get(cid) ?? null,
    b: (cid) => byCid.get(cid) ?? null,
  });
  const blobs = Array.from({ length: 300 }, (_, i) => wanted(i, i < 290 ? "a" : "b", "b"));
  const found = await fetchBlobs(runtime, signer, [...blobs, wanted(0, "a")]);
  expect(found.size).toBe(300);
  expect(found.get(wanted(7).cid)).toEqual(content(7));
  expect(asked.toSorted((x, y) => x.count - y.count)).toEqual([
    { host: "b", count: 10 },
    { host: "a", count: 290 - MAX_BUNDLED_BLOBS },
    { host: "a", count: MAX_BUNDLED_BLOBS },
  ]);
});

it("leaves out what a node lacks or falsifies, and all of a node that does not answer", async () => {
  const { runtime } = world({
    a: (cid) =>
      cid === wanted(1).cid ? null : cid === wanted(2).cid ? content(3) : (byCid.get(cid) ?? null),
  });
  const found = await fetchBlobs(runtime, signer, [
    wanted(0, "a"),
    wanted(1, "a"),
    wanted(2, "a"),
    wanted(4, "gone"),
    wanted(5),
  ]);
  expect([...found.keys()]).toEqual([wanted(0).cid]);
});
