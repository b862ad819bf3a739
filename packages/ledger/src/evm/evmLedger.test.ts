import { toHex } from "@anamnesis/core/encoding/bytes";
import type { ConsentId, Hash32, Hex, UnixSeconds } from "@anamnesis/core/ids";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import type { Intent, SignedIntent } from "@anamnesis/core/ledger/intents";
import { consentIdOf } from "@anamnesis/core/consent/consent";
import {
  genesisMember,
  named,
  organisationNamed,
  type Signer,
  signerNamed,
  signIntent,
} from "@anamnesis/testkit/ledger/cast";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MemoryLedger } from "../memory/memoryLedger.ts";
import { startAnvil } from "./anvil.ts";
import { type AnvilFixture, anvilFixture, testClientOf } from "./anvilFixture.ts";
import { deployContracts } from "./deployContracts.ts";
import { connectEngine } from "./engine.ts";
import { EvmLedger, type EvmLedgerOptions } from "./evmLedger.ts";
import { intentCall } from "./intentCall.ts";
import { outcomeOf } from "./outcomeOf.ts";
import { sendTransaction } from "./sendTransaction.ts";
import { waitIncluded } from "./waitIncluded.ts";
import { privateKeyToAccount } from "viem/accounts";

const north = organisationNamed("north");
const south = organisationNamed("south");
const revoker = signerNamed("revoker");
const MEMBERS = [
  genesisMember(north, "North", "hospital", true),
  genesisMember(south, "South", "hospital", true),
];
const clock = { now: (): UnixSeconds => parseUnixSeconds(1_800_000_000) };
const account = toHex(signerNamed("relayer").secret);

const registration = (name: string): Intent => ({
  type: "RegisterConsent",
  commitment: named<Hash32>(name),
  revoker: revoker.address,
});
const batch = (sequence: number, name = "root"): Extract<Intent, { type: "AnchorBatch" }> => ({
  type: "AnchorBatch",
  organisation: north.id,
  sequence,
  root: named<Hash32>(`${name} ${sequence}`),
  count: 1,
  manifest: named(`manifest ${sequence}`),
});

let fixture: AnvilFixture;
const optionsOf = ({ anvil, deployment }: AnvilFixture): EvmLedgerOptions => ({
  rpcUrl: anvil.rpcUrl,
  identity: deployment.identity,
  relay: deployment.relay,
  firstBlock: deployment.firstBlock,
  account,
  clock,
  pollingInterval: 10,
});
const sign = (intent: Intent, ...signers: readonly Signer[]): SignedIntent =>
  signIntent(fixture.identity, intent, ...signers);

describe("connecting", () => {
  beforeAll(async () => {
    fixture = await anvilFixture(MEMBERS);
  });
  afterAll(async () => fixture.close());

  test("to another chain is `ledger-mismatch`", async () => {
    const options = optionsOf(fixture);
    const identity = { ...options.identity, chainId: 1 };
    await expect(EvmLedger.connect({ ...options, identity })).rejects.toMatchObject({
      code: "ledger-mismatch",
      meta: { reason: "other-chain" },
    });
  });

  test("where a contract is missing is `ledger-mismatch`", async () => {
    const options = optionsOf(fixture);
    await expect(EvmLedger.connect({ ...options, relay: revoker.address })).rejects.toMatchObject({
      code: "ledger-mismatch",
      meta: { reason: "no-contract" },
    });
  });

  test("where the contracts are of two ledgers is `ledger-mismatch`", async () => {
    const options = optionsOf(fixture);
    const { contracts } = options.identity;
    const identity = { ...options.identity, contracts: { ...contracts, consortium: contracts.consents } };
    await expect(EvmLedger.connect({ ...options, identity })).rejects.toMatchObject({
      code: "ledger-mismatch",
      meta: { reason: "other-consortium" },
    });
  });

  test("where nothing answers is `ledger-unavailable`, and says neither credentials nor key", async () => {
    const canary = "canary-5f1c";
    const rpcUrl = `http://user:${canary}@127.0.0.1:1/${canary}`;
    const failed = await EvmLedger.connect({ ...optionsOf(fixture), rpcUrl }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: "ledger-unavailable" });
    const seen = `${String(failed)} ${JSON.stringify(failed)} ${(failed as Error).stack} ${String((failed as Error).cause)}`;
    expect(seen).not.toContain(canary);
    expect(seen).not.toContain(account.slice(2));
  });
});

