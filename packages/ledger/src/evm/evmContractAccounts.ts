import { toHex } from "@anamnesis/core/encoding/bytes";
import type { ContractAccounts } from "@anamnesis/core/ports/contractAccounts";
import {
  BaseError,
  encodeDeployData,
  erc6492SignatureValidatorAbi,
  erc6492SignatureValidatorByteCode,
  ExecutionRevertedError,
  RpcRequestError,
} from "viem";
import { ledgerUnavailable } from "../unavailable.ts";
import { callNewest, connectEngine } from "./engine.ts";

export interface EvmContractAccountsOptions {
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Milliseconds that one question may take; 5,000 by default. */
  readonly requestDeadline?: number;
}

/** Most that an account's code may compute. */
const MOST_GAS = 5_000_000n;

/**
 * Asks the engine by `eth_call` with the code of ERC-6492's universal validator as the call's own code: it tries the account's factory and `isValidSignature` (ERC-1271) and is thrown
 * away with everything that it did. Nothing has to stand on the network for it, and nothing is sent.
 */
export function evmContractAccounts(options: EvmContractAccountsOptions): ContractAccounts {
  const client = connectEngine({
    rpcUrl: options.rpcUrl,
    chainId: options.chainId,
    requestDeadline: options.requestDeadline ?? 5_000,
    pollingInterval: 1_000,
  });
  return {
    isValidSignature: async (account, digest, signature) => {
      const data = encodeDeployData({
        abi: erc6492SignatureValidatorAbi,
        bytecode: erc6492SignatureValidatorByteCode,
        args: [account, toHex(digest), toHex(signature)],
      });
      try {
        const { data: answered } = await callNewest(client, { data, gas: MOST_GAS });
        return answered === "0x01";
      } catch (error) {
        // The engine answered, and what it ran failed: no signature of this account.
        if (isAnswered(error)) return false;
        if (error instanceof BaseError) throw ledgerUnavailable("eth_call", error.name);
        throw error;
      }
    },
  };
}

function isAnswered(error: unknown): boolean {
  return (
    error instanceof BaseError &&
    error.walk((cause) => cause instanceof RpcRequestError || cause instanceof ExecutionRevertedError) !==
      null
  );
}
