import { committeeCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import type { ReleaseRequest } from "@anamnesis/core/release/releaseRequest";
import type { Card } from "@anamnesis/core/segment/card";
import { testSegment } from "@anamnesis/testkit/core/world";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fetchManifests } from "../indexer/fetchManifests.ts";
import { followLedger } from "../indexer/followLedger.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import type { TestNode } from "../indexer/testing/testNode.ts";
import { listHeaders } from "../records/listHeaders.ts";
import { putCard } from "../segments/cardStore.ts";
import { CustodyWorld, opened, type TestActor } from "../testing/custodyWorld.ts";
import { itemOf, written } from "../testing/sealedRecords.ts";
import { createCatchUp } from "./catchUp.ts";
import { RequestWindow } from "./requestWindow.ts";
import { release } from "../custody/release.ts";
import { revoke } from "../custody/revoke.ts";

let world: CustodyWorld;
/** A custodian that reads the ledger when the test says so. */
let late: TestNode;
let doctor: TestActor;
/** Milliseconds that this custodian has slept. */
let slept: number;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await CustodyWorld.start("north");
  late = await world.startNode("south");
  doctor = await world.actor("doctor", "practitioner");
  await putCard(late, world.segment.cards[0] as Card);
  await late.db.query("insert into committee_certificates (digest, bytes) values ($1, $2)", [
    committeeCertificate.digest(world.certificate),
    committeeCertificate.encode(world.certificate),
  ]);
  await followLedger(late, late.copy);
  slept = 0;
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

/** `follow` is what the custodian's indexer does while a request waits. */
function waits(follow: () => Promise<unknown>): ReturnType<typeof createCatchUp> {
  const timers = {
    now: () => slept,
    sleep: async (milliseconds: number) => {
      slept += milliseconds;
      await follow();
    },
  };
  return createCatchUp({ ...late, timers }, "release_waits_total");
}

async function ask(
  request: ReleaseRequest,
  catchUp: ReturnType<typeof createCatchUp>,
): Promise<{ given: boolean; outcomes: readonly (readonly string[])[] }> {
  const answer = await opened(await release(late, world.services(catchUp), request));
  const entries = await world.receipts(late);
  return {
    given: answer.body.shares[0] !== null,
    outcomes: entries.map(({ records }) => records.map(({ outcome }) => outcome)),
  };
}

/** While nothing of what it stands on comes. */
async function askInVain(request: ReleaseRequest): ReturnType<typeof ask> {
  return ask(
    request,
    waits(async () => undefined),
  );
}

async function byOwner(parts: Parameters<typeof written>[2] = {}): Promise<ReleaseRequest> {
  const records = [await itemOf(world.node, await written(world, world.node, parts), world.segment)];
  return world.request({ records }, world.segment.owner.secret);
}

async function byDoctor(): Promise<ReleaseRequest> {
  const records = [await itemOf(world.node, await written(world, world.node), world.segment)];
  await followLedger(late, late.copy);
  await fetchManifests(late);
  const { consent } = await world.consent(doctor);
  return world.request({ records, requester: doctor.requester, consent }, doctor.secret);
}

const RELEASED = { given: true, outcomes: [["released"]] };

describe("a request that comes before the ledger's newest", () => {
  it("waits for a batch that this custodian has not read, and leaves one receipt", async () => {
    const request = await byOwner();
    const catchUp = waits(async () => {
      await followLedger(late, late.copy);
      await fetchManifests(late);
    });
    expect(await ask(request, catchUp)).toEqual(RELEASED);
    expect(late.woken).toContain("indexer");
  });

  it("waits for a manifest that is on its way, also for that of an earlier batch", async () => {
    const first = await written(world, world.node);
    const request = await byOwner({ previous: first.label });
    await followLedger(late, late.copy);
    let looks = 0;
    const catchUp = waits(async () => ++looks === 3 && fetchManifests(late));
    expect(await ask(request, catchUp)).toEqual(RELEASED);
    expect(looks).toBe(3);
  });

  it("waits for a consent's registration", async () => {
    const request = await byDoctor();
    expect(
      await ask(
        request,
        waits(() => followLedger(late, late.copy)),
      ),
    ).toEqual(RELEASED);
  });

  it("decides by what has come when that is a revocation", async () => {
    const records = [await itemOf(world.node, await written(world, world.node), world.segment)];
    const { consent, id, revocation } = await world.consent(doctor);
    const intent = { type: "RevokeConsent", consent: id } as const;
    await world.ledger.connect().submit([{ intent, signatures: [revocation.signature] }]);
    const request = await world.request({ records, requester: doctor.requester, consent }, doctor.secret);
    const catchUp = waits(async () => {
      await followLedger(late, late.copy);
      await fetchManifests(late);
    });
    expect(await ask(request, catchUp)).toEqual({ given: false, outcomes: [["revoked"]] });
  });
});