async function dropAll(engine: ReturnType<typeof testClientOf>): Promise<void> {
  await engine.request<{ Method: "anvil_dropAllTransactions"; Parameters: []; ReturnType: null }>({
    method: "anvil_dropAllTransactions",
    params: [],
  });
}

describe("a transaction that vanishes", () => {
  beforeEach(async () => {
    fixture = await anvilFixture(MEMBERS);
  });
  afterEach(async () => fixture.close());

  test("from the pool is `ledger-unavailable`; submitted again it takes effect", async () => {
    const ledger = await EvmLedger.connect({ ...optionsOf(fixture), inclusionDeadline: 300 });
    const engine = testClientOf(fixture.anvil.rpcUrl);
    await engine.setIntervalMining({ interval: 0 });
    await expect(ledger.submit([sign(registration("a"), revoker)])).rejects.toMatchObject({
      code: "ledger-unavailable",
    });
    await dropAll(engine);
    await engine.setAutomine(true);
    const patient = await EvmLedger.connect(optionsOf(fixture));
    expect((await patient.submit([sign(registration("a"), revoker)])).outcomes).toEqual([
      { status: "applied" },
    ]);
  });

  test("from the pool is told in seconds, long before a transaction that waits in it", async () => {
    const ledger = await EvmLedger.connect({ ...optionsOf(fixture), inclusionDeadline: 50_000 });
    const engine = testClientOf(fixture.anvil.rpcUrl);
    await engine.setIntervalMining({ interval: 0 });
    const submission = Promise.allSettled([ledger.submit([sign(registration("a"), revoker)])]);
    await expect.poll(async () => (await engine.getTxpoolStatus()).pending).toBe(1);
    await dropAll(engine);
    expect(await submission).toMatchObject([
      { status: "rejected", reason: { code: "ledger-unavailable", meta: { reason: "transaction-lost" } } },
    ]);
  });

  test("with its whole chain: the same port goes on with the new one", async () => {
    const { rpcUrl, port } = fixture.anvil;
    const first = await deployContracts({ rpcUrl, account, members: MEMBERS, pollingInterval: 10 });
    const options = { ...optionsOf(fixture), identity: first.identity, relay: first.relay };
    const ledger = await EvmLedger.connect(options);
    const signed = signIntent(first.identity, registration("a"), revoker);
    const before = await ledger.submit([signed]);
    expect(before.outcomes).toEqual([{ status: "applied" }]);
    await fixture.close();
    await expect(ledger.submit([signed])).rejects.toMatchObject({ code: "ledger-unavailable" });

    const reborn = await startAnvil({ port, blockTime: 0.05 });
    try {
      await expect(ledger.submit([signed])).rejects.toMatchObject({
        code: "ledger-mismatch",
        meta: { reason: "no-contract" },
      });
      const second = await deployContracts({ rpcUrl, account, members: MEMBERS, pollingInterval: 10 });
      expect(second.identity).toEqual(first.identity);
      expect((await ledger.submit([signed])).outcomes).toEqual([{ status: "applied" }]);
      expect(before.block === null || (await ledger.events(before.block, 10)).status).toBe("reorganised");
    } finally {
      await reborn.stop();
    }
  });
});

