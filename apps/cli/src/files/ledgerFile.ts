import { readFile } from "node:fs/promises";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Address, parseAddress } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { writeDurably } from "./durableFile.ts";

/** Where a consortium's ledger is: the `ledger` section of a node's configuration. */
export interface LedgerFile {
  readonly rpcUrl: string;
  readonly identity: LedgerIdentity;
  readonly relay: Address;
  readonly firstBlock: number;
}

/** As a node's configuration has it: contracts and relay side by side. */
export function ledgerSection({ rpcUrl, identity, relay, firstBlock }: LedgerFile): Record<string, unknown> {
  const { chainId, contracts } = identity;
  return { rpcUrl, chainId, firstBlock, contracts: { ...contracts, relay } };
}

export async function writeLedgerFile(path: string, file: LedgerFile): Promise<void> {
  await writeDurably(path, `${JSON.stringify({ ledger: ledgerSection(file) }, null, 2)}\n`);
}

/** Reads a node's configuration or a file of the same `ledger` section; `null` when there is none. Throws `bad-ledger-file`. */
export async function readLedgerFile(path: string): Promise<LedgerFile | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const { ledger } = JSON.parse(text) as {
      ledger: { rpcUrl: string; chainId: number; firstBlock: number; contracts: Record<string, string> };
    };
    const address = (name: string): Address => parseAddress(ledger.contracts[name] ?? "");
    if (!URL.canParse(ledger.rpcUrl) || !Number.isSafeInteger(ledger.chainId)) throw badFile();
    return {
      rpcUrl: ledger.rpcUrl,
      relay: address("relay"),
      firstBlock: Number.isSafeInteger(ledger.firstBlock) ? ledger.firstBlock : 0,
      identity: {
        chainId: ledger.chainId,
        contracts: {
          consortium: address("consortium"),
          directory: address("directory"),
          consents: address("consents"),
          records: address("records"),
          receipts: address("receipts"),
          owners: address("owners"),
          ...(ledger.contracts["policy"] === undefined ? {} : { policy: address("policy") }),
        },
      },
    };
  } catch {
    throw badFile();
  }
}

function badFile(): AnamnesisError<"bad-ledger-file"> {
  return new AnamnesisError({
    code: "bad-ledger-file",
    rule: "A ledger is named by the section `ledger` of a node's configuration: rpcUrl, chainId, firstBlock, contracts.",
    fix: "Give a node's configuration file, or a file of that section.",
  });
}
