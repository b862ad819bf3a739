import { randomUUID } from "node:crypto";
import { type DeskPatients, deskRoutes } from "@anamnesis/api/routes/desk";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import type { OrganisationId } from "@anamnesis/core/ids";
import { deskCards } from "@anamnesis/sdk/desk/deskCards";
import { openKeptPatient } from "@anamnesis/sdk/desk/keptPatient";
import { makeClaimCode } from "@anamnesis/sdk/desk/makeClaimCode";
import {
  beginProvisional,
  type BegunRegistration,
  registerProvisional,
} from "@anamnesis/sdk/desk/registerProvisional";
import { type ActorKeys, actorOf, createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { newestCard } from "@anamnesis/sdk/keys/patientKeys";
import { createSeed, printRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { handOverLocator, openHandOver } from "@anamnesis/sdk/owner/handOver";
import { takeOver } from "@anamnesis/sdk/owner/takeOver";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keepKeyCard } from "../directory/keyCards.ts";
import { createFhirEndpoint } from "../fhir/fhirEndpoint.ts";
import { DEFAULT_POLICY } from "../fhir/policy/basePolicy.ts";
import type { BasePolicy } from "../fhir/policy/basePolicy.ts";
import { SealingWorld } from "../fhir/seal/testing/sealingWorld.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { dyingDatabase } from "../indexer/testing/testNode.ts";
import { custodyHandlers } from "../routes/custodyHandlers.ts";
import { deskHandlers } from "../routes/deskHandlers.ts";
import { exchangeHandlers } from "../routes/exchangeHandlers.ts";
import { registerPatient } from "./registerPatient.ts";

const NORTH = "http://north.test:80";
let world: SealingWorld;
let frida: ActorKeys;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await SealingWorld.start();
  serve(DEFAULT_POLICY);
  frida = await register("Frida", "staff");
}, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

function endpoint(policy: BasePolicy, north = world.north) {
  return createFhirEndpoint(north, {
    policy,
    packages: [],
    tokens: { requesterOf: () => Promise.reject(new Error("nobody asks from outside")) },
    base: () => `${NORTH}/fhir`,
    now: () => world.custody.clock.time * 1000,
    newId: randomUUID,
  });
}

function serve(policy: BasePolicy): void {
  const services = world.custody.services();
  world.network.serve("north.test", [
    ...exchangeHandlers(world.north, services.window),
    ...custodyHandlers(world.north, services, null as never),
    ...deskHandlers(world.north, endpoint(policy)),
  ]);
}

async function register(name: string, subject: "staff" | "practitioner"): Promise<ActorKeys> {
  const { organisation } = world.north;
  const keys = await createActorKeys({ subject, name, organisation, random: world.runtime.random });
  const requester = { actor: actorOf(keys), organisation, keyCard: keyCardDigest(keys.card) };
  await keepKeyCard(world.north.db, keys.card);
  await world.custody.setActor({ card: keys.card, requester }, "north", { active: true, version: 1 });
  return keys;
}

const at = (keys: ActorKeys) => connect(world.runtime, NORTH, httpSigner(keys.ed25519));
const ANE = { given: "Ané Maria", family: "Testander", birthDate: "1950-02-03", identifier: "N-17" };

async function begin(person: Partial<typeof ANE> = {}): Promise<BegunRegistration> {
  const { runtime, north, south } = world;
  const consortium = await loadConsortium({ runtime, endpoint: NORTH });
  return beginProvisional({
    person: { ...ANE, ...person },
    homes: [north.organisation, south.organisation],
    desk: await deskCards(runtime, consortium, north.organisation, NORTH),
    random: runtime.random,
  });
}

const common = (staff = frida) => {
  const { runtime, consortium, north } = world;
  return { runtime, consortium, organisation: north.organisation, node: at(staff) };
};

const list = (search = "", after: string | null = null, staff = frida): Promise<DeskPatients> =>
  at(staff).call(deskRoutes.deskPatients, {}, { search, after });