describe("submitting", () => {
  beforeAll(async () => {
    fixture = await anvilFixture(MEMBERS);
  });
  afterAll(async () => fixture.close());

  test("from one account through two ports at once, nonces are sorted out", async () => {
    const ports = [await EvmLedger.connect(optionsOf(fixture)), await EvmLedger.connect(optionsOf(fixture))];
    const names = ["p", "q", "r"];
    const all = ports.flatMap((port, i) =>
      names.map(async (name) => (await port.submit([sign(registration(`${name}${i}`), revoker)])).outcomes),
    );
    expect(await Promise.all(all)).toEqual(all.map(() => [{ status: "applied" }]));
  });

  test("more than a block holds is `submission-too-large`, and nothing is sent", async () => {
    const ledger = await fixture.connect();
    const signed = sign(registration("large"), revoker);
    const many = Array.from({ length: 1_000 }, () => signed);
    await expect(ledger.submit(many)).rejects.toMatchObject({ code: "submission-too-large" });
    expect((await ledger.submit([signed])).outcomes).toEqual([{ status: "applied" }]);
  });

  test("two hundred intents fit into one transaction, within the gas that was set aside", async () => {
    const ledger = await fixture.connect();
    const many = Array.from({ length: 200 }, (_, i) => sign(registration(`many ${i}`), revoker));
    const { outcomes } = await ledger.submit(many);
    expect(outcomes).toEqual(many.map(() => ({ status: "applied" })));
  });

  test("revert data that no contract gives is no outcome", () => {
    for (const reason of ["0x", "0x12345678", "0x4e487b71"] as const) expect(outcomeOf(reason)).toBeNull();
  });

  test("gives the outcomes of the rules in memory, whatever is submitted", async () => {
    const { identity } = fixture;
    const memory = new MemoryLedger({ clock, genesis: MEMBERS, identity }).connect();
    const evm = await fixture.connect();
    let seed = 20_260_101;
    const pick = <T>(...items: readonly [T, ...T[]]): T => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return items[(seed >>> 16) % items.length] ?? items[0];
    };
    const anyIntent = (): Intent => {
      const organisation = pick(north, south, organisationNamed("stranger")).id;
      const small = pick(0, 1, 2, 3);
      const id = named<Hash32>(pick("diff-a", "diff-b", "diff-c"));
      return pick<() => Intent>(
        () => ({
          type: "SetEndpoint",
          organisation,
          endpoint: pick("http://a", "http://b", "a b"),
          version: small,
        }),
        () => ({
          type: "AdoptCommittee",
          committee: id as never,
          certificate: named(pick("x", "y")),
          threshold: small,
          shareEpoch: 0,
          members: pick([north.id, south.id], [south.id], [north.id, north.id]),
        }),
        () => ({
          type: "SetActor",
          organisation,
          actor: id as never,
          role: pick("practitioner", "staff"),
          signer: revoker.address,
          keyCard: named("card"),
          active: pick(true, false),
          version: small,
        }),
        () => ({ type: "RegisterConsent", commitment: id, revoker: revoker.address }),
        () => ({ type: "RevokeConsent", consent: consentIdOf(identity, revoker.address, id) }),
        () => ({ ...batch(small, pick("root", "fork")), organisation }),
        () => ({
          type: "AnchorLogHead",
          organisation,
          size: small,
          root: named(pick("m", "n")),
          checkpoint: named("checkpoint"),
        }),
      )();
    };
    const signersFor = (intent: Intent): readonly Signer[] => {
      if (pick(0, 0, 0, 0, 0, 1) === 1) return [organisationNamed("stranger")];
      if (intent.type === "AdoptCommittee") {
        return intent.members.map((id) => (id === north.id ? north : south));
      }
      if (!("organisation" in intent)) return [revoker];
      return [intent.organisation === north.id ? north : south];
    };
    for (let round = 0; round < 12; round++) {
      const intents = Array.from({ length: 25 }, () => {
        const intent = anyIntent();
        return sign(intent, ...signersFor(intent));
      });
      const [expected, actual] = await Promise.all([memory.submit(intents), evm.submit(intents)]);
      expect(actual.outcomes).toEqual(expected.outcomes);
    }
  });
});

/**
 * Most gas that each operation may use, a few hundred above what was measured (zeros in addresses and signatures make
 * it vary). Of a registration 49,600 is the least that is possible: the transaction, one new slot, one signature, one
 * event and the calldata; of an anchor 62,000, with a new slot for the batch, a look at the one before and the look-up of
 * the signer and of a pause. What each function costs alone stands in contracts/snapshots/gas.
 */
const BUDGETS = {
  registerDirect: 52_900,
  revokeDirect: 35_000,
  registerRelayed: 59_100,
  revokeRelayed: 41_200,
  /** A tenth of ten in one transaction, through the contract's list. */
  registerTenth: 34_100,
  revokeTenth: 15_700,
  anchorFirst: 64_800,
  anchorDirect: 67_300,
  anchorRelayed: 73_500,
  /** What the batch adds to a transaction that takes a head of the receipt log too, as nodes send them. */
  anchorShare: 46_800,
  headFirst: 85_500,
  headDirect: 51_300,
  headRelayed: 57_600,
  actorDirect: 111_900,
  actorRelayed: 118_100,
  actorReplaced: 108_600,
  endpoint: 76_000,
  committeeOfTwo: 199_400,
  /** With the policy, 3,400,000. */
  deployment: 16_100_000,
};

