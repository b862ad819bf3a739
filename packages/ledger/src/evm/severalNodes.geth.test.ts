import { randomBytes } from "node:crypto";
import { hasCode } from "@anamnesis/core/errors";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Hash32 } from "@anamnesis/core/ids";
import { consentIdOf } from "@anamnesis/core/consent/consent";
import type { LedgerIdentity, SignedIntent } from "@anamnesis/core/ledger/intents";
import type { BlockRef, LedgerEvent, LedgerPort } from "@anamnesis/core/ports/ledger";
import {
  genesisMember,
  named,
  organisationNamed,
  signerNamed,
  signIntent,
} from "@anamnesis/testkit/ledger/cast";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployContracts } from "./deployContracts.ts";
import { EvmLedger } from "./evmLedger.ts";
import { CliqueNetwork } from "./geth/cliqueNetwork.ts";
import { requireGeth } from "./geth/gethProgram.ts";
import { type GethFixture, gethFixture } from "./gethFixture.ts";

const MEMBERS = ["north", "south"].map((name) =>
  genesisMember(organisationNamed(name), name, "hospital", true),
);
const revoker = signerNamed("revoker");
const UNAVAILABLE = { code: "ledger-unavailable" };

let network: CliqueNetwork;
let fixture: GethFixture;
beforeAll(async () => {
  network = await CliqueNetwork.start({ program: requireGeth() });
  fixture = await gethFixture(network, MEMBERS);
});
afterAll(async () => network.stop());

const registration = (name: string, identity: LedgerIdentity = fixture.identity): SignedIntent =>
  signIntent(
    identity,
    { type: "RegisterConsent", commitment: named<Hash32>(name), revoker: revoker.address },
    revoker,
  );

/** Everything that this port shows, whatever is replaced meanwhile. */
async function eventsAt(port: LedgerPort): Promise<readonly LedgerEvent[]> {
  for (;;) {
    const page = await port.events(null, 100_000);
    if (page.status === "ok") return page.events;
  }
}

/** How often each of these was registered, as each node shows it. */
async function registered(names: readonly string[]): Promise<readonly number[]> {
  await network.settle();
  const counts: number[] = [];
  for (const place of network.nodes.keys()) {
    const port = await fixture.connect(place);
    const events = await eventsAt(port);
    for (const name of names) {
      const { outcomes } = await port.submit([registration(name)]);
      expect([name, outcomes]).toEqual([name, [{ status: "already" }]]);
    }
    counts.push(events.filter(({ type }) => type === "consent-registered").length);
  }
  return counts;
}

/** As a node's outbox: again until the ledger says that it stands. */
async function repeat(port: LedgerPort, names: readonly string[]): Promise<void> {
  for (const name of names) {
    for (let done = false; !done;) {
      try {
        const { outcomes } = await port.submit([registration(name)]);
        expect(outcomes[0]?.status).not.toBe("refused");
        done = true;
      } catch (error) {
        if (!hasCode(error, "ledger-unavailable")) throw error;
      }
    }
  }
}

describe("three signers", () => {
  const acknowledged: string[] = [];

  test("what is submitted at one node is read at the others", async () => {
    const ports = [await fixture.connect(0), await fixture.connect(1), await fixture.connect(2)];
    for (const [place, port] of ports.entries()) {
      const name = `at ${place}`;
      expect((await port.submit([registration(name)])).outcomes).toEqual([{ status: "applied" }]);
      acknowledged.push(name);
    }
    await repeat(ports[1] as LedgerPort, acknowledged);
    expect(await registered(acknowledged)).toEqual([3, 3, 3]);
  });

  test("with one killed, writing goes on through another; with two killed nothing is acknowledged", async () => {
    const [first, second] = [
      await fixture.connect(0),
      await fixture.connect(1, { inclusionDeadline: 4_000 }),
    ];
    await network.node(0).end("SIGKILL");
    await expect(first.submit([registration("one killed")])).rejects.toMatchObject(UNAVAILABLE);
    await repeat(second, ["one killed"]);
    acknowledged.push("one killed");

    await network.node(2).end("SIGKILL");
    // The one that is left signs one block at most.
    await repeatOnce(second, "last block");
    await expect(second.submit([registration("two killed")])).rejects.toMatchObject(UNAVAILABLE);
    await network.restartAll();
    await repeat(second, ["last block", "two killed"]);
    acknowledged.push("last block", "two killed");
    expect(await registered(acknowledged)).toEqual(network.nodes.map(() => acknowledged.length));
  });

  test("all killed at once and restarted: nothing acknowledged is missing after it was repeated", async () => {
    const ports = [await fixture.connect(0), await fixture.connect(1), await fixture.connect(2)];
    await Promise.all(
      ports.map(async (port, place) => {
        for (let i = 0; i < 3; i++) {
          await repeat(port, [`before the kill ${place} ${i}`]);
          acknowledged.push(`before the kill ${place} ${i}`);
        }
      }),
    );
    await Promise.all(network.nodes.map((node) => node.end("SIGKILL")));
    await expect(ports[0]?.head()).rejects.toMatchObject(UNAVAILABLE);
    await network.restartAll();
    await repeat(ports[2] as LedgerPort, acknowledged);
    expect(await registered(acknowledged)).toEqual(network.nodes.map(() => acknowledged.length));
  });

  test("contracts that a replaced block took away are created again, and their first block is the one that stays", async () => {
    const account = toHex(randomBytes(32));
    const members = [genesisMember(organisationNamed("west"), "West", "clinic", true)];
    const { rpcUrl } = network.node(0);
    await network.isolate(network.node(0));
    const from = await network.height(network.node(1));
    const deploying = deployContracts({
      rpcUrl,
      account,
      members,
      confirmations: 2,
      inclusionDeadline: 60_000,
    });
    deploying.catch(() => undefined);
    await network.reachedAt([network.node(1), network.node(2)], from + 5);
    await network.join(network.node(0));
    const { identity, relay, firstBlock } = await deploying;
    await network.settle();
    const clock = { now: () => 1_800_000_000 as never };
    for (const node of network.nodes) {
      const port = await EvmLedger.connect({
        rpcUrl: node.rpcUrl,
        identity,
        relay,
        firstBlock,
        account,
        clock,
      });
      const events = await eventsAt(port);
      expect(events[0]?.block).toBe(firstBlock);
      expect(events.map(({ type }) => type)).toContain("member-admitted");
    }
  });
});

