import { describe, expect, it } from "vitest";
import { exchangeRoutes, MAX_INLINE_CONTENT } from "@anamnesis/api/routes/exchange";
import { sealedLength } from "@anamnesis/core/crypto/stream";
import type { Cid, UnixSeconds } from "@anamnesis/core/ids";
import { packContent } from "@anamnesis/core/record/content";
import { sealResources } from "./seal.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { problem } from "./testing/problem.ts";
import { random } from "./testing/random.ts";

const three = ["a", "b", "c"].map((id) => resource(id));

/** As a kill: what was sent or not, nothing more of the run happens. */
const killAt = (world: Awaited<ReturnType<typeof beginJourney>>["world"], path: string) => {
  world.intercept = (_endpoint, method, at) => {
    if (method === "POST" && at === path) throw problem("internal");
  };
};

describe("sealResources", () => {
  it("chains an organisation's headers in a segment and puts large contents as blobs", async () => {
    const { world, seal } = await beginJourney();
    const large = { ...resource("image", "Media"), bytes: random(MAX_INLINE_CONTENT + 1) };
    const { sealed } = await seal([...three, large]);
    const { records, blobs } = world.node(0);
    expect(records.map((kept) => kept.label)).toEqual(sealed.map((item) => item.label));
    expect(records.map((kept) => kept.header.body.core.previous)).toEqual([
      null,
      ...sealed.slice(0, 3).map((item) => item.label),
    ]);
    expect(blobs.get(records[3]?.header.body.content ?? "")?.length).toBeGreaterThan(MAX_INLINE_CONTENT);
  });

  it("makes no second record of the same source and version, in one run or the next", async () => {
    const { world, seal } = await beginJourney();
    const first = await seal([...three, resource("a")]);
    const again = await seal(three);
    expect(first.known).toEqual([{ source: three[0]?.source, record: first.sealed[0]?.record }]);
    expect(again.sealed).toEqual([]);
    expect(again.known.map((item) => item.record)).toEqual(first.sealed.map((item) => item.record));
    expect(world.node(0).records).toHaveLength(3);
  });

  it("sends the remembered bytes after a kill before the put", async () => {
    const { world, seal, journal } = await beginJourney();
    killAt(world, exchangeRoutes.putRecords.path);
    await expect(seal(three)).rejects.toMatchObject({ code: "internal" });
    const [batch] = await journal.pending();
    world.intercept = () => undefined;
    const again = await seal(three);
    expect(again).toMatchObject({ resumed: 3, sealed: [] });
    expect(world.node(0).records.map((kept) => kept.record)).toEqual(
      batch?.records.map((item) => item.record),
    );
  });

  it("seals a content that comes in pieces as it seals one in memory", async () => {
    const { world, seal } = await beginJourney();
    const bytes = random(MAX_INLINE_CONTENT * 3);
    const pieces = function* (): Generator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
    };
    const small = { open: () => [Uint8Array.of(1, 2), Uint8Array.of(3)] };
    await seal([
      { ...resource("large"), bytes: { open: pieces } },
      { ...resource("small"), bytes: small },
    ]);
    const [large, tiny] = world.node(0).records.map((kept) => kept.header.body);
    const { mediaType, source } = resource("large");
    const sealedBytes = sealedLength(packContent({ meta: { mediaType, source }, bytes }).length);
    expect(large?.contentBytes).toBe(sealedBytes);
    expect(world.node(0).blobs.get(large?.content ?? "")?.length).toBe(sealedBytes);
    expect(tiny?.contentBytes).toBeLessThan(300);
  });

  it.each([exchangeRoutes.putBlob, exchangeRoutes.putRecords])(
    "sends the very bytes of a large content again after a kill before $name",
    async ({ path, method }) => {
      const { world, seal, journal } = await beginJourney();
      const image = { ...resource("image", "Media"), bytes: random(MAX_INLINE_CONTENT + 1) };
      const prefix = path.replace(":cid", "");
      world.intercept = (_endpoint, called, at) => {
        if (called === method && at.startsWith(prefix)) throw problem("internal");
      };
      await expect(seal([image])).rejects.toMatchObject({ code: "internal" });
      const [batch] = await journal.pending();
      expect(batch?.contents).toHaveLength(1);
      world.intercept = () => undefined;
      expect(await seal([image])).toMatchObject({ resumed: 1, sealed: [] });
      const [kept] = world.node(0).records;
      expect(world.node(0).records).toHaveLength(1);
      expect(kept?.header.body.content).toBe(batch?.contents[0]);
      await expect(journal.content(batch?.contents[0] as Cid)).rejects.toMatchObject({
        code: "journal-corrupt",
      });
    },
  );

  it("makes no second record after a kill between the put and its confirmation", async () => {
    const { world, seal, journal } = await beginJourney();
    const { confirm } = journal;
    journal.confirm = async () => {
      throw problem("killed");
    };
    await expect(seal(three)).rejects.toMatchObject({ code: "killed" });
    journal.confirm = confirm;
    const again = await seal(three);
    expect(again).toMatchObject({ resumed: 3, sealed: [] });
    expect(world.node(0).records).toHaveLength(3);
  });

  it("seals anew on the new head when another device of the organisation was faster", async () => {
    const { world, seal, journal } = await beginJourney();
    killAt(world, exchangeRoutes.putRecords.path);
    await expect(seal(three)).rejects.toMatchObject({ code: "internal" });
    const remembered = await journal.pending();
    world.intercept = () => undefined;
    await journal.forget(remembered[0]?.id as never);
    await seal([resource("other")]);
    await journal.remember(remembered[0] as never);
    const again = await seal(three);
    expect(again.resumed).toBe(0);
    expect(again.sealed).toHaveLength(3);
    expect(world.node(0).records).toHaveLength(4);
    expect(await journal.pending()).toEqual([]);
  });

  it("keeps no batch that the node will never take", async () => {
    const { world, seal, journal } = await beginJourney();
    world.intercept = (_endpoint, _method, path) => {
      if (path === exchangeRoutes.putRecords.path) throw problem("bad-record");
    };
    await expect(seal(three)).rejects.toMatchObject({ code: "bad-record" });
    expect(await journal.pending()).toEqual([]);
  });

  it("writes under a valid permit for itself alone", async () => {
    const { world, consortium, node, device, admission, journal } = await beginJourney();
    const base = {
      runtime: world.runtime,
      identity: world.identity,
      node,
      device,
      organisation: world.member(0).organisation,
      admission,
      committee: consortium.committee,
      resources: three,
      journal,
    };
    const other = world.member(1).organisation;
    await expect(sealResources({ ...base, organisation: other })).rejects.toMatchObject({
      code: "bad-admission",
      meta: { reason: "permit" },
    });
    world.time = (world.time + 86_401) as UnixSeconds;
    await expect(sealResources(base)).rejects.toMatchObject({
      code: "bad-admission",
      meta: { reason: "expired" },
    });
    const segments = admission.segments.filter((segment) => segment.opening.kind !== "general");
    await expect(sealResources({ ...base, admission: { ...admission, segments } })).rejects.toMatchObject({
      code: "bad-admission",
      meta: { reason: "kind" },
    });
  });
});