describe("the front desk", () => {
  it("registers somebody with provisional keys, who takes them over with one code and opens what was written meanwhile", async () => {
    const begun = await begin();
    const patient = await registerProvisional({ ...common(), begun });
    // An answer that was lost: the same once more.
    expect(await registerProvisional({ ...common(), begun })).toBe(patient);
    await world.settle();
    const shown = { patient, ...ANE, registeredAt: world.custody.clock.time };
    expect(await list()).toEqual({ patients: [{ ...shown, state: "provisional", kept: true }], next: null });

    const { code } = await makeClaimCode({ ...common(), staff: frida, patient, seconds: 3600 });
    const { sealed } = await connect(world.runtime, NORTH, null).call(
      exchangeRoutes.getHandOver,
      { locator: handOverLocator(code) },
      undefined,
    );
    const handOver = await openHandOver(code, sealed);
    expect(newestCard(handOver.keys.segments[0]!).body.provisional).toBe(world.north.organisation);
    const recoveryKit = printRecoveryKit(createSeed(world.runtime.random));
    const { runtime, consortium } = world;
    const save = async () => undefined;
    const { keys } = await takeOver({ runtime, consortium, handOver, recoveryKit, save });
    const opened = await world.open(keys);
    expect(opened.map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as unknown)).toMatchObject([
      { resourceType: "Patient", id: patient, name: [{ family: "Testander", given: ["Ané", "Maria"] }] },
    ]);

    expect(await list()).toMatchObject({ patients: [{ patient, state: "own", kept: false }] });
    // Nothing is left of what the desk held.
    expect(await world.north.db.query("select kept from desk_patients")).toEqual([{ kept: null }]);
    const again = makeClaimCode({ ...common(), staff: frida, patient, seconds: 3600 });
    expect(await codeOf(again)).toBe("patient-claimed");
  }, 60_000);

  it("is for staff alone, and as far as the organisation's policy lets it", async () => {
    const doctor = await register("Ada", "practitioner");
    const { person } = await begin();
    for (const keys of [doctor, await createActorKeys(stranger())]) {
      expect(await codeOf(list("", null, keys))).toBe("not-authorised");
      expect(await codeOf(at(keys).call(deskRoutes.registerPatient, {}, person))).toBe("not-authorised");
      expect(await codeOf(at(keys).call(deskRoutes.keptPatient, {}, { patient: "a" }))).toBe(
        "not-authorised",
      );
      const admit = at(keys).call(
        deskRoutes.admitPatient,
        {},
        { patient: "a", admission: new Uint8Array(9) },
      );
      expect(await codeOf(admit)).toBe("not-authorised");
    }
    expect(await world.north.db.query("select 1 as one from desk_patients")).toEqual([]);
    await at(frida).call(deskRoutes.registerPatient, {}, person);
    expect((await list()).patients).toHaveLength(1);
    serve(new Map());
    expect((await list()).patients).toEqual([]);
    const other = (await begin()).person;
    expect(await codeOf(at(frida).call(deskRoutes.registerPatient, {}, other))).toBe("not-authorised");
  });

  it("admits only whom it registered itself, and takes nobody without a family name and no day that never was", async () => {
    const patient = await world.fhir.make({ resourceType: "Patient", birthDate: "1950-02-03" });
    const admit = at(frida).call(deskRoutes.admitPatient, {}, { patient, admission: new Uint8Array(9) });
    expect(await codeOf(admit)).toBe("not-found");
    expect(await codeOf(at(frida).call(deskRoutes.keptPatient, {}, { patient }))).toBe("not-found");
    const { person: short } = await begin({ given: "" });
    await at(frida).call(deskRoutes.registerPatient, {}, short);
    expect((await list("N-17")).patients[0]).toMatchObject({ given: "", family: "Testander" });
    const { person: nameless } = await begin({ family: "" });
    expect(await codeOf(at(frida).call(deskRoutes.registerPatient, {}, nameless))).toBe("bad-person");
    const { person } = await begin({ birthDate: "1950-02-31" });
    expect(await codeOf(at(frida).call(deskRoutes.registerPatient, {}, person))).toBe("bad-person");
  });

  it("keeps one registration's first keys, whatever comes under its name", async () => {
    const { person } = await begin();
    await at(frida).call(deskRoutes.registerPatient, {}, person);
    const other = await begin();
    const taken = { ...other.person, entry: person.entry };
    expect(await codeOf(at(frida).call(deskRoutes.registerPatient, {}, taken))).toBe("patient-registered");
    expect(await world.north.db.query("select kept from desk_patients")).toEqual([{ kept: person.kept }]);
  });

  it("makes one Patient of a registration, wherever the node dies while it does", async () => {
    let died = true;
    for (let step = 1; died; step++) {
      const { person } = await begin({ family: `Family${"abcdefghijklmnopqrstuvwxyz".repeat(2)[step]}` });
      const { db } = dyingDatabase(world.north.db, step);
      const dying = { ...world.north, db };
      const signer = httpSigner(frida.ed25519).keyid;
      const first = registerPatient(dying, endpoint(DEFAULT_POLICY, dying), signer, person);
      died = (await codeOf(first.then(() => undefined))) === "killed";
      const { patient } = await at(frida).call(deskRoutes.registerPatient, {}, person);
      const found = await list(person.family);
      expect(found.patients.map((one) => one.patient)).toEqual([patient]);
      expect(found.patients[0]?.kept).toBe(true);
    }
  }, 120_000);

  it("finds people by name, day and number, a page at a time, and shows nothing but who they are", async () => {
    for (let i = 0; i < 21; i++) {
      world.custody.clock.time += 1;
      const { person } = await begin({ given: `Person${i}`, identifier: `N-${i}` });
      await at(frida).call(deskRoutes.registerPatient, {}, { ...person, kept: null });
    }
    const first = await list();
    expect(first.patients.map(({ identifier }) => identifier)).toEqual(
      Array.from({ length: 20 }, (_, i) => `N-${20 - i}`),
    );
    expect((await list("", first.next)).patients.map(({ identifier }) => identifier)).toEqual(["N-0"]);
    expect(await codeOf(list("", "nonsense"))).toBe("bad-request");
    const numbers = async (search: string) =>
      (await list(search)).patients.map(({ identifier }) => identifier);
    expect(await numbers("N-7")).toEqual(["N-7"]);
    expect(await numbers("test person")).toHaveLength(20);
    expect(await numbers("1950-02-03 N-3")).toEqual(["N-3"]);
    expect(await numbers("nobody")).toEqual([]);
    const [only] = (await list("N-7")).patients;
    expect(Object.keys(only ?? {}).toSorted()).toEqual(
      ["birthDate", "family", "given", "identifier", "kept", "patient", "registeredAt", "state"].toSorted(),
    );
    // Each look stands in the audit trail, under who looked.
    const audits = await world.north.db.query<{ event: string }>("select event from fhir_audits");
    const searches = audits.map(({ event }) => event).filter((event) => event.includes("search-type"));
    expect(searches.length).toBeGreaterThan(6);
    expect(searches.every((event) => event.includes(actorOf(frida)))).toBe(true);
  }, 60_000);

  it("opens what is kept for who was at the desk, and for nobody who came later or has the database", async () => {
    const eva = await register("Eva", "staff");
    const { person, patient } = await begin();
    const kept = person.kept ?? expect.unreachable("kept");
    expect(await openKeptPatient(kept, eva)).toEqual(patient);
    expect(await openKeptPatient(kept, frida)).toEqual(patient);
    const late = await register("Gus", "staff");
    expect(await codeOf(openKeptPatient(kept, late))).toBe("not-for-these-keys");
    expect(Buffer.from(kept).includes(patient.recoveryKit.slice(4, 12))).toBe(false);
    const swapped = { ...late, card: frida.card };
    expect(await codeOf(openKeptPatient(kept, swapped))).toBe("hpke-open");
  });
});

function stranger() {
  const organisation = `0x${"22".repeat(32)}` as OrganisationId;
  return { subject: "staff", name: "Nobody", organisation, random: world.runtime.random } as const;
}
