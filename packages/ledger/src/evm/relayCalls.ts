import type { Address, Hex } from "@anamnesis/core/ids";
import { decodeFunctionResult, encodeFunctionData, type Log, parseEventLogs } from "viem";
import { ledgerMismatch } from "./checkDeployment.ts";
import { relayAbi } from "./generated/relay.ts";
import type { IntentCall } from "./intentCall.ts";

export interface RelayResult {
  readonly ok: boolean;
  /** Revert data; `0x` when the call succeeded. */
  readonly reason: Hex;
}

/** Calldata of one `relay` of these calls. */
export function encodeRelay(calls: readonly IntentCall[]): Hex {
  const args = [calls.map(({ target, data }) => ({ target, data }))] as const;
  return encodeFunctionData({ abi: relayAbi, functionName: "relay", args });
}

/** What a simulated `relay` returned. Throws `ledger-mismatch` when it is no relay's answer. */
export function readResults(data: Hex): readonly RelayResult[] {
  try {
    return decodeFunctionResult({ abi: relayAbi, functionName: "relay", data });
  } catch {
    throw ledgerMismatch("no-contract");
  }
}

/** Revert data of the calls that failed in an included `relay`, by their place in its list. */
export function readFailures(logs: readonly Log[], relay: Address): ReadonlyMap<number, Hex> {
  const own = logs.filter((log) => log.address.toLowerCase() === relay);
  const failed = parseEventLogs({ abi: relayAbi, eventName: "CallFailed", logs: own });
  return new Map(failed.map(({ args }) => [Number(args.index), args.reason]));
}