describe("gas", () => {
  beforeAll(async () => {
    fixture = await anvilFixture(MEMBERS);
  });
  afterAll(async () => fixture.close());

  /** Gas of the intent's call as a transaction of its own, without the relay. */
  async function direct(signed: SignedIntent, key: Hex = account): Promise<number> {
    const { rpcUrl } = fixture.anvil;
    const client = connectEngine({
      rpcUrl,
      chainId: fixture.identity.chainId,
      requestDeadline: 30_000,
      pollingInterval: 10,
    });
    const { target, data, gas } = intentCall(fixture.identity, signed);
    const hash = await sendTransaction(client, privateKeyToAccount(key), {
      to: target,
      data,
      gas: gas + 30_000n,
    });
    return Number((await waitIncluded(client, hash, 30_000)).gasUsed);
  }

  test("stays within its budgets", async () => {
    const ledger = await fixture.connect();
    const relayed = async (...signed: readonly SignedIntent[]): Promise<number> =>
      (await ledger.submit(signed)).gas;
    const consent = (name: string): ConsentId =>
      consentIdOf(fixture.identity, revoker.address, named<Hash32>(name));
    const revocation = (name: string): SignedIntent =>
      sign({ type: "RevokeConsent", consent: consent(name) }, revoker);
    const head = (size: number): SignedIntent =>
      sign(
        {
          type: "AnchorLogHead",
          organisation: north.id,
          size,
          root: named(`log ${size}`),
          checkpoint: named(`c ${size}`),
        },
        north,
      );
    const actor = (name: string, version = 1): SignedIntent =>
      sign(
        {
          type: "SetActor",
          organisation: north.id,
          actor: named(name),
          role: "practitioner",
          signer: revoker.address,
          keyCard: named(`${name} ${version}`),
          active: true,
          version,
        },
        north,
      );

    /** A node's pass: both in one transaction, of which the batch's share is what it costs more than the head alone. */
    const shareBeside = async (alone: number): Promise<number> =>
      (await relayed(sign(batch(4), north), head(4))) - alone;
    const tenth = Array.from({ length: 10 }, (_, i) => `t${i}`);
    const measured = {
      registerDirect: await direct(sign(registration("g1"), revoker)),
      revokeDirect: await direct(revocation("g1")),
      registerRelayed: await relayed(sign(registration("g2"), revoker)),
      revokeRelayed: await relayed(revocation("g2")),
      registerTenth: Math.round(
        (await relayed(...tenth.map((name) => sign(registration(name), revoker)))) / 10,
      ),
      revokeTenth: Math.round((await relayed(...tenth.map((name) => revocation(name)))) / 10),
      anchorFirst: await direct(sign(batch(1), north)),
      anchorDirect: await direct(sign(batch(2), north)),
      anchorRelayed: await relayed(sign(batch(3), north)),
      headFirst: await direct(head(1)),
      headDirect: await direct(head(2)),
      headRelayed: await relayed(head(3)),
      actorDirect: await direct(actor("g")),
      actorRelayed: await relayed(actor("h")),
      actorReplaced: await relayed(actor("h", 2)),
      endpoint: await relayed(
        sign(
          { type: "SetEndpoint", organisation: north.id, endpoint: "http://127.0.0.1:2", version: 1 },
          north,
        ),
      ),
      committeeOfTwo: await relayed(
        sign(
          {
            type: "AdoptCommittee",
            committee: named("gc"),
            certificate: named("cert"),
            threshold: 2,
            shareEpoch: 0,
            members: [north.id, south.id],
          },
          north,
          south,
        ),
      ),
      deployment: fixture.deployment.gas,
    };
    const gas = { ...measured, anchorShare: await shareBeside(measured.headRelayed) };
    const limits: Readonly<Record<string, number>> = BUDGETS;
    const above = Object.entries(gas).filter(([operation, used]) => used > (limits[operation] ?? 0));
    expect(above).toEqual([]);
  });
});
