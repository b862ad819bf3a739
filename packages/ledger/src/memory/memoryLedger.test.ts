import { DEFAULT_PARAMETERS } from "@anamnesis/core/ledger/proposal";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { describeLedgerPort } from "@anamnesis/testkit/ledger/conformance";
import {
  genesisMember,
  named,
  organisationNamed,
  signerNamed,
  signIntent,
} from "@anamnesis/testkit/ledger/cast";
import { describe, expect, test } from "vitest";
import { codeHashOf } from "./code.ts";
import { MemoryLedger } from "./memoryLedger.ts";

const clock = { now: () => parseUnixSeconds(1_800_000_000) };

describeLedgerPort("memory", async (genesis) => {
  let now = clock.now();
  const ledger = new MemoryLedger({ clock: { now: () => now }, genesis });
  return {
    identity: ledger.identity,
    parameters: DEFAULT_PARAMETERS,
    pass: async (seconds) => {
      now = parseUnixSeconds(now + seconds);
      ledger.mine();
    },
    contract: async () => {
      const target = ledger.identity.contracts.records;
      const codehash = codeHashOf(ledger.identity, target);
      return codehash === null ? expect.unreachable("its own contract") : { target, codehash };
    },
    connect: async () => ledger.connect(),
    advance: async (blocks) => {
      for (let i = 0; i < blocks; i++) ledger.mine();
    },
    settle: async () => undefined,
    reorganise: async (above) => ledger.reorganise((await ledger.connect().head()).number - above),
    silence: async () => ledger.setAnswering(false),
    close: async () => undefined,
  };
});

describe("blocks by hand", () => {
  const revoker = signerNamed("revoker");
  const genesis = [genesisMember(organisationNamed("north"), "North", "hospital", true)];
  const registration = (name: string) =>
    ({ type: "RegisterConsent", commitment: named(name), revoker: revoker.address }) as const;

  test("a submission waits for its block, and two of one intent share it", async () => {
    const ledger = new MemoryLedger({ clock, genesis, mining: "manual" });
    const [one, two] = [ledger.connect(), ledger.connect()];
    const signed = signIntent(ledger.identity, registration("a"), revoker);
    const waiting = [one.submit([signed]), two.submit([signed])];
    expect((await one.head()).number).toBe(0);
    await one.head();
    const block = ledger.mine();
    const submissions = await Promise.all(waiting);
    expect(submissions.map(({ outcomes, block }) => [outcomes[0]?.status, block])).toEqual([
      ["applied", block],
      ["already", block],
    ]);
    expect(submissions[0]?.transaction).not.toBe(submissions[1]?.transaction);
  });

  test("time follows the clock and never goes back", async () => {
    let now = 100;
    const ledger = new MemoryLedger({ clock: { now: () => parseUnixSeconds(now) }, genesis });
    now = 50;
    ledger.mine();
    expect(await ledger.connect().head()).toMatchObject({ number: 1, time: 100, confirmedAt: 50 });
  });

  test("the first block stays, however deep the fork", async () => {
    const ledger = new MemoryLedger({ clock, genesis });
    ledger.mine();
    ledger.reorganise(99);
    const page = await ledger.connect().events(null, 10);
    expect(page.status === "ok" && page.events.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 4 }, () => "parameter-set"),
      "member-admitted",
    ]);
  });
});
