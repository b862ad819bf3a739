import { readFile, writeFile } from "node:fs/promises";
import type { LedgerEvent } from "@anamnesis/core/ports/ledger";
import { until } from "@anamnesis/cli/demo/until";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsOf, expectWhole, expectWholeLogs } from "./kill/checks.ts";
import { reorganise } from "./kill/engine.ts";
import { KillableConsortium } from "./kill/killableConsortium.ts";
import { type LateEngine, startLateEngine } from "./kill/lateEngine.ts";
import { Patient } from "./kill/patient.ts";
import { persist } from "./kill/persist.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 300_000;

type Batch = Extract<LedgerEvent, { type: "batch-anchored" }>;

let consortium: KillableConsortium;
let proxy: LateEngine | null = null;
const patients: Patient[] = [];

beforeAll(async () => {
  // Two blocks a second: those of four minutes can be replaced, however long it takes here until all is anchored.
  consortium = await KillableConsortium.start({ keptStates: 512 });
  await consortium.form();
  for (let i = 0; i < 4; i++) {
    const patient = new Patient(consortium.world);
    await patient.enrol();
    await patient.grant();
    patients.push(patient);
  }
  await writer().import("first", 2);
  await anchored();
}, LONG);
afterAll(async () => {
  await consortium.stop();
  await proxy?.close();
}, LONG);

const writer = (): Patient => patients[0] as Patient;

/** Batches by author and number, as the ledger holds them now. */
async function batches(): Promise<ReadonlyMap<string, Batch>> {
  const events = (await eventsOf(consortium.world)).filter((event) => event.type === "batch-anchored");
  return new Map(events.map((event) => [`${event.organisation} ${event.sequence}`, event]));
}

/** All that was accepted stands on the ledger, and is known at the nodes. */
async function anchored(): Promise<void> {
  await until({ what: "all records anchored" }, async () => {
    await persist("an opening", () => writer().open());
    return writer().missing.length === 0 ? true : null;
  });
}

async function revokedOnLedger(): Promise<Extract<LedgerEvent, { type: "consent-revoked" }>[]> {
  return (await eventsOf(consortium.world)).filter((event) => event.type === "consent-revoked");
}

async function untilRevoked(count: number): Promise<void> {
  await until({ what: "revocations on the ledger" }, async () =>
    (await revokedOnLedger()).length === count ? true : null,
  );
}

describe("a ledger that fails", () => {
  it(
    "does not answer: records are taken, a revocation counts at once, and all is sent when it is back",
    async () => {
      const { pid } = consortium.engine;
      const before = (await batches()).size;
      process.kill(pid, "SIGSTOP");
      try {
        await writer().import("silent", 2);
        await (patients[1] as Patient).revoke();
        expect(await (patients[1] as Patient).openAfterRevocation()).toBe(0);
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await expectWhole(consortium.world, patients);
      expect((await batches()).size).toBeGreaterThan(before);
    },
    LONG,
  );

  it(
    "answers late: what was taken without an answer is sent again and stands once",
    async () => {
      proxy = await startLateEngine(consortium.engine.rpcUrl);
      const { config } = consortium.state.node("north");
      const value = JSON.parse(await readFile(config, "utf8")) as { ledger: { rpcUrl: string } };
      value.ledger.rpcUrl = proxy.rpcUrl;
      await writeFile(config, JSON.stringify(value));
      await consortium.kill("north");
      await consortium.restart("north");
      const before = (await batches()).size;
      proxy.late();
      await persist("an import", () => writer().import("late", 2));
      await until({ what: "a batch whose sender has no answer" }, async () =>
        (await batches()).size > before && (proxy?.held() ?? 0) > 0 ? true : null,
      );
      proxy.punctual();
      await expectWhole(consortium.world, patients);
    },
    LONG,
  );

  it(
    "replaces its newest blocks: batches come back as they were, a revocation holds meanwhile",
    async () => {
      const revoker = patients[2] as Patient;
      const revoked = (await revokedOnLedger()).length;
      await Promise.all([
        persist("an import", () => writer().import("reorganised", 2)),
        persist("a revocation", () => revoker.revoke()),
      ]);
      await Promise.all([anchored(), untilRevoked(revoked + 1)]);
      const before = await batches();
      const blocks = [...before.values(), ...(await revokedOnLedger())].map((event) => event.block);
      const lost = Math.max(...blocks);
      const { number } = await consortium.world.ledger.head();
      await reorganise(consortium.engine, number - lost + 1);
      expect(await persist("a refusal", () => revoker.openAfterRevocation())).toBe(0);
      await expectWhole(consortium.world, patients);
      await expectSame(before);
    },
    LONG,
  );

  it(
    "is killed and comes back without its last blocks: what vanished is sent again, revocations first",
    async () => {
      const revoker = patients[3] as Patient;
      await consortium.restartEngine("SIGTERM");
      const revoked = (await revokedOnLedger()).length;
      const saved = (await consortium.world.ledger.head()).number;
      await persist("an import", () => writer().import("lost 1", 2));
      await anchored();
      await Promise.all([
        persist("an import", () => writer().import("lost 2", 2)),
        persist("a revocation", () => revoker.revoke()),
      ]);
      await Promise.all([anchored(), untilRevoked(revoked + 1)]);
      const before = await batches();
      const vanishing = (await revokedOnLedger()).filter((event) => event.block > saved);
      expect(vanishing).toHaveLength(1);
      await consortium.restartEngine("SIGKILL");
      expect(await persist("a refusal", () => revoker.openAfterRevocation())).toBe(0);
      await expectWhole(consortium.world, patients);
      await expectSame(before);
      const again = (await revokedOnLedger()).filter((event) => event.block > saved);
      const [batch] = [...(await batches()).values()].filter((event) => event.block > saved);
      // In another block: what was sent again may stand there before anybody could look.
      expect(again).toHaveLength(1);
      expect(again[0]?.blockHash).not.toBe(vanishing[0]?.blockHash);
      expect(isBefore(again[0], batch)).toBe(true);
    },
    LONG,
  );

  it("leaves whole access logs", () => expectWholeLogs(patients), LONG);
});

/** No batch was made anew: each number holds the root that it held. */
async function expectSame(before: ReadonlyMap<string, Batch>): Promise<void> {
  const now = await batches();
  for (const [place, { root, manifest }] of before) expect(now.get(place)).toMatchObject({ root, manifest });
}

function isBefore(a: LedgerEvent | undefined, b: LedgerEvent | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.block < b.block || (a.block === b.block && a.index < b.index);
}
