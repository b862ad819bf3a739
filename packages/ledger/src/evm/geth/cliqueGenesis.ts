import type { Address } from "@anamnesis/core/ids";

export interface CliqueGenesisOptions {
  readonly chainId: number;
  /** Accounts that may sign blocks. */
  readonly signers: readonly Address[];
  /** Seconds between two blocks. */
  readonly period: number;
  readonly gasLimit: number;
  /**
   * Wei for each gas that blocks begin to demand (EIP-1559). `null`, without London's rules: transactions are free and stay so. Even
   * from 0 it rises to 1 for ever with the first block that is more than half full, and nothing free is included any more.
   */
  readonly baseFee: number | null;
  /** Unix seconds of this block; the first that is signed comes a period later. */
  readonly timestamp: number;
}

/** The first block of a Clique network (EIP-225) in which nobody has coins, as `geth init` reads it. */
export function cliqueGenesis(options: CliqueGenesisOptions): object {
  const { chainId, signers, period, gasLimit, baseFee, timestamp } = options;
  const hex = (number: number): string => `0x${number.toString(16)}`;
  const vanity = "00".repeat(32);
  const seal = "00".repeat(65);
  const sorted = signers.map((signer) => signer.slice(2)).sort();
  return {
    config: {
      chainId,
      homesteadBlock: 0,
      eip150Block: 0,
      eip155Block: 0,
      eip158Block: 0,
      byzantiumBlock: 0,
      constantinopleBlock: 0,
      petersburgBlock: 0,
      istanbulBlock: 0,
      berlinBlock: 0,
      ...(baseFee === null ? {} : { londonBlock: 0 }),
      clique: { period, epoch: 30_000 },
    },
    difficulty: "0x1",
    timestamp: hex(timestamp),
    gasLimit: hex(gasLimit),
    ...(baseFee === null ? {} : { baseFeePerGas: hex(baseFee) }),
    extradata: `0x${vanity}${sorted.join("")}${seal}`,
    alloc: {},
  };
}
