import { receivedRoutes } from "@anamnesis/api/routes/received";
import { accessRequestFor, ownerAccess } from "@anamnesis/sdk/access";
import { fhirAccessLog } from "@anamnesis/sdk/fhirAccessLog";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { keepAtNode } from "@anamnesis/sdk/keepAtNode";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { receivedPurges } from "@anamnesis/sdk/receivedPurges";
import { checkReceipt } from "@anamnesis/sdk/revocation/checkReceipt";
import { makeReceipt } from "@anamnesis/sdk/revocation/makeReceipt";
import { revokeConsent } from "@anamnesis/sdk/revoke";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../../indexer/testing/testDatabase.ts";
import { PatientWorld, type TestPatient } from "../patient/testing/patientWorld.ts";
import { purgeReceived } from "./purgeReceived.ts";

let world: PatientWorld;
let alice: TestPatient;
let doctor: ActorKeys;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await PatientWorld.start();
  alice = await world.enrol();
  doctor = await world.actor("Dr. Ada", "practitioner");
  await world.seal(alice, await world.actor("Importer", "device"), "one");
}, 60_000);
afterEach(async () => {
  await world.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

/** The doctor opens Alice's record under a consent, and the northern node keeps it. */
async function kept(): Promise<never> {
  const { runtime, consortium } = world;
  const { keys, consents } = await grantConsent({
    runtime,
    consortium,
    ...alice,
    kinds: ["general"],
    grantee: granteeOf(doctor.card),
    resourceTypes: ["*"],
    purposes: ["TREAT"],
    notAfter: world.in(86_400),
  });
  alice.keys = keys;
  const [access] = await world.accesses(doctor);
  const common = { runtime, consortium, access: access as never, purpose: "TREAT" } as const;
  const node = connect(runtime, "http://north.test:80", httpSigner(doctor.ed25519));
  const listing = await listRecords(common);
  await openRecords({
    ...common,
    listing,
    onUnlocked: async (records) => {
      expect((await keepAtNode({ ...common, node, listing }, records)).notKept).toEqual([]);
    },
  });
  return consents[0] as never;
}

const purges = ({ keys }: TestPatient): ReturnType<typeof receivedPurges> => {
  const { runtime, consortium } = world;
  return receivedPurges({ runtime, consortium, keys });
};

describe("what a node deleted of what it had received", () => {
  it("is told to the patient: which, under which consent, why and when", async () => {
    const consent = await kept();
    expect((await purges(alice)).purges).toEqual([]);
    const staff = await world.staffToken();
    const { json } = await world.send(staff, "GET", "Observation");
    // A token without a person sees what consents to the organisation permit alone.
    expect(json.entry).toBeUndefined();
    const { runtime, consortium, north, custody } = world;
    const { keys } = await revokeConsent({ runtime, consortium, ...alice, consents: [consent] });
    await purgeReceived(north);
    const told = await purges(alice);
    // And stands in the receipt of what was stopped.
    const receipt = await makeReceipt({ runtime, consortium, keys, consents: [consent] });
    expect(receipt.destroyed).toMatchObject([
      { organisation: north.organisation, consent, reason: "revoked", destroyedAt: custody.clock.time },
    ]);
    expect(receipt.read.map(({ records }) => records)).toEqual([[receipt.destroyed[0]?.record]]);
    expect(checkReceipt(receipt, consortium)).toMatchObject({ faults: [], read: { proven: 1 } });
    expect(told.purges).toEqual([
      {
        kind: "general",
        node: north.organisation,
        organisation: north.organisation,
        record: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string,
        consent,
        reason: "revoked",
        purgedAt: custody.clock.time,
      },
    ]);
    // The third member's node is not there.
    expect(new Set(told.silent.map(({ code }) => code)).size).toBe(1);
    const mallory = await purges(await world.enrol());
    expect([mallory.purges, mallory.silent.length]).toEqual([[], told.silent.length]);
  });

  it("leaves what was audited of it to the patient", async () => {
    const consent = await kept();
    const { runtime, consortium, north, url } = world;
    const rows = await north.db.query<{ id: string }>(
      "select r.id from received_records m join fhir_resources r on r.row = m.row",
    );
    const staff = await world.staffToken();
    expect((await world.send(staff, "GET", `Observation/${rows[0]?.id}`)).status).toBe(404);
    const events = async (): Promise<number> => {
      const token = await world.logIn(alice);
      const server = { endpoint: url, organisation: north.organisation, token };
      const log = await fhirAccessLog({ runtime, consortium, keys: alice.keys, server });
      expect(log.findings).toEqual([]);
      return log.events.length;
    };
    const before = await events();
    expect(before).toBe(1);
    await revokeConsent({ runtime, consortium, ...alice, consents: [consent] });
    await purgeReceived(north);
    expect(await north.db.query("select 1 as one from received_records")).toEqual([]);
    expect(await events()).toBe(before);
  });

  it("is told to nobody who does not own the segment now, and once for a request", async () => {
    await kept();
    const { runtime, north } = world;
    const own = ownerAccess(alice.keys, "general");
    const stranger = ownerAccess((await world.enrol()).keys, "general");
    const client = connect(runtime, "http://north.test:80", own.signer);
    const ask = (request: ReturnType<typeof accessRequestFor>): Promise<unknown> =>
      client.call(receivedRoutes.receivedPurges, {}, request);
    const { organisation } = north;
    const request = accessRequestFor(runtime, own, "purges", organisation, "PATRQT", 0);
    await ask(request);
    await expect(ask(request)).rejects.toMatchObject({ code: "replayed-request" });
    const refused = { code: "bad-request-signature" };
    const forged = { ...own, sign: stranger.sign };
    await expect(
      ask(accessRequestFor(runtime, forged, "purges", organisation, "PATRQT", 0)),
    ).rejects.toMatchObject(refused);
    await expect(
      ask(accessRequestFor(runtime, own, "receipts", organisation, "PATRQT", 0)),
    ).rejects.toMatchObject(refused);
    await expect(
      ask(accessRequestFor(runtime, own, "purges", world.south.organisation, "PATRQT", 0)),
    ).rejects.toMatchObject(refused);
    await north.db.query(
      "insert into ledger_owners (segment, generation, owner, next_owner, block, time) values ($1, 1, '0x00', '0x00', 1, 1)",
      [own.segment],
    );
    await expect(
      ask(accessRequestFor(runtime, own, "purges", organisation, "PATRQT", 0)),
    ).rejects.toMatchObject(refused);
  });
});
