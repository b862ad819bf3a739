import { randomBytes } from "node:crypto";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import type { Clock } from "@anamnesis/core/ports/runtime";
import type { GenesisMember, LedgerFixture } from "@anamnesis/testkit/ledger/fixture";
import { createTestClient, http, publicActions, type TestClient } from "viem";
import { type Anvil, startAnvil } from "./anvil.ts";
import { type Deployment, deployContracts } from "./deployContracts.ts";
import { EvmLedger } from "./evmLedger.ts";

/** Seconds between two blocks in tests. */
const BLOCK_TIME = 0.05;
const wallClock: Clock = { now: () => parseUnixSeconds(Math.floor(Date.now() / 1000)) };

export interface AnvilFixture extends LedgerFixture {
  readonly anvil: Anvil;
  readonly deployment: Deployment;
  connect(): Promise<EvmLedger>;
}

export function testClientOf(rpcUrl: string): TestClient<"anvil"> {
  return createTestClient({ mode: "anvil", transport: http(rpcUrl) });
}

/** For tests: a chain with a block interval in a process of its own, and the contracts with these members on it. */
export async function anvilFixture(genesis: readonly GenesisMember[]): Promise<AnvilFixture> {
  const anvil = await startAnvil({ blockTime: BLOCK_TIME });
  const { rpcUrl } = anvil;
  const engine = testClientOf(rpcUrl);
  const account = () => toHex(randomBytes(32));
  const deployment = await deployContracts({
    rpcUrl,
    account: account(),
    members: genesis,
    pollingInterval: 10,
  });
  const { identity, relay, firstBlock } = deployment;
  return {
    anvil,
    deployment,
    identity,
    connect: async () =>
      EvmLedger.connect({
        rpcUrl,
        identity,
        relay,
        firstBlock,
        account: account(),
        clock: wallClock,
        pollingInterval: 10,
        requestDeadline: 1_000,
        inclusionDeadline: 5_000,
      }),
    advance: async (blocks) => engine.mine({ blocks }),
    reorganise: async (above) => {
      // No block may come between reading the head and replacing what is above.
      await engine.setIntervalMining({ interval: 0 });
      const head = Number(await engine.extend(publicActions).getBlockNumber({ cacheTime: 0 }));
      await engine.request<{ Method: "anvil_reorg"; Parameters: [number, []]; ReturnType: null }>({
        method: "anvil_reorg",
        params: [head - above, []],
      });
      await engine.setIntervalMining({ interval: 1 });
    },
    silence: async () => void process.kill(anvil.pid, "SIGSTOP"),
    close: async () => {
      process.kill(anvil.pid, "SIGKILL");
      await anvil.ended;
    },
  };
}
