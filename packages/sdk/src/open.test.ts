import { describe, expect, it } from "vitest";
import { CODEC_DAG_CBOR, CODEC_RAW, cidOf } from "@anamnesis/core/encoding/cid";
import { granteeAccess, ownerAccess } from "./access.ts";
import { listRecords } from "./listRecords.ts";
import { createActorKeys } from "./keys/actorKeys.ts";
import { openRecords } from "./open.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { random } from "./testing/random.ts";

const resources = [
  resource("a"),
  resource("b"),
  resource("c", "Condition", 10_000),
  resource("d", "Patient", null),
];

async function sealedAndGranted(parameters = {}) {
  const journey = await beginJourney();
  await journey.seal(resources);
  journey.world.anchor();
  await journey.grant(parameters);
  const [access] = await journey.access();
  if (access === undefined) throw new TypeError("no grant");
  const { world, consortium } = journey;
  return { ...journey, open: { runtime: world.runtime, consortium, access, purpose: "TREAT" as const } };
}

describe("openRecords", () => {
  it("gives the grantee what was sealed, with a receipt of each custodian that served", async () => {
    const { open, world } = await sealedAndGranted();
    const { opened, refused, message, report } = await openRecords(open);
    expect(opened.map((item) => item.bytes)).toEqual(resources.map((item) => item.bytes));
    expect(opened.map((item) => item.source)).toEqual(resources.map((item) => item.source));
    expect({ refused, message }).toEqual({ refused: [], message: null });
    expect(report.answered).toEqual([world.member(0).organisation, world.member(1).organisation]);
    expect(report.receipts.map((item) => item.commitment)).toEqual([
      world.node(0).log[0]?.commitment,
      world.node(1).log[0]?.commitment,
    ]);
  });

  it("asks the segment's homes first, which have verified the proofs", async () => {
    const { open, world, consortium } = await sealedAndGranted();
    const { committee } = consortium;
    const reversed = { ...committee, custodians: committee.custodians.toReversed() };
    const { report } = await openRecords({ ...open, consortium: { ...consortium, committee: reversed } });
    expect(report.asked).toEqual([world.member(1).organisation, world.member(0).organisation]);
  });

  it("gives the owner the same without a consent", async () => {
    const { open, keys } = await sealedAndGranted();
    const access = ownerAccess(keys(), "general");
    const { opened } = await openRecords({ ...open, access, purpose: "PATRQT" });
    expect(opened).toHaveLength(4);
  });

  it("asks in the order that it is given, for the next group while one is used, and gives each as soon as it is open", async () => {
    const many = Array.from({ length: 130 }, (_, i) => resource(`r${i}`, "Observation", 10_000 + i));
    const { seal, world, grant, access, consortium } = await beginJourney();
    await seal(many);
    world.anchor();
    await grant();
    const [given] = await access();
    if (given === undefined) throw new TypeError("no grant");
    const groups: (readonly number[])[] = [];
    const { log } = world.node(0);
    const { opened } = await openRecords({
      runtime: world.runtime,
      consortium,
      access: given,
      purpose: "TREAT",
      order: (one, other) => Number(other.attributes.from) - Number(one.attributes.from),
      // Would wait for ever if the second request were sent after this.
      onUnlocked: async () => {
        while (log.length < 2) await new Promise((resolve) => setImmediate(resolve));
      },
      onOpened: (records) => groups.push(records.map(({ attributes }) => Number(attributes.from))),
    });
    const newestFirst = many.map((_, i) => 10_129 - i);
    expect(opened.map(({ attributes }) => attributes.from)).toEqual(newestFirst);
    expect(groups).toEqual([newestFirst.slice(0, 32), newestFirst.slice(32)]);
  });

  it("asks only for what the consent permits, and custodians refuse the rest when asked anyway", async () => {
    const { open } = await sealedAndGranted({ resourceTypes: ["Observation", "Patient"], dataFrom: 15_000 });
    const { opened, refused, outside } = await openRecords(open);
    expect(opened).toHaveLength(2);
    expect({ refused, outside }).toEqual({ refused: [], outside: 2 });
    const anyway = await openRecords({ ...open, askAnyway: true });
    expect(anyway.opened).toHaveLength(2);
    expect(anyway.refused.map((item) => item.code)).toEqual(["not-opened", "not-opened"]);
  });

  it("tells another purpose or another doctor with the grant nothing but one uniform message", async () => {
    const { open, world, doctor } = await sealedAndGranted();
    await expect(openRecords({ ...open, purpose: "HRESCH" })).rejects.toMatchObject({ code: "not-opened" });
    const listing = await listRecords(open);
    const { organisation } = doctor.card;
    if (organisation === null) throw new TypeError("no organisation");
    const other = await createActorKeys({ subject: "practitioner", name: "Dr. Bo", organisation, random });
    world.register(other);
    const { access } = open;
    const consent = access.consent;
    if (consent === null) throw new TypeError("no consent");
    const segmentKey = (await access.keyOf(0, [])) as Uint8Array;
    const stolen = granteeAccess(other, {
      consent,
      parent: null,
      delegation: null,
      opening: access.opening,
      card: access.card,
      epoch: 0,
      segmentKey,
    });
    const result = await openRecords({ ...open, access: stolen, listing });
    expect(result.opened).toEqual([]);
    expect(new Set(result.refused.map((item) => item.code))).toEqual(new Set(["not-opened"]));
    expect(result.message).toBe(
      "No custodian released a share: there is no such record, or no live consent for you.",
    );
  });

  it("opens with one custodian down or lying, and names it", async () => {
    const { open, world } = await sealedAndGranted();
    world.stop(0);
    const down = await openRecords(open);
    expect(down.opened).toHaveLength(4);
    expect(down.report.silent).toEqual([
      { organisation: world.member(0).organisation, code: "node-unreachable" },
    ]);
    world.start(0);
    world.node(1).tamper = () => world.member(0).verificationShare;
    const lying = await openRecords(open);
    expect(lying.opened).toHaveLength(4);
    expect(lying.report.culprits).toEqual([
      { organisation: world.member(1).organisation, reason: "bad-proof" },
    ]);
  });

  it("names a custodian whose shares are no points, or cancel another's, and opens with the others", async () => {
    const { open, world } = await sealedAndGranted();
    const none = new Uint8Array(33).fill(0xff);
    for (const share of [none, new Uint8Array(33)]) {
      world.node(1).tamper = () => share;
      const { opened, report } = await openRecords(open);
      expect(opened).toHaveLength(4);
      expect(report.culprits).toMatchObject([{ organisation: world.member(1).organisation }]);
      expect(report.answered).toEqual([world.member(0).organisation, world.member(2).organisation]);
    }
  });

  it.each(["proof", "signature"] as const)(
    "takes a header from another home when one has broken its %s, and leaves it out when all have",
    async (part) => {
      const { open, world } = await sealedAndGranted();
      const broken = (index: number): void => {
        const node = world.node(index);
        node.records = node.records.map((record, i) => {
          const bytes = record.header[part].map((byte, at) => (at === 63 ? byte ^ 1 : byte));
          return i === 1 ? { ...record, header: { ...record.header, [part]: bytes } } : record;
        });
      };
      broken(0);
      const progress: unknown[] = [];
      const { opened, refused, report } = await openRecords({
        ...open,
        onProgress: (value) => progress.push(value),
      });
      expect(opened.map(({ source }) => source)).toEqual(
        expect.arrayContaining(resources.map((item) => item.source)),
      );
      expect([opened.length, refused]).toEqual([4, []]);
      expect(progress.at(-1)).toEqual({ done: 4, of: 4 });
      // Its author's next header names it: either shows when nobody releases anything, and custodians are asked once more.
      expect(report.receipts).toHaveLength(4);

      broken(1);
      const nowhere = await openRecords(open);
      expect([nowhere.opened.length, nowhere.refused]).toEqual([3, []]);
      expect(nowhere.report.rejected.length).toBeGreaterThan(0);
    },
  );

  it("says nothing of headers that a home made up, opened or not", async () => {
    const { open, world } = await sealedAndGranted();
    const { records } = world.node(0);
    const [first] = records;
    if (first === undefined) throw new TypeError("no record");
    const { header } = first;
    const invented = [random(33), random(33)].map((U, i) => {
      // One whose wrap is nowhere, one that is on its way to the ledger.
      const wrap = i === 0 ? cidOf(U, CODEC_DAG_CBOR) : header.body.wrap;
      return { ...first, header: { ...header, body: { ...header.body, U, wrap } }, anchor: null };
    });
    world.node(0).records = [...records, ...invented];
    const { opened, refused, report } = await openRecords(open);
    expect([opened.length, refused]).toEqual([4, []]);
    expect(report.rejected).toHaveLength(2);
  });

  it("fails closed when fewer custodians than the threshold answer", async () => {
    const { open, world } = await sealedAndGranted();
    const listing = await listRecords(open);
    world.stop(1, 2);
    await expect(openRecords({ ...open, listing })).rejects.toMatchObject({
      code: "too-few-custodians",
      meta: { threshold: 2, answered: 1, missing: "South, Lab", codes: "node-unreachable" },
    });
    world.stop(0);
    await expect(openRecords(open)).rejects.toMatchObject({ code: "homes-unreachable" });
  });

  it("takes a content from another home when one has lost or changed it", async () => {
    const { open, world } = await sealedAndGranted();
    const content = world.node(0).records[0]?.header.body.content ?? "";
    world.node(0).blobs.set(content, random(100));
    expect(cidOf(world.node(0).blobs.get(content) as Uint8Array, CODEC_RAW)).not.toBe(content);
    expect((await openRecords(open)).opened).toHaveLength(4);
    world.node(1).blobs.delete(content);
    const { opened, refused } = await openRecords(open);
    expect(opened).toHaveLength(3);
    expect(refused).toMatchObject([{ code: "blob-not-found" }]);
  });

  it("shows what homes withhold and opens nothing that is not anchored", async () => {
    const { open, world, seal } = await sealedAndGranted();
    for (const i of [0, 1]) world.node(i).records = world.node(i).records.toSpliced(1, 1);
    const { opened, report } = await openRecords(open);
    expect(opened).toHaveLength(3);
    expect(report.missing).toHaveLength(1);
    await seal([resource("late")]);
    const later = await openRecords(open);
    expect(later.refused.map((item) => item.code)).toEqual(["not-anchored"]);
  });
});
