import type { Address } from "../ids.ts";

/** Accounts that are contracts and sign by code. */
export interface ContractAccounts {
  /**
   * True when the account takes the signature for the digest (32 bytes): one that stands on the ledger's network by ERC-1271, one that does not stand yet by
   * ERC-6492. MUST leave the network as it was, MUST be bounded in time and work, and MUST be false for what is no signature, whatever the account's code does.
   *
   * Throws `ledger-unavailable` when the engine does not answer, and `contract-accounts-unsupported` when it runs no such accounts at all.
   */
  isValidSignature(account: Address, digest: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