/** Tries once; whether it is taken does not matter. */
async function repeatOnce(port: LedgerPort, name: string): Promise<void> {
  await port.submit([registration(name)]).catch((error: unknown) => {
    expect(error).toMatchObject(UNAVAILABLE);
  });
}

test("cut off from the others, a node's block is replaced: its port says so, and what stood there comes back", async () => {
  // Blocks wait for long enough to take a transaction that comes after the cut.
  const cut = await CliqueNetwork.start({ program: requireGeth(), period: 2 });
  try {
    const { connect, identity } = await gethFixture(cut, MEMBERS);
    const alone = await connect(0, { inclusionDeadline: 6_000 });
    const elsewhere = await connect(1);
    const signed = (name: string): SignedIntent => registration(name, identity);
    let lost: BlockRef | null = null;
    let name = "";
    for (let attempt = 1; lost === null; attempt++) {
      name = `cut off ${attempt}`;
      await cut.reached((await cut.height(cut.node(0))) + 1);
      await cut.isolate(cut.node(0));
      try {
        lost = (await alone.submit([signed(name)])).block;
      } catch (error) {
        // Who signed the newest block has to wait for another one, and so takes nothing alone.
        expect(error).toMatchObject(UNAVAILABLE);
        await cut.join(cut.node(0));
        await cut.settle();
      }
    }
    const cursor = { number: lost.number, hash: lost.hash };
    expect((await alone.events(cursor, 10)).status).toBe("ok");
    await cut.reachedAt([cut.node(1), cut.node(2)], lost.number + 3);
    expect((await elsewhere.blockAt(lost.number))?.hash).not.toBe(lost.hash);
    await cut.join(cut.node(0));
    await cut.settle();
    expect(await alone.events(cursor, 10)).toEqual({ status: "reorganised" });
    expect((await alone.blockAt(lost.number))?.hash).not.toBe(lost.hash);
    // Taken again by the node that had it, or by whoever repeats it.
    expect((await elsewhere.submit([signed(name)])).outcomes[0]?.status).not.toBe("refused");
    await cut.settle();
    for (const port of [alone, elsewhere]) {
      expect((await port.submit([signed(name)])).outcomes).toEqual([{ status: "already" }]);
      const consent = consentIdOf(identity, revoker.address, named<Hash32>(name));
      const events = await eventsAt(port);
      expect(
        events.filter((event) => event.type === "consent-registered" && event.consent === consent),
      ).toHaveLength(1);
    }
  } finally {
    await cut.stop();
  }
});

describe("a chain that demands coins", () => {
  const deployOn = async (chain: CliqueNetwork): Promise<unknown> =>
    deployContracts({
      rpcUrl: chain.node(0).rpcUrl,
      account: toHex(randomBytes(32)),
      members: MEMBERS,
      inclusionDeadline: 5_000,
    });

  test("by a base fee is `ledger-not-free`", async () => {
    const chain = await CliqueNetwork.start({ program: requireGeth(), signers: 1, baseFee: 7 });
    try {
      await expect(deployOn(chain)).rejects.toMatchObject({ code: "ledger-not-free" });
    } finally {
      await chain.stop();
    }
  });

  test("by a base fee that rose from zero with a block more than half full is `ledger-not-free`", async () => {
    const options = { signers: 1, baseFee: 0, gasLimit: 8_000_000 };
    const chain = await CliqueNetwork.start({ program: requireGeth(), ...options });
    try {
      await expect(deployOn(chain)).rejects.toMatchObject({ code: "ledger-not-free" });
      expect((await chain.client(chain.node(0)).getBlock()).baseFeePerGas).toBe(1n);
    } finally {
      await chain.stop();
    }
  });
});
