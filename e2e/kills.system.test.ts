import type { OrganisationKey } from "@anamnesis/cli/demo/cast";
import type { WritePoint } from "@anamnesis/node/runtime/writePoints";
import { afterAll, beforeAll, describe, it } from "vitest";
import { expectWhole, expectWholeLogs } from "./kill/checks.ts";
import { KillableConsortium, type Side } from "./kill/killableConsortium.ts";
import { Patient } from "./kill/patient.ts";
import { persist } from "./kill/persist.ts";
import { killAtRandom, seedOfRun } from "./kill/randomKills.ts";
import { takesRequests } from "./kill/takesRequests.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 900_000;
const ROUNDS = 10;

let consortium: KillableConsortium;
const patients: Patient[] = [];

beforeAll(async () => {
  consortium = await KillableConsortium.start();
  await consortium.form();
  for (let i = 0; i < 3; i++) {
    const patient = new Patient(consortium.world);
    await patient.enrol();
    patients.push(patient);
  }
}, LONG);
afterAll(() => consortium.stop(), LONG);

interface Kill {
  readonly at: OrganisationKey;
  readonly point: WritePoint;
}

/** What clients do in a round, each verb until it succeeds; together they pass every point of the rounds. */
async function work(name: string): Promise<void> {
  const [writer, granter, revoker] = patients as [Patient, Patient, Patient];
  await Promise.all([
    persist("an import", () => writer.import(name, 3)).then(() =>
      persist("an erasure", () => writer.erase(`${name}-2`)),
    ),
    persist("a grant", () => granter.grant()),
    persist("a grant to revoke", () => revoker.grant()).then(() =>
      persist("a revocation", () => revoker.revoke()),
    ),
    persist("an opening", () => writer.open("all")),
  ]);
}

/** All at once: whoever dies first, the others die while it is away. */
async function killed(name: string, side: Side, kills: readonly Kill[]): Promise<void> {
  // What the others can do without a node that was just started they do without it: it would never come to its point.
  await Promise.all(kills.map(({ at }) => takesRequests(consortium, at)));
  const deaths = await Promise.all(kills.map(({ at, point }) => consortium.killAt(at, side, point)));
  const worked = work(name);
  await Promise.all(
    deaths.map(async ({ dead }, i) => {
      await dead;
      await consortium.restart((kills[i] as Kill).at);
    }),
  );
  await worked;
  await expectWhole(consortium.world, patients);
}

describe("a kill -9 at a write point loses nothing that was acknowledged and repeats nothing", () => {
  const rounds: readonly (readonly [name: string, kills: () => readonly Kill[]])[] = [
    [
      "ingest, grant, revoke",
      () => [
        { at: "north", point: "ingest.rows" },
        { at: "south", point: "grant.rows" },
        { at: "laboratory", point: "revoke.sticky" },
      ],
    ],
    [
      "erase at a custodian, an author and a home",
      () => [
        { at: "laboratory", point: "erase.sticky" },
        { at: "north", point: "erase.receipt" },
        { at: "south", point: "erase.blobs" },
      ],
    ],
    [
      "anchor, release, outbox",
      () => [
        { at: "north", point: "anchor.batch" },
        { at: "south", point: "release.receipt" },
        { at: "laboratory", point: "revoke.outbox" },
      ],
    ],
  ];
  for (const [name, kills] of rounds) {
    for (const side of ["before", "after"] as const) {
      it(`${name}: ${side}`, () => killed(`${name} ${side}`, side, kills()), LONG);
    }
  }
});

it(
  `${ROUNDS} rounds of a random node killed at a random moment lose nothing that was acknowledged`,
  () => killAtRandom(consortium, patients as [Patient, Patient, Patient], ROUNDS, seedOfRun()),
  LONG,
);

it("the access logs are whole at the end", () => expectWholeLogs(patients), LONG);
