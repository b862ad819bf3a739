import { describe, expect, it } from "vitest";
import { ownerAccess } from "./access.ts";
import { openRecords } from "./open.ts";
import { isProven } from "./looks/isProven.ts";
import { accessLog } from "./receipts.ts";
import { beginJourney, resource } from "./testing/journey.ts";

async function afterTwoReads() {
  const journey = await beginJourney();
  await journey.seal([resource("a"), resource("b", "Condition")]);
  journey.world.anchor();
  await journey.grant({ resourceTypes: ["Observation"] });
  const { world, consortium, keys } = journey;
  const { runtime } = world;
  const [access] = await journey.access();
  if (access === undefined) throw new TypeError("no grant");
  const open = { runtime, consortium, access, purpose: "TREAT" as const };
  await openRecords({ ...open, askAnyway: true });
  world.anchorLogs();
  await openRecords(open);
  await openRecords({ ...open, access: ownerAccess(keys(), "general"), purpose: "PATRQT", ask: "all" });
  const read = () =>
    accessLog({ runtime, consortium, keys: keys(), kinds: ["general"], ledger: world.ledger });
  return { ...journey, read };
}

describe("accessLog", () => {
  it("tells every read once, with who, why and what, and finds nothing wrong", async () => {
    const { read, doctor, world } = await afterTwoReads();
    const { accesses, logs, findings } = await read();
    expect(findings).toEqual([]);
    expect(accesses.map((item) => [item.purpose, item.basis, item.custodians.length])).toEqual([
      ["TREAT", "consent", 2],
      ["TREAT", "consent", 2],
      ["PATRQT", "owner", 3],
    ]);
    expect(accesses[0]?.who?.organisation).toBe(doctor.card.organisation);
    expect(accesses[0]?.records.map((item) => item.outcome)).toEqual(["released", "resource-type"]);
    expect(
      logs.map(({ custodian, size, entries, anchored }) => [custodian, size, entries, anchored]),
    ).toEqual([
      [world.member(0).organisation, 3, 3, 1],
      [world.member(1).organisation, 3, 3, 1],
      [world.member(2).organisation, 1, 1, null],
    ]);
  });

  it("finds an entry that a custodian hides from the patient's list", async () => {
    const { read, world } = await afterTwoReads();
    const { log } = world.node(0);
    world.node(0).log = log.map((entry, i) =>
      i === 1 ? { ...entry, segment: `0x${"0".repeat(64)}` as never } : entry,
    );
    const { findings } = await read();
    expect(findings.map((item) => item.code)).toEqual(["missing-entries"]);
    expect(findings[0]?.detail).toBe(`${world.member(1).organisation} 1`);
  });

  it("finds a log that was cut or rewritten behind its anchored head", async () => {
    const cut = await afterTwoReads();
    cut.world.anchorLogs();
    cut.world.node(0).log.pop();
    expect((await cut.read()).findings.map((item) => item.code)).toContain("anchor-mismatch");
    const rewritten = await afterTwoReads();
    const { log } = rewritten.world.node(0);
    rewritten.world.node(0).log = log.slice(1);
    expect((await rewritten.read()).findings.map((item) => item.code)).toContain("bad-consistency");
  });

  it("reads the ledger again for a newer head and does not believe one that is not there", async () => {
    const { world, consortium, keys } = await afterTwoReads();
    const { runtime } = world;
    const before = [...world.events];
    world.anchorLogs();
    const read = (reads: number) => {
      let left = reads;
      const events = async (after: Parameters<typeof world.ledger.events>[0]) => {
        const page = await world.ledger.events(after, 1);
        return left-- > 0 && page.status === "ok" ? { ...page, events: before } : page;
      };
      const ledger = { ...world.ledger, events };
      return accessLog({ runtime, consortium, keys: keys(), kinds: ["general"], ledger });
    };
    expect((await read(1)).findings).toEqual([]);
    expect((await read(1000)).findings.map((item) => item.code)).toEqual([
      "anchor-mismatch",
      "anchor-mismatch",
      "anchor-mismatch",
    ]);
  });

  it("says which custodian gave no log and what that leaves open", async () => {
    const { read, world } = await afterTwoReads();
    world.stop(0);
    const { findings, accesses } = await read();
    expect(findings.map((item) => item.code)).toEqual([
      "log-unavailable",
      "unconfirmed-entries",
      "unconfirmed-entries",
    ]);
    expect(findings[0]).toMatchObject({
      custodian: world.member(0).organisation,
      detail: "node-unreachable",
    });
    expect(accesses).toHaveLength(3);
  });

  it("proves an access by a log of which all holds, and none that the logs tell differently", async () => {
    const { read, world } = await afterTwoReads();
    const clean = await read();
    expect(clean.accesses.map((access) => isProven(clean, access))).toEqual([true, true, true]);
    // The patient's own stands in three logs: two that hold are proof of it.
    world.stop(0);
    const without = await read();
    expect(without.accesses.map((access) => isProven(without, access))).toEqual([false, false, true]);
    const { log } = world.node(1);
    world.node(1).log = log.slice(1);
    const rewritten = await read();
    expect(rewritten.accesses.filter((access) => isProven(rewritten, access))).toHaveLength(1);
  });
});
