import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Hex } from "@anamnesis/core/ids";
import { genesisMember, organisationNamed, signerNamed } from "@anamnesis/testkit/ledger/cast";
import { afterEach, beforeEach, expect, test } from "vitest";
import { privateKeyToAccount } from "viem/accounts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { testClientOf } from "./anvilFixture.ts";
import { factoryOf } from "./create2.ts";
import { type Deployment, type DeployOptions, deployContracts } from "./deployContracts.ts";
import { connectEngine } from "./engine.ts";

const MEMBERS = [genesisMember(organisationNamed("north"), "North", "hospital", true)];
const accountNamed = (name: string): Hex => toHex(signerNamed(name).secret);

let anvil: Anvil;
beforeEach(async () => {
  anvil = await startAnvil({ blockTime: 0.05 });
});
afterEach(async () => anvil.stop());

const deploy = async (name: string, options: Partial<DeployOptions> = {}): Promise<Deployment> =>
  deployContracts({
    rpcUrl: anvil.rpcUrl,
    account: accountNamed(name),
    members: MEMBERS,
    pollingInterval: 10,
    ...options,
  });

const client = () =>
  connectEngine({
    rpcUrl: anvil.rpcUrl,
    chainId: anvil.chainId,
    requestDeadline: 30_000,
    pollingInterval: 10,
  });

const sentBy = async (name: string): Promise<number> =>
  client().getTransactionCount({ address: privateKeyToAccount(accountNamed(name)).address });

const addressesOf = ({ identity, relay }: Deployment): readonly string[] => [
  ...Object.values(identity.contracts),
  relay,
];

test("addresses are the same whoever deploys, on every chain of this id", async () => {
  const first = await deploy("first");
  await anvil.stop();
  anvil = await startAnvil({ blockTime: 0.05 });
  await testClientOf(anvil.rpcUrl).mine({ blocks: 7 });
  const second = await deploy("second");
  expect(second.identity).toEqual(first.identity);
  expect(second.relay).toBe(first.relay);
  expect(second.firstBlock).toBeGreaterThan(7);
});

test("what stands is not sent again", async () => {
  const first = await deploy("first");
  await testClientOf(anvil.rpcUrl).mine({ blocks: 3 });
  const again = await deploy("second");
  expect(again).toEqual({ ...first, gas: 0 });
  expect(await sentBy("second")).toBe(0);
});

test("what was interrupted is completed, by anyone", async () => {
  const engine = testClientOf(anvil.rpcUrl);
  const { relay, identity, firstBlock } = await deploy("first");
  for (const address of [relay, identity.contracts.records]) {
    await engine.setCode({ address, bytecode: "0x" });
    await engine.setNonce({ address, nonce: 0 });
  }
  const completed = await deploy("second");
  expect(completed).toMatchObject({ relay, identity, firstBlock });
  expect(await sentBy("second")).toBe(2);
});

test("other members or parameters are another ledger, which shares no contract", async () => {
  const all = [
    await deploy("one"),
    await deploy("one", { members: [] }),
    await deploy("one", {
      parameters: { quorum: 6_667, votingPeriod: 86_400, minimumMembers: 3, maxPause: 86_400 },
    }),
  ].flatMap((deployment) => addressesOf(deployment));
  expect(new Set(all).size).toBe(24);
});

test("parameters out of their bounds are refused before anything is sent but the factory", async () => {
  const parameters = { quorum: 4_999, votingPeriod: 86_400, minimumMembers: 2, maxPause: 86_400 };
  await expect(deploy("one", { parameters })).rejects.toMatchObject({ code: "ledger-unavailable" });
  expect(await sentBy("one")).toBe(0);
});

test("the factory's address depends on the chain alone, and nobody has its sender's key", async () => {
  const factories = await Promise.all([factoryOf(1), factoryOf(31_337), factoryOf(31_337)]);
  expect(factories[1]).toEqual(factories[2]);
  expect(factories[0]?.address).not.toBe(factories[1]?.address);
  expect(factories.map(({ address }) => address)).toMatchInlineSnapshot(`
    [
      "0x29efdfa22a01ad68d289f1185dcd7fcfa40d43d0",
      "0xcf29c6ab3ccfb60f47965caca6a95ae0ed69223c",
      "0xcf29c6ab3ccfb60f47965caca6a95ae0ed69223c",
    ]
  `);
});

/** The chain behind an RPC that answers a transaction with this message; `taken`: after it has passed it on. */
async function refusing(message: string, taken: boolean): Promise<{ url: string; close: () => void }> {
  type Call = { readonly id: number; readonly method: string };
  const pass = async (body: string): Promise<string> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(anvil.rpcUrl, { method: "POST", headers, body })).text();
  };
  const answerTo = async (call: Call): Promise<unknown> => {
    const body = JSON.stringify(call);
    if (call.method !== "eth_sendRawTransaction") return JSON.parse(await pass(body)) as unknown;
    if (taken) await pass(body);
    return { jsonrpc: "2.0", id: call.id, error: { code: -32_000, message } };
  };
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const calls = JSON.parse(body) as Call | readonly Call[];
      const answers = Array.isArray(calls)
        ? await Promise.all((calls as readonly Call[]).map(answerTo))
        : await answerTo(calls as Call);
      response.setHeader("content-type", "application/json").end(JSON.stringify(answers));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

test.each([
  ["insufficient funds for gas * price + value: balance 0, tx cost 1", "ledger-not-free"],
  ["transaction underpriced: tip needed 1, tip permitted 0", "ledger-not-free"],
  ["gas price below configured minimum gas price", "ledger-not-free"],
  ["Sender account not authorized to send transactions", "factory-refused"],
])("an engine that says %j is `%s`", async (message, code) => {
  const rpc = await refusing(message, false);
  await expect(deploy("one", { rpcUrl: rpc.url })).rejects.toMatchObject({ code });
  rpc.close();
});

test("a refused factory names the account that has to be listed", async () => {
  const rpc = await refusing("sender not permitted", false);
  const { sender } = await factoryOf(anvil.chainId);
  await expect(deploy("one", { rpcUrl: rpc.url })).rejects.toMatchObject({ meta: { sender } });
  rpc.close();
});

test("transactions that the engine has already are waited for", async () => {
  const rpc = await refusing("already known", true);
  const deployed = await deploy("one", { rpcUrl: rpc.url, confirmations: 3 });
  expect(deployed.gas).toBeGreaterThan(0);
  const head = Number(await client().getBlockNumber());
  expect(head).toBeGreaterThanOrEqual(deployed.firstBlock + 3);
  rpc.close();
});
