import { WRITE_POINTS } from "@anamnesis/node/runtime/writePoints";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectWhole, expectWholeLogs } from "./kill/checks.ts";
import { KillableConsortium, type Side } from "./kill/killableConsortium.ts";
import { Patient } from "./kill/patient.ts";
import { killAtRandom, seedOfRun } from "./kill/randomKills.ts";
import { ELSEWHERE, FORMING, type Stage, WORKING } from "./kill/scenarios.ts";

/** Milliseconds for starting or ending three nodes and a chain beside other work. */
const STARTS = 300_000;
const SIDES: readonly Side[] = ["before", "after"];
/** Each a test with a time and patients of its own: a slow machine needs more than an hour for all, and no patient's records become many. */
const STRETCHES = 10;
const ROUNDS = 20;

let consortium: KillableConsortium;
const patients: Patient[] = [];
let names = 0;

function stage(): Stage {
  const [writer, revoker] = patients as [Patient, Patient];
  return { consortium, writer, revoker, next: () => `deep ${names++}` };
}

async function enrolled(): Promise<Patient> {
  const patient = new Patient(consortium.world);
  await patient.enrol();
  patients.push(patient);
  return patient;
}

beforeAll(async () => {
  consortium = await KillableConsortium.start({ keptStates: 64 });
}, STARTS);
afterAll(() => consortium.stop(), STARTS);

it("has a scenario for every write point but those that are tested elsewhere", () => {
  expect(new Set([...Object.keys(FORMING), ...Object.keys(WORKING), ...ELSEWHERE])).toEqual(
    new Set(WRITE_POINTS),
  );
});

describe("a kill -9 while the committee is being formed", () => {
  for (const [point, scenario] of Object.entries(FORMING) as [
    keyof typeof FORMING,
    (typeof WORKING)["ingest.rows"],
  ][]) {
    for (const side of SIDES) it(`${side} ${point}`, () => scenario(stage(), side, point));
  }

  it("leaves a consortium that forms its committee and takes patients", async () => {
    const world = await consortium.form();
    await enrolled();
    await enrolled();
    await stage().writer.import("first", 3);
    await expectWhole(world, patients);
  });
});

describe("a kill -9 at a write point loses nothing that was acknowledged and repeats nothing", () => {
  for (const [point, scenario] of Object.entries(WORKING) as [
    keyof typeof WORKING,
    (typeof WORKING)["ingest.rows"],
  ][]) {
    for (const side of SIDES) {
      it(`${side} ${point}`, async () => {
        await scenario(stage(), side, point);
        await expectWhole(consortium.world, patients);
      });
    }
  }
});

describe(`${STRETCHES * ROUNDS} rounds of a random node killed at a random moment lose nothing that was acknowledged`, () => {
  const seed = seedOfRun();
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const first = stretch * ROUNDS + 1;
    it(`rounds ${first} to ${first + ROUNDS - 1}`, async () => {
      const [writer, granter, revoker] = [await enrolled(), await enrolled(), await enrolled()];
      await killAtRandom(consortium, [writer, granter, revoker], ROUNDS, `${seed} ${stretch}`);
    });
  }
});

it("everybody's records open and every revocation holds at the end", () =>
  expectWhole(consortium.world, patients));

it("the access logs are whole at the end", () => expectWholeLogs(patients));
