import { describe, expect, it } from "vitest";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { loadConsortium } from "./consortium.ts";
import { enrol } from "./enrol.ts";
import type { PatientKeys } from "./keys/patientKeys.ts";
import { FakeConsortium } from "./testing/fakeConsortium.ts";

async function begin() {
  const world = await FakeConsortium.create();
  const { runtime } = world;
  const consortium = await loadConsortium({ runtime, endpoint: world.member(0).endpoint });
  const homes = [world.member(0).organisation, world.member(1).organisation];
  const saved: PatientKeys[] = [];
  const save = async (keys: PatientKeys) => void saved.push(keys);
  return { world, saved, parameters: { runtime, consortium, homes, save } };
}

describe("enrol", () => {
  it("publishes a first card of every kind at all custodians and homes", async () => {
    const { world, parameters } = await begin();
    const { keys, published } = await enrol(parameters);
    expect(keys.segments.map((segment) => segment.opening.kind)).toEqual(SEGMENT_KINDS);
    expect(new Set(keys.segments.map((segment) => segment.opening.owner)).size).toBe(SEGMENT_KINDS.length);
    expect(published.filter((item) => item.code !== null)).toEqual([]);
    for (const i of [0, 1, 2]) {
      for (const { id, cards } of keys.segments) expect(world.node(i).cards.get(id)).toEqual(cards);
    }
  });

  it("goes on with the kit where a stop ended it, with the same keys and cards", async () => {
    const { world, saved, parameters } = await begin();
    const { recoveryKit } = await enrol(parameters);
    world.node(2).cards.clear();
    const again = await enrol({ ...parameters, recoveryKit });
    expect(again.keys).toEqual(saved[0]);
    expect(world.node(2).cards.size).toBe(SEGMENT_KINDS.length);
  });

  it("works with one custodian down and says which; with two it names them and has saved the keys", async () => {
    const { world, saved, parameters } = await begin();
    world.stop(2);
    const { published, recoveryKit } = await enrol(parameters);
    const lab = world.member(2).organisation;
    expect(new Set(published.filter((item) => item.code !== null).map((item) => item.organisation))).toEqual(
      new Set([lab]),
    );
    world.stop(1);
    await expect(enrol({ ...parameters, recoveryKit })).rejects.toMatchObject({
      code: "cards-not-published",
      meta: { missing: "South, Lab", codes: "node-unreachable" },
    });
    expect(saved).toHaveLength(2);
  });

  it("refuses fewer than two homes and homes that are no members", async () => {
    const { world, parameters } = await begin();
    await expect(enrol({ ...parameters, homes: parameters.homes.slice(1) })).rejects.toMatchObject({
      code: "bad-homes",
    });
    const nobody = world.member(0).organisation.replace(/^0x../, "0x00") as (typeof parameters.homes)[number];
    await expect(enrol({ ...parameters, homes: [...parameters.homes, nobody] })).rejects.toMatchObject({
      code: "unknown-home",
    });
  });
});
