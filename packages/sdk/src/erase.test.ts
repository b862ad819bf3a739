import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import type { Header } from "@anamnesis/core/record/header";
import { ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import { erasureReceiptDigest } from "@anamnesis/core/record/erasure";
import { type Card, cardDigest, cardTypedData } from "@anamnesis/core/segment/card";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { describe, expect, it } from "vitest";
import { ownerAccess } from "./access.ts";
import { type EraseParameters, eraseRecord } from "./erase.ts";
import { ownerErasure } from "./eraseRequests.ts";
import { readLedger } from "./ledgerView.ts";
import { listRecords } from "./listRecords.ts";
import { openRecords } from "./open.ts";
import type { FakeMember } from "./testing/fakeConsortium.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { problem } from "./testing/problem.ts";

async function written() {
  const journey = await beginJourney();
  const { sealed } = await journey.seal([resource("a"), resource("b")]);
  journey.world.anchor();
  const { world, consortium, keys } = journey;
  const { runtime } = world;
  const access = ownerAccess(keys(), "general");
  const base = { runtime, consortium, access, purpose: "PATRQT" } as const;
  const { records } = await listRecords(base);
  const record = sealed[0]?.record as RecordId;
  const header = records.find((item) => item.record === record)?.header as Header;
  const request = await ownerErasure(keys(), world.identity, header);
  const erase = (changes: Partial<EraseParameters> = {}) =>
    eraseRecord({ runtime, consortium, signer: access.signer, request, patience: 3, ...changes });
  return { ...journey, base, record, header, erase };
}

describe("eraseRecord", () => {
  it("is in force before the ledger knows, then deleted at every keeper, with receipts that hold", async () => {
    const { erase, record, world, base } = await written();
    const told: boolean[] = [];
    const done: number[] = [];
    const erased = await erase({
      onInForce: ({ acknowledged }) => {
        expect(acknowledged).toHaveLength(3);
        told.push(world.events.some((event) => event.type === "record-erased"));
      },
      onProgress: ({ done: so, of }) => void done.push(so / of),
    });
    expect(told).toEqual([false]);
    expect(done.at(-1)).toBe(1);
    expect(erased).toMatchObject({
      record,
      waiting: [],
      silent: [],
      inForceAt: expect.any(Number) as unknown,
    });
    expect(erased.receipts.map(({ body }) => body.node)).toEqual(
      [0, 1].map((i) => world.member(i).organisation),
    );
    const ledger = await readLedger(world.ledger);
    const { opened, refused } = await openRecords({ ...base, ledger });
    expect([opened.length, refused]).toEqual([1, [{ record, code: "erased" }]]);
    // Without a look at the ledger it is just not there.
    expect((await openRecords(base)).refused).toEqual([{ record, code: "blob-not-found" }]);
    expect(await erase()).toMatchObject({ waiting: [] });
  });

  it("counts only acknowledgements and signatures that hold, and says who is missing", async () => {
    const { erase, world } = await written();
    world.stop(2);
    world.node(1).tamperAck = (ack) => ({ ...ack, body: { ...ack.body, storedAt: 0 as never } });
    await expect(erase()).rejects.toMatchObject({
      code: "erasure-not-in-force",
      meta: { needed: 2, acknowledged: 1, missing: "South, Lab" },
    });
    const [, other] = [world.node(0), world.node(1)];
    other.tamperAck = (ack) => ({
      ...ack,
      approval: world.node(0).erasures.get(ack.body.record)?.approval as never,
    });
    await expect(erase()).rejects.toMatchObject({ code: "erasure-not-in-force" });
    expect(world.events.some((event) => event.type === "record-erased")).toBe(false);
    other.tamperAck = (ack) => ack;
    const { acknowledged, silent } = await erase();
    expect(acknowledged).toHaveLength(2);
    expect(silent).toEqual([{ custodian: world.member(2).organisation, code: "node-unreachable" }]);
  });

  it("waits for nobody who is not needed: not for a custodian that never answers, nor for one keeper because of another", async () => {
    const { erase, world } = await written();
    const [north, south, lab] = [0, 1, 2].map((i) => world.member(i)) as [FakeMember, FakeMember, FakeMember];
    const never = new Promise<void>(() => undefined);
    world.intercept = async (endpoint) => {
      if (endpoint === lab.endpoint) await never;
    };
    const told: unknown[] = [];
    const begin = world.time;
    const erased = await erase({
      onInForce: ({ acknowledged, silent }) => void told.push([acknowledged.length, silent]),
    });
    expect(told).toEqual([[2, []]]);
    expect(erased).toMatchObject({
      silent: [{ custodian: lab.organisation, code: "node-unreachable" }],
      waiting: [],
    });
    expect(erased.acknowledged).toHaveLength(2);
    expect(world.time - begin).toBe(5);

    world.intercept = async (endpoint, _method, path) => {
      if (endpoint === south.endpoint && path === recordVerbRoutes.erasureReceipts.path) await never;
    };
    const { receipts, waiting } = await erase();
    expect(receipts.map(({ body }) => body.node)).toEqual([north.organisation]);
    expect(waiting).toEqual([south.organisation]);
  });

  it("asks the next node when one does not bring it to the ledger", async () => {
    const { erase, world } = await written();
    const asked: string[] = [];
    world.intercept = (endpoint, _method, path) => {
      if (path !== "/v1/records/erasures") return;
      asked.push(endpoint);
      if (asked.length < 3) throw problem("database-unavailable");
    };
    await erase();
    expect(new Set(asked).size).toBe(3);
    world.intercept = (_endpoint, _method, path) => {
      if (path === "/v1/records/erasures") throw problem("bad-approvals");
    };
    await expect(erase()).rejects.toMatchObject({
      code: "nodes-unreachable",
      meta: { codes: "bad-approvals" },
    });
  });

  it("asks every home that a verified card at any member names, and no other", async () => {
    const { erase, world, header, keys } = await written();
    const { segment } = header.body.core;
    const [north, south, lab] = [0, 1, 2].map((i) => world.member(i).organisation) as [
      OrganisationId,
      OrganisationId,
      OrganisationId,
    ];
    const [first] = world.node(0).cards.get(segment) as [Card];
    const forged = { ...first, body: { ...first.body, homes: [north, lab] } };
    world.node(0).cards.set(segment, [forged]);
    expect(await erase()).toMatchObject({ waiting: [], incomplete: [] });
    const other = world
      .node(1)
      .cards.get([...world.node(1).cards.keys()].find((id) => id !== segment) as never);
    world.node(0).cards.set(segment, other as Card[]);
    const erased = await erase();
    expect(erased.receipts.map(({ body }) => body.node)).toEqual([north, south]);
    // A later card at one member alone.
    const body = {
      ...first.body,
      number: 1,
      previous: cardDigest(first.body),
      homes: [north, lab],
    };
    const { secret } = ownerKeyOf(keys().root, "general");
    const signature = sign(typedDataDigest(cardTypedData(world.identity, body)), secret);
    world.node(2).cards.set(segment, [first, { body, signature }]);
    expect(await erase()).toMatchObject({ waiting: [lab] });
  });

  it("says where something stays since another record names it", async () => {
    const { erase, world, header } = await written();
    const { organisation, ed25519 } = world.member(1);
    world.node(1).tamperReceipt = (receipt) => {
      const body = { ...receipt.body, kept: [header.body.content] };
      return { body, signature: ed25519Sign(erasureReceiptDigest(body), ed25519) };
    };
    const erased = await erase();
    expect(erased).toMatchObject({ waiting: [], incomplete: [organisation] });
    expect(erased.receipts).toHaveLength(2);
  });

  it("takes no receipt that is not signed by its node, or is of another record or header", async () => {
    const { erase, world, record } = await written();
    const south = world.member(1).organisation;
    for (const change of [
      { deletedAt: 1 as never },
      { record: `0x${"77".repeat(32)}` as RecordId },
      { label: `0x${"77".repeat(32)}` as never },
      { node: world.member(0).organisation },
      { kept: [] as never, deletedAt: 2 as never },
    ]) {
      world.node(1).tamperReceipt = (receipt) => ({ ...receipt, body: { ...receipt.body, ...change } });
      expect(await erase()).toMatchObject({ record, waiting: [south] });
    }
    world.stop(1);
    expect(await erase()).toMatchObject({ waiting: [south] });
    world.start(1);
    world.node(1).tamperReceipt = (receipt) => receipt;
    expect(await erase()).toMatchObject({ waiting: [] });
  });
});

it("a patient signs the erasure of what stands in an own segment alone", async () => {
  const { header, world } = await written();
  const { keys } = await beginJourney();
  await expect(ownerErasure(keys(), world.identity, header)).rejects.toMatchObject({
    code: "unknown-segment",
  });
});
