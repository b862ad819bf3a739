import { setTimeout as delay } from "node:timers/promises";
import type { PublicClient } from "viem";
import { answer } from "./engine.ts";

/**
 * Returns when the chain has a block of this number, or when `deadline` milliseconds have passed: an engine that makes blocks only for
 * transactions makes none to replace one with either. Throws `ledger-unavailable`.
 */
export async function waitBlock(client: PublicClient, number: number, deadline: number): Promise<void> {
  const end = performance.now() + deadline;
  while (Number(await answer("eth_blockNumber", () => client.getBlockNumber())) < number) {
    if (performance.now() > end) return;
    await delay(client.pollingInterval);
  }
}
