import { listRecords } from "../listRecords.ts";
import { openRecords } from "../open.ts";
import { beginJourney, resource } from "../testing/journey.ts";
import { problem } from "../testing/problem.ts";
import { SegmentMemory } from "./segmentMemory.ts";
import { expect, it } from "vitest";

type Asked = { readonly route: string; readonly from: number | null };

/** A segment of three records that was opened once with a memory. */
async function opened() {
  const journey = await beginJourney();
  const { world, consortium } = journey;
  await journey.seal(["a", "b", "c"].map((id) => resource(id)));
  world.anchor();
  await journey.grant();
  const [access] = await journey.access();
  if (access === undefined) throw new TypeError("no grant");
  const memory = new SegmentMemory();
  const asked: Asked[] = [];
  for (const node of [world.node(0), world.node(1)]) {
    const handle = node.handle.bind(node);
    node.handle = async (route, call) => {
      const body = (call.request as { readonly body?: { readonly from?: number } } | undefined)?.body;
      asked.push({ route, from: body?.from ?? null });
      return handle(route, call);
    };
  }
  const look = async () => {
    asked.length = 0;
    return openRecords({ runtime: world.runtime, consortium, access, purpose: "TREAT", memory });
  };
  const first = await look();
  const of = (route: string): readonly (number | null)[] =>
    asked.filter((one) => one.route === route).map(({ from }) => from);
  return { ...journey, memory, look, first, of, access };
}

it("asks for what came since, opens it, and asks the custodians for everything anew", async () => {
  const { look, first, of, seal, world, memory } = await opened();
  expect(memory.size).toBe(3);
  await seal([resource("d")]);
  world.anchor();
  const blobs = of("getBlobs").length;
  const again = await look();
  expect(of("listHeaders")).toEqual([3]);
  expect(again.opened.map(({ bytes }) => bytes)).toEqual([
    ...first.opened.map(({ bytes }) => bytes),
    resource("d").bytes,
  ]);
  expect(again.report.receipts).toHaveLength(2);
  expect(memory.size).toBe(4);
  // Contents alone: no wrap is fetched where none is new.
  await look();
  expect(of("getBlobs").length).toBeLessThan(blobs);
});

it("asks again for what was not on the ledger yet", async () => {
  const { look, of, seal, world, memory } = await opened();
  await seal([resource("d")]);
  const late = await look();
  expect(late.refused).toMatchObject([{ code: "not-anchored" }]);
  // Of two homes, for the second was asked as well.
  expect(memory.size).toBe(6);
  world.anchor();
  expect((await look()).opened).toHaveLength(4);
  expect(of("listHeaders")).toEqual([3]);
});

it("lists everything where the home's word does not fit what is kept", async () => {
  const { look, of, world, memory } = await opened();
  world.node(0).records = world.node(0).records.slice(0, 2);
  expect((await look()).opened).toHaveLength(2);
  expect(of("listHeaders")).toEqual([3, 0]);
  expect(memory.size).toBe(2);
});

it("is shared by looks at the same time, and cleared under one that goes on", async () => {
  const { look, of, memory } = await opened();
  memory.clear();
  await Promise.all([look(), look()]);
  expect(memory.size).toBe(3);
  expect((await look()).opened).toHaveLength(3);
  expect(of("listHeaders")).toEqual([3]);
  const going = look();
  memory.clear();
  await going;
  // The list that began before is not kept.
  expect((await look()).opened).toHaveLength(3);
  expect(of("listHeaders")).toEqual([0]);
});

it("has nothing to say for a home that is silent", async () => {
  const { look, world } = await opened();
  world.node(1).records = world.node(1).records.slice(0, 2);
  world.stop(0);
  const { opened: others } = await look();
  expect(others).toHaveLength(2);
});

it("ends with the access, and keeps nothing more", async () => {
  const { look, seal, world, memory } = await opened();
  const refuse = (route: string) => {
    if (route === "listHeaders") throw problem("not-found");
  };
  for (const node of [world.node(0), world.node(1)]) {
    const handle = node.handle.bind(node);
    node.handle = async (route, call) => {
      refuse(route);
      return handle(route, call);
    };
  }
  await seal([resource("d")]);
  await expect(look()).rejects.toMatchObject({ code: "not-opened" });
  expect([memory.isEnded, memory.size]).toEqual([true, 0]);
});

it("lists anew once when a custodian refused something", async () => {
  const { look, of, world, memory } = await opened();
  const [first] = world.node(0).records;
  if (first === undefined) throw new TypeError("no record");
  const request = { header: first.header };
  for (const node of world.nodes.values()) {
    await node.handle("eraseRecord", { params: {}, request, signer: null });
  }
  const { refused } = await look();
  expect(refused).toMatchObject([{ code: "not-opened" }]);
  expect(memory.size).toBe(0);
  await look();
  expect(of("listHeaders")).toEqual([0]);
  // It stays refused, and what is kept is of use all the same.
  await look();
  expect(of("listHeaders")).toEqual([3]);
});

it("is of no use to who verifies everything", async () => {
  const { of, world, memory, consortium, access, look } = await opened();
  await look();
  const common = { runtime: world.runtime, consortium, access, purpose: "TREAT", memory } as const;
  await listRecords({ ...common, verify: "all" });
  expect(of("listHeaders")).toEqual([3, 0]);
});
