import { AnamnesisError } from "@anamnesis/core/errors";
import type { ContractAccounts } from "@anamnesis/core/ports/contractAccounts";

/** For an engine that is no EVM: only accounts with a key of their own sign. */
export const noContractAccounts: ContractAccounts = {
  isValidSignature: async () => {
    throw new AnamnesisError({
      code: "contract-accounts-unsupported",
      rule: "Accounts that are contracts sign where the ledger's engine is an EVM.",
      fix: "Sign with a wallet whose account has a key of its own.",
    });
  },
};
