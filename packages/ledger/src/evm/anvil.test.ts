import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import {
  genesisMember,
  named,
  organisationNamed,
  signerNamed,
  signIntent,
} from "@anamnesis/testkit/ledger/cast";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testClientOf } from "./anvilFixture.ts";
import { startAnvil } from "./anvil.ts";
import { deployContracts } from "./deployContracts.ts";
import { EvmLedger } from "./evmLedger.ts";

const clock = { now: () => parseUnixSeconds(1_800_000_000) };
const account = toHex(signerNamed("relayer").secret);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "anamnesis-anvil-"));
});
afterAll(async () => rm(folder, { recursive: true }));

test("the chain goes on after a stop, with its state, events and height", async () => {
  const statePath = join(folder, "state.json");
  const chain = { statePath, blockTime: 0.05, chainId: 4711 };
  const first = await startAnvil(chain);
  const members = [genesisMember(organisationNamed("north"), "North", "hospital", true)];
  const engine = { account, pollingInterval: 10 };
  const { identity, relay, firstBlock } = await deployContracts({ ...engine, rpcUrl: first.rpcUrl, members });
  expect(identity.chainId).toBe(4711);
  const open = async (rpcUrl: string): Promise<EvmLedger> =>
    EvmLedger.connect({ ...engine, rpcUrl, identity, relay, firstBlock, clock });
  const revoker = signerNamed("revoker");
  const signed = signIntent(
    identity,
    { type: "RegisterConsent", commitment: named("a"), revoker: revoker.address },
    revoker,
  );
  const before = await open(first.rpcUrl);
  expect((await before.submit([signed])).outcomes).toEqual([{ status: "applied" }]);
  await testClientOf(first.rpcUrl).mine({ blocks: 100 });
  const page = await before.events(null, 1_000);
  if (page.status !== "ok") return expect.unreachable("nothing replaced a block");
  expect(page.events.slice(-2).map(({ type }) => type)).toEqual(["member-admitted", "consent-registered"]);
  await first.stop();

  const second = await startAnvil(chain);
  const after = await open(second.rpcUrl);
  expect((await after.head()).number).toBeGreaterThanOrEqual(page.upTo.number);
  expect(await after.blockAt(page.upTo.number)).toEqual(page.upTo);
  expect(await after.events(null, 1_000)).toMatchObject({ status: "ok", events: page.events });
  expect((await after.submit([signed])).outcomes).toEqual([{ status: "already" }]);
  await second.stop();
});

test("a port in use is `port-in-use`", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(startAnvil({ port })).rejects.toMatchObject({ code: "port-in-use", meta: { port } });
  await new Promise((resolve) => server.close(resolve));
});

test("a program that is not there is `anvil-missing`", async () => {
  await expect(startAnvil({ binary: join(folder, "none") })).rejects.toMatchObject({ code: "anvil-missing" });
});

test("a damaged state file is `anvil-failed`", async () => {
  const statePath = join(folder, "damaged.json");
  await writeFile(statePath, "{ not a state");
  await expect(startAnvil({ statePath })).rejects.toMatchObject({ code: "anvil-failed" });
});
