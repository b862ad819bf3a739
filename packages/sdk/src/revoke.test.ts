import { describe, expect, it } from "vitest";
import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { ConsentId } from "@anamnesis/core/ids";
import { createActorKeys } from "./keys/actorKeys.ts";
import { newestCard, segmentOf } from "./keys/patientKeys.ts";
import { granteeOf } from "./grant.ts";
import { listRecords } from "./listRecords.ts";
import { openRecords } from "./open.ts";
import { permitOrganisation } from "./permit.ts";
import { completeRevocations, revokeConsent } from "./revoke.ts";
import { sealResources } from "./seal.ts";
import { deliverOverdueGrants } from "./startEpoch.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { problem } from "./testing/problem.ts";
import { random } from "./testing/random.ts";

async function granted() {
  const journey = await beginJourney();
  await journey.seal([resource("a"), resource("b")]);
  journey.world.anchor();
  const { consents } = await journey.grant();
  const { world, consortium, save } = journey;
  const { runtime } = world;
  const revoke = (ids: readonly ConsentId[] = consents) =>
    revokeConsent({ runtime, consortium, keys: journey.keys(), save, consents: ids });
  const base = { runtime, consortium, purpose: "TREAT" as const };
  return { ...journey, consents, revoke, base };
}

describe("revokeConsent", () => {
  it("ends access at once, at the homes and at the custodians", async () => {
    const { access, base, revoke, world, keys } = await granted();
    const [doctors] = await access();
    if (doctors === undefined) throw new TypeError("no grant");
    const listing = await listRecords({ ...base, access: doctors });
    const { revoked } = await revoke();
    expect(revoked[0]?.acknowledged).toHaveLength(3);
    expect(revoked[0]?.inForceAt).toBe(world.time);
    await expect(openRecords({ ...base, access: doctors })).rejects.toMatchObject({ code: "not-opened" });
    const { opened, message } = await openRecords({ ...base, access: doctors, listing });
    expect(opened).toEqual([]);
    expect(message).toMatch(/no live consent for you/);
    const segment = segmentOf(keys(), "general");
    expect(segment.consents.map((kept) => kept.status)).toEqual(["revoked"]);
    expect(newestCard(segment).body).toMatchObject({ number: 1, epoch: 1 });
    for (const i of [0, 1, 2]) expect(world.node(i).cards.get(segment.id)).toEqual(segment.cards);
  });

  it("keeps who is still granted: records of both epochs open, and the revoked key opens none of the new", async () => {
    const { access, base, grant, revoke, world, doctor, device, node, keys, journal, consortium } =
      await granted();
    const [before] = await access();
    if (before === undefined || doctor.card.organisation === null) throw new TypeError("no grant");
    const { organisation } = doctor.card;
    const other = await createActorKeys({ subject: "practitioner", name: "Dr. Bo", organisation, random });
    world.register(other);
    await grant({ grantee: granteeOf(other.card), consortium: { ...consortium, actors: world.actors } });
    await revoke();
    const { identity, runtime } = world;
    const north = world.member(0).organisation;
    const notAfter = before.consent?.body.notAfter ?? world.time;
    await sealResources({
      runtime,
      identity,
      node,
      device,
      organisation: north,
      admission: await permitOrganisation({ keys: keys(), identity, organisation: north, notAfter, random }),
      committee: consortium.committee,
      resources: [resource("new")],
      journal,
    });
    world.anchor();
    const [after] = await access(other);
    if (after === undefined) throw new TypeError("no grant");
    const { opened } = await openRecords({ ...base, access: after });
    expect(opened.map((item) => item.epoch)).toEqual([0, 0, 1]);
    const listing = await listRecords({ ...base, access: after });
    const { refused } = await openRecords({ ...base, access: before, listing });
    expect(refused.map((item) => item.code).sort()).toEqual(["newer-epoch", "not-opened", "not-opened"]);
  });

  it("is in force with one custodian down, not with two; a repetition completes it", async () => {
    const { revoke, world, keys } = await granted();
    world.stop(1, 2);
    await expect(revoke()).rejects.toMatchObject({
      code: "revocation-not-in-force",
      meta: { needed: 2, acknowledged: 1, missing: "South, Lab" },
    });
    expect(segmentOf(keys(), "general").consents[0]?.status).toBe("revoking");
    world.start(1);
    const { revoked, published } = await revoke();
    expect(revoked[0]?.silent).toEqual([
      { custodian: world.member(2).organisation, code: "node-unreachable" },
    ]);
    expect(published.filter((item) => item.code !== null)).toHaveLength(1);
  });

  it("is in force with n-t+1 answers, and gives a custodian that is late a bounded time", async () => {
    const { consents, consortium, keys, save, world } = await granted();
    const late = world.member(2);
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    world.intercept = async (endpoint, _method, path) => {
      if (endpoint === late.endpoint && path === custodyRoutes.revoke.path) await held;
    };
    const told: string[] = [];
    const run = (onInForce: () => void) =>
      revokeConsent({
        runtime: world.runtime,
        consortium,
        keys: keys(),
        save,
        consents,
        onInForce: (revoked) => {
          told.push(`in force: ${revoked[0]?.acknowledged.length}, silent: ${revoked[0]?.silent.length}`);
          onInForce();
        },
        onAnswered: (revoked) => void told.push(`answered: ${revoked[0]?.acknowledged.length}`),
      });
    const never = await run(() => undefined);
    expect(told).toEqual(["in force: 2, silent: 0", "answered: 2"]);
    expect(never.revoked[0]?.silent).toEqual([{ custodian: late.organisation, code: "node-unreachable" }]);
    expect(segmentOf(keys(), "general").consents.map((kept) => kept.status)).toEqual(["revoked"]);
    told.length = 0;
    const inTime = await run(answer);
    expect(told).toEqual(["in force: 2, silent: 0", "answered: 3"]);
    expect(inTime.revoked[0]).toMatchObject({ silent: [] });
  });

  it("waits once for a node that never answers, however many parts are stopped and grants it would get", async () => {
    const { consents, consortium, doctor, grant, keys, save, world } = await granted();
    const { consents: more } = await grant({ kinds: ["genetic"] });
    const lab = world.member(2);
    const other = await createActorKeys({
      subject: "practitioner",
      name: "Dr. Bo",
      organisation: lab.organisation,
      random,
    });
    world.register(other);
    await grant({
      grantee: granteeOf(other.card),
      kinds: ["general", "genetic"],
      consortium: { ...consortium, actors: world.actors },
    });
    await grant({ grantee: granteeOf(doctor.card), purposes: ["HRESCH"] });
    world.intercept = async (endpoint) => {
      if (endpoint === lab.endpoint) await new Promise(() => undefined);
    };
    const begin = world.time;
    const { revoked, published, undelivered } = await revokeConsent({
      runtime: world.runtime,
      consortium,
      keys: keys(),
      save,
      consents: [...consents, ...more],
    });
    expect(world.time - begin).toBe(5);
    const silent = { custodian: lab.organisation, code: "node-unreachable" };
    expect(revoked.map((one) => one.silent)).toEqual([[silent], [silent]]);
    const segments = [segmentOf(keys(), "general"), segmentOf(keys(), "genetic")];
    expect(segments.map((segment) => newestCard(segment).body.epoch)).toEqual([1, 1]);
    expect(published.filter(({ code }) => code !== null)).toEqual(
      segments.map(({ id }) => {
        return { segment: id, organisation: lab.organisation, code: "node-unreachable" };
      }),
    );
    expect(undelivered.map(({ organisation, code }) => [organisation, code])).toEqual([
      ["Lab", "node-unreachable"],
      ["Lab", "node-unreachable"],
    ]);
    // Who answers gets the key at once, and the one that hung when it answers again.
    expect(segmentOf(keys(), "general").consents.map((kept) => kept.grantedEpoch)).toEqual([0, 0, 1]);
    world.intercept = () => undefined;
    const { runtime } = world;
    const later = await deliverOverdueGrants({ runtime, consortium, keys: keys(), save });
    expect(later.undelivered).toEqual([]);
  });

  it("waits for a home that is needed, however long it takes", async () => {
    const { revoke, world, keys } = await granted();
    const south = world.member(1);
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    world.intercept = async (endpoint, _method, path) => {
      if (endpoint === south.endpoint && path === exchangeRoutes.putCard.path) await held;
    };
    const all = revoke();
    await world.runtime.sleep(60_000);
    expect(segmentOf(keys(), "general").pending).not.toBeNull();
    answer();
    const { published } = await all;
    expect(published.map(({ code }) => code)).toEqual([null, null, null]);
  });

  it.each([
    ["before any custodian heard", custodyRoutes.revoke.path],
    ["before the remaining grants", exchangeRoutes.putGrant.path],
    ["before the card", exchangeRoutes.putCard.path],
  ])("killed %s: the next run ends with one card of the new epoch", async (_when, path) => {
    const { revoke, world, keys, grant, doctor, consortium, save } = await granted();
    await grant({ grantee: granteeOf(doctor.card), purposes: ["HRESCH"] });
    world.intercept = (_endpoint, _method, at) => {
      if (at === path) throw problem("internal");
    };
    await revoke().catch(() => undefined);
    world.intercept = () => undefined;
    const { runtime } = world;
    await completeRevocations({ runtime, consortium, keys: keys(), save });
    expect(await completeRevocations({ runtime, consortium, keys: keys(), save })).toBeNull();
    await revoke();
    const segment = segmentOf(keys(), "general");
    expect(segment.cards).toHaveLength(2);
    expect(segment.pending).toBeNull();
    expect(segment.consents.map((kept) => kept.status)).toEqual(["revoked", "granted"]);
    expect(world.node(0).cards.get(segment.id)).toHaveLength(2);
  });

  it("leaves the new key later with a grantee whose node was down", async () => {
    const { revoke, world, keys, grant, doctor, consortium, save } = await granted();
    await grant({ grantee: granteeOf(doctor.card), purposes: ["HRESCH"] });
    world.intercept = (_endpoint, _method, path) => {
      if (path === exchangeRoutes.putGrant.path) throw problem("internal");
    };
    const { undelivered } = await revoke();
    expect(undelivered).toMatchObject([{ organisation: "South" }]);
    world.intercept = () => undefined;
    const { runtime } = world;
    const later = await deliverOverdueGrants({ runtime, consortium, keys: keys(), save });
    expect(later.undelivered).toEqual([]);
    expect(segmentOf(keys(), "general").consents.map((kept) => kept.grantedEpoch)).toEqual([0, 1]);
  });

  it("knows only the patient's own consents", async () => {
    const { revoke } = await granted();
    await expect(revoke([`0x${"00".repeat(32)}` as ConsentId])).rejects.toMatchObject({
      code: "unknown-consent",
    });
  });
});
