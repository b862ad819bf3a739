import { describe, expect, it } from "vitest";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { Card } from "@anamnesis/core/segment/card";
import { permitDigest } from "@anamnesis/core/segment/permit";
import { ownerAccess } from "../access.ts";
import { newestCard, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { createSeed, printRecoveryKit } from "../keys/recoveryKit.ts";
import { patientClient } from "../patientClient.ts";
import { accessLog } from "../receipts.ts";
import { revokeConsent } from "../revoke.ts";
import { startEpoch } from "../startEpoch.ts";
import { grantedPatient, thiefsCard } from "../testing/grantedPatient.ts";
import { problem } from "../testing/problem.ts";
import { random } from "../testing/random.ts";
import { finishRotation } from "./finishRotation.ts";

describe("rotateOwner", () => {
  it("takes records, permits, receipts and kept consents along", async () => {
    const world = await grantedPatient();
    const { keys, opens, rotate, base, seal, doctor } = world;
    expect(await opens()).toBe(2);
    const before = keys();
    const { permits, permitsMissing, undelivered } = await rotate();
    expect({ permits, permitsMissing, undelivered }).toEqual({
      permits: 1,
      permitsMissing: [],
      undelivered: [],
    });
    expect(keys().segments.map(({ id }) => id)).toEqual(before.segments.map(({ id }) => id));
    const { body } = newestCard(segmentOf(keys(), "general"));
    expect(body).toMatchObject({ generation: 1, epoch: 1, number: 1 });
    expect(await opens()).toBe(2);
    const log = await accessLog({ ...base, keys: keys(), kinds: ["general"] });
    expect(log.findings).toEqual([]);
    expect(log.accesses).toHaveLength(2);

    await seal("after the rotation");
    world.world.anchor();
    expect(await opens()).toBe(3);
    const own = (await world.access(doctor)).filter(({ segment }) => segment === body.segment);
    expect(own.map(({ card }) => card.body.generation)).toEqual([1]);
    expect(await opens(own[0], "TREAT")).toBe(3);
    await revokeConsent({ ...base, keys: keys(), save: world.save, consents: world.consents });
    await expect(opens(own[0], "TREAT")).rejects.toMatchObject({ code: "not-opened" });
  });

  it("shuts out who has the keys of before: no reading, no card, no consent", async () => {
    const world = await grantedPatient();
    const { keys, rotate, base, opens, grant } = world;
    const stolen = keys();
    const forged = await thiefsCard(world, stolen);
    const { id } = segmentOf(stolen, "general");
    const put = (card: Card) =>
      patientClient(base.runtime, stolen, id, world.world.member(1).endpoint).call(
        exchangeRoutes.putCard,
        {},
        card,
      );
    await put(forged);
    await rotate();
    expect(world.world.node(1).cards.get(id)).toEqual(segmentOf(keys(), "general").cards);
    await expect(put(await thiefsCard(world, { ...stolen }))).rejects.toMatchObject({
      code: "card-conflict",
    });
    await expect(opens(ownerAccess(stolen, "general"))).rejects.toMatchObject({ code: "not-opened" });
    const saved = keys();
    await grant(stolen);
    const theirs = await world.access(world.doctor);
    for (const access of theirs.filter((item) => item.card.body.generation === 0)) {
      await expect(opens(access, "TREAT")).rejects.toMatchObject({ code: "not-opened" });
    }
    expect(await opens(ownerAccess(saved, "general"))).toBe(2);
  });

  it("ends consents that are not kept", async () => {
    const { rotate, keys, access, opens, doctor } = await grantedPatient();
    await rotate({ keep: () => false });
    expect(segmentOf(keys(), "general").consents.map((kept) => kept.status)).toEqual(["ended"]);
    for (const old of await access(doctor)) {
      await expect(opens(old, "TREAT")).rejects.toMatchObject({ code: "not-opened" });
    }
  });

  it("goes on where it was broken off, with the same cards, and through epochs and rotations after it", async () => {
    const { rotate, keys, saves, world, opens, base, save } = await grantedPatient();
    const count = saves.length;
    world.intercept = (_, __, path) => {
      if (path === exchangeRoutes.putCards.path) throw problem("internal");
    };
    await expect(rotate()).rejects.toMatchObject({ code: "cards-not-published" });
    const begun = saves[count] as PatientKeys;
    expect(keys()).toEqual(begun);
    world.intercept = () => undefined;
    const again = await finishRotation({ ...base, keys: keys(), save });
    expect(again?.keys.segments.map(({ cards }) => cards.at(-1))).toEqual(
      begun.segments.map(({ pending }) => pending),
    );
    expect(await finishRotation({ ...base, keys: keys(), save })).toBeNull();
    await startEpoch({ ...base, keys: keys(), save, segment: segmentOf(keys(), "general").id });
    await rotate();
    expect(newestCard(segmentOf(keys(), "general")).body).toMatchObject({ generation: 2, epoch: 3 });
    expect(await opens()).toBe(2);
  });

  it("rotates once more when one was begun: its keys were on the device", async () => {
    const { rotate, keys, world, opens } = await grantedPatient();
    world.intercept = (_, __, path) => {
      if (path === exchangeRoutes.putCards.path) throw problem("internal");
    };
    await expect(rotate()).rejects.toMatchObject({ code: "cards-not-published" });
    world.intercept = () => undefined;
    await rotate();
    expect(newestCard(segmentOf(keys(), "general")).body).toMatchObject({ generation: 2, number: 2 });
    expect(await opens()).toBe(2);
  });

  it("signs no permit that no record stands under, whatever a home says", async () => {
    const { rotate, keys, world, admission } = await grantedPatient();
    const { id } = segmentOf(keys(), "general");
    const invented = { ...admission.segments[0]!.permit.body, segment: id, salt: random(32) };
    world
      .node(0)
      .permits.set(permitDigest(world.identity, invented), { body: invented, signature: new Uint8Array(65) });
    const { permits } = await rotate();
    expect(permits).toBe(1);
  });

  it("refuses another kit", async () => {
    const { rotate } = await grantedPatient();
    const recoveryKit = printRecoveryKit(createSeed(random));
    await expect(rotate({ recoveryKit })).rejects.toMatchObject({ code: "another-kit" });
  });
});
