import { describe, expect, it } from "vitest";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { completeGrants, granteeOf } from "./grant.ts";
import { createActorKeys } from "./keys/actorKeys.ts";
import { segmentOf } from "./keys/patientKeys.ts";
import { beginJourney } from "./testing/journey.ts";
import { problem } from "./testing/problem.ts";
import { random } from "./testing/random.ts";

describe("grantConsent", () => {
  it("makes one consent per kind, with nothing in common on the ledger", async () => {
    const { grant, access, world } = await beginJourney();
    const { consents } = await grant({ kinds: ["general", "genetic"] });
    const registered = world.events.filter((event) => event.type === "consent-registered");
    expect(new Set(registered.map((event) => event.consent))).toEqual(new Set(consents));
    const opened = await access();
    expect(opened.map((item) => item.opening.kind).sort()).toEqual(["general", "genetic"]);
  });

  it("gives all of one signing the same time, however long it takes", async () => {
    const { grant, access, world } = await beginJourney();
    const now = (): UnixSeconds => {
      world.time = (world.time + 1) as UnixSeconds;
      return world.time;
    };
    const runtime = { ...world.runtime, now };
    await grant({ runtime, kinds: ["general", "genetic", "personal"] });
    const begins = (await access()).map(({ consent }) => consent?.body.notBefore);
    expect([begins.length, new Set(begins).size]).toEqual([3, 1]);
  });

  it("keeps the consent before anybody hears of it and completes it after a stop", async () => {
    const { grant, keys, save, world, consortium, access } = await beginJourney();
    world.intercept = (_endpoint, _method, path) => {
      if (path === exchangeRoutes.putGrant.path) throw problem("internal");
    };
    await expect(grant()).rejects.toMatchObject({
      code: "grant-not-delivered",
      meta: { organisations: "South", codes: "internal" },
    });
    expect(segmentOf(keys(), "general").consents[0]?.status).toBe("prepared");
    world.intercept = () => undefined;
    const { runtime } = world;
    await completeGrants({ runtime, consortium, keys: keys(), save });
    expect(segmentOf(keys(), "general").consents[0]?.status).toBe("granted");
    expect(await access()).toHaveLength(1);
    expect(world.events.filter((event) => event.type === "consent-registered")).toHaveLength(1);
  });

  it("says when no node brings it to the ledger", async () => {
    const { grant, world } = await beginJourney();
    world.stop(0, 1, 2);
    await expect(grant({ wait: 2 })).rejects.toMatchObject({
      code: "consent-not-registered",
      meta: { reason: "time" },
    });
  });

  it("grants to nobody whom the directory does not know with this card", async () => {
    const { grant, world, doctor } = await beginJourney();
    const organisation = world.member(1).organisation;
    const stranger = await createActorKeys({ subject: "practitioner", name: "Dr. No", organisation, random });
    await expect(grant({ grantee: granteeOf(stranger.card) })).rejects.toMatchObject({
      code: "unknown-grantee",
    });
    await expect(
      grant({ grantee: { id: granteeOf(doctor.card).id, card: stranger.card } }),
    ).rejects.toMatchObject({ code: "unknown-grantee" });
  });
});
