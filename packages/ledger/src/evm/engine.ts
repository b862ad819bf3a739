import { setTimeout as delay } from "node:timers/promises";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import type { BlockRef } from "@anamnesis/core/ports/ledger";
import {
  BaseError,
  RpcRequestError,
  BlockNotFoundError,
  createPublicClient,
  defineChain,
  http,
  type PublicClient,
} from "viem";
import { ledgerUnavailable } from "../unavailable.ts";

export interface EngineOptions {
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Milliseconds that one RPC request may take. */
  readonly requestDeadline: number;
  /** Milliseconds between two looks for a new block while a transaction waits. */
  readonly pollingInterval: number;
}

export type EvmBlock = BlockRef & { readonly time: UnixSeconds };

/** A client that asks each thing once: who calls the port decides whether to try again. */
export function connectEngine(options: EngineOptions): PublicClient {
  return createPublicClient({
    chain: defineChain({
      id: options.chainId,
      name: "consortium",
      nativeCurrency: { name: "none", symbol: "NONE", decimals: 18 },
      rpcUrls: { default: { http: [options.rpcUrl] } },
    }),
    transport: http(options.rpcUrl, {
      timeout: options.requestDeadline,
      retryCount: 0,
      batch: { batchSize: 100, wait: 0 },
    }),
    pollingInterval: options.pollingInterval,
    // viem would else answer a block number from its own memory.
    cacheTime: 0,
  });
}

const CALL_ATTEMPTS = 4;
/** Milliseconds. */
const CALL_PAUSE = 50;

/**
 * A call on the newest block. An engine that prunes old states (anvil does) can answer with an error when a block comes in
 * between: then it is asked again at once. What does not answer at all is not asked again.
 */
export async function callNewest(
  client: PublicClient,
  parameters: Parameters<PublicClient["call"]>[0],
): ReturnType<PublicClient["call"]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.call(parameters);
    } catch (error) {
      const answered =
        error instanceof BaseError && error.walk((cause) => cause instanceof RpcRequestError) !== null;
      if (!answered || attempt === CALL_ATTEMPTS) throw error;
      await delay(CALL_PAUSE);
    }
  }
}

/** Throws `ledger-unavailable` when the engine gives no answer to `call`. */
export async function answer<T>(call: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof AnamnesisError || !(error instanceof BaseError)) throw error;
    throw ledgerUnavailable(call, error.name);
  }
}

/** `null` when the chain has no such block. */
export async function readBlock(client: PublicClient, number: number | "latest"): Promise<EvmBlock | null> {
  return answer("eth_getBlockByNumber", async () => {
    try {
      const block = await client.getBlock(
        number === "latest" ? { blockTag: "latest" } : { blockNumber: BigInt(number) },
      );
      return {
        number: Number(block.number),
        hash: block.hash,
        time: parseUnixSeconds(Number(block.timestamp)),
      };
    } catch (error) {
      if (error instanceof BlockNotFoundError) return null;
      throw error;
    }
  });
}
