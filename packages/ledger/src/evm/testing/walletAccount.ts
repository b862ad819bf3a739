import { fromHex } from "@anamnesis/core/encoding/bytes";
import { type Address, type Hex, parseAddress } from "@anamnesis/core/ids";
import { privateKeyToAccount } from "viem/accounts";

/** For tests: what a wallet does with an account's key, by another library than ours. */
export interface WalletAccount {
  readonly address: Address;
  /** `personal_sign` of the text that these bytes (hexadecimal) are. */
  readonly signMessage: (bytes: Hex) => Promise<Hex>;
  /** `eth_signTypedData_v4` of this JSON. */
  readonly signTypedData: (json: string) => Promise<Hex>;
}

/** @param secret 32 bytes in hexadecimal. */
export function walletAccount(secret: Hex): WalletAccount {
  const account = privateKeyToAccount(secret);
  return {
    address: parseAddress(account.address.toLowerCase()),
    signTypedData: async (json) =>
      account.signTypedData(JSON.parse(json) as Parameters<typeof account.signTypedData>[0]),
    signMessage: async (bytes) => account.signMessage({ message: { raw: fromHex(bytes) } }),
  };
}
