import { randomBytes } from "node:crypto";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import { EvmLedger } from "@anamnesis/ledger/evm/evmLedger";
import { systemRuntime } from "../runtime.ts";
import { missingFile } from "./durableFile.ts";
import { type LedgerFile, readLedgerFile } from "./ledgerFile.ts";

/** A ledger to read: the account that it would send from is made here and forgotten. Throws as `EvmLedger.connect`. */
export async function connectLedger(file: LedgerFile): Promise<LedgerPort> {
  return EvmLedger.connect({
    ...file,
    account: toHex(randomBytes(32)),
    clock: { now: systemRuntime.now },
  });
}

/** Throws `missing-file`, `bad-ledger-file`, `ledger-unavailable`, `ledger-mismatch`. */
export async function openLedgerFile(path: string): Promise<LedgerPort> {
  const file = await readLedgerFile(path);
  if (file === null) throw missingFile("ledger file");
  return connectLedger(file);
}