describe("who lists a segment's records with a consent of a moment ago", () => {
  const list = async (catchUp: ReturnType<typeof createCatchUp>, parts: object): Promise<unknown> => {
    const services = { window: new RequestWindow(-1), catchUp };
    const request = world.access("headers", { audience: late.organisation, ...parts }, doctor.secret);
    return listHeaders(late, services, request).then(
      ({ cards }) => cards.length,
      (error: unknown) => (error as { readonly code: string }).code,
    );
  };

  it("waits until this home has read it", async () => {
    const { consent } = await world.consent(doctor);
    const parts = { requester: doctor.requester, consent };
    expect(
      await list(
        waits(() => followLedger(late, late.copy)),
        parts,
      ),
    ).toBe(1);
    expect(slept).toBe(100);
  });

  it("waits as long for a segment that this node does not have", async () => {
    const { consent } = await world.consent(doctor);
    const { opening } = await testSegment("elsewhere", "general");
    for (const parts of [{}, { opening }]) {
      slept = 0;
      const nothing = waits(async () => undefined);
      expect(await list(nothing, { requester: doctor.requester, consent, ...parts })).toBe("not-found");
      expect(slept).toBe(2500);
    }
  });
});

describe("what does not come", () => {
  it("is not waited for under a consent that was revoked here", async () => {
    const records = [await itemOf(world.node, await written(world, world.node), world.segment)];
    const { consent, revocation } = await world.consent(doctor);
    await revoke(late, revocation);
    const request = await world.request({ records, requester: doctor.requester, consent }, doctor.secret);
    expect(await askInVain(request)).toMatchObject({ given: false });
    expect(slept).toBe(0);
  });

  it("is refused after two and a half seconds", async () => {
    const request = await byOwner();
    expect(await askInVain(request)).toEqual({
      given: false,
      outcomes: [["not-anchored"]],
    });
    expect(slept).toBe(2500);
  });

  it("is not waited for when the batch is an old one", async () => {
    const request = await byOwner();
    await followLedger(late, late.copy);
    world.clock.time += 61;
    const later = await world.request({ records: request.body.records }, world.segment.owner.secret);
    expect(await askInVain(later)).toMatchObject({ given: false });
    expect(slept).toBe(0);
  });

  it("is not waited for when the record is not where the request says", async () => {
    const { body } = await byOwner();
    await followLedger(late, late.copy);
    await fetchManifests(late);
    const records = body.records.map((one) => ({ ...one, anchor: { ...one.anchor, index: 1, size: 2 } }));
    const request = await world.request({ records }, world.segment.owner.secret);
    expect(await askInVain(request)).toMatchObject({ given: false });
    expect(slept).toBe(0);
  });

  it("holds no more than 32 requests at once", async () => {
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const catchUp = waits(() => gate);
    const batch = { organisation: world.node.organisation, sequence: 9 };
    const held = Array.from({ length: 32 }, () => catchUp({ batches: [batch], consents: [], shown: [] }));
    // Whoever waits looked at the database first.
    await expect.poll(() => slept).toBe(3200);
    expect(await catchUp({ batches: [batch], consents: [], shown: [] })).toBe(false);
    slept = 10_000;
    goOn();
    expect(await Promise.all(held)).toEqual(held.map(() => true));
    expect(await catchUp({ batches: [batch], consents: [], shown: [] })).toBe(true);
  });
});
