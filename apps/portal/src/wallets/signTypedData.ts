import { fromHex } from "@anamnesis/core/encoding/bytes";
import type { TypedData, TypedDataField } from "@anamnesis/core/encoding/eip712";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Address, Hex } from "@anamnesis/core/ids";
import { askWallet, walletFailed, type WalletProvider } from "./provider.ts";

const DOMAIN: readonly TypedDataField[] = [
  { type: "string", name: "name" },
  { type: "string", name: "version" },
  { type: "uint256", name: "chainId" },
  { type: "address", name: "verifyingContract" },
];

/**
 * The account's signature over typed data (`eth_signTypedData_v4`), as the wallet gave it: whose it is, who asks verifies. A wallet that signs for the network alone that is chosen in it is asked to
 * change to the one that the data names. It is never asked for a transaction.
 *
 * Throws what `askWallet` throws, and `wallet-network`.
 */
export async function signTypedData(
  provider: WalletProvider,
  account: Address,
  data: TypedData,
): Promise<Uint8Array> {
  const question = [account, JSON.stringify(walletJson(data))];
  const sign = async (): Promise<Uint8Array> =>
    signatureOf(await askWallet(provider, "eth_signTypedData_v4", question));
  try {
    return await sign();
  } catch (error) {
    if (!hasCode(error, "wallet-failed") || !(await changedNetwork(provider, data.domain.chainId)))
      throw error;
    return sign();
  }
}

/** As wallets take it: the domain's struct named with the others, numbers of the message as text. */
export function walletJson({ domain, primaryType, fields, types = {}, message }: TypedData): object {
  return {
    types: { EIP712Domain: DOMAIN, [primaryType]: fields, ...types },
    primaryType,
    domain,
    message: plain(message),
  };
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint" || typeof value === "number") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/** False where the network was the right one, and so was not what failed. */
async function changedNetwork(provider: WalletProvider, chainId: number): Promise<boolean> {
  const wanted = `0x${chainId.toString(16)}`;
  const chosen = await askWallet(provider, "eth_chainId");
  if (typeof chosen === "string" && chosen.toLowerCase() === wanted) return false;
  try {
    await askWallet(provider, "wallet_switchEthereumChain", [{ chainId: wanted }]);
  } catch (error) {
    if (!hasCode(error, "wallet-failed")) throw error;
    throw unknownNetwork(chainId);
  }
  return true;
}

function signatureOf(value: unknown): Uint8Array {
  if (typeof value !== "string" || !/^0x(?:[0-9a-fA-F]{2})+$/.test(value)) throw walletFailed();
  return fromHex(value.toLowerCase() as Hex);
}

function unknownNetwork(chainId: number): AnamnesisError<"wallet-network"> {
  return new AnamnesisError({
    code: "wallet-network",
    rule: "This wallet signs only for networks that it knows, and it does not know the one of these organisations.",
    fix: `Use a wallet that signs for any network, or add the network with the number ${chainId} in the wallet's settings.`,
    meta: { chainId },
  });
}
