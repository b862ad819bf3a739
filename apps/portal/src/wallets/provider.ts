import { fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Address, type Hex, parseAddress } from "@anamnesis/core/ids";

/** What a wallet gives a page (EIP-1193). A page asks it for accounts and signatures, and for no transaction ever. */
export interface WalletProvider {
  request(question: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
}

/** The account that the person chose in the wallet. Throws what `askWallet` throws. */
export async function accountOf(provider: WalletProvider): Promise<Address> {
  const accounts = await askWallet(provider, "eth_requestAccounts");
  const [first] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  if (typeof first !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(first)) throw walletFailed();
  return parseAddress(first.toLowerCase());
}

/** The text, signed (`personal_sign`): 65 bytes, or what a contract account makes. Throws what `askWallet` throws. */
export async function signText(
  provider: WalletProvider,
  account: Address,
  text: string,
): Promise<Uint8Array> {
  const signature = await askWallet(provider, "personal_sign", [toHex(utf8ToBytes(text)), account]);
  if (typeof signature !== "string" || !/^0x(?:[0-9a-fA-F]{2})+$/.test(signature)) throw walletFailed();
  return fromHex(signature.toLowerCase() as Hex);
}

/** Throws `wallet-refused`, `wallet-locked`, `wallet-busy`, `wallet-disconnected`, `wallet-failed`. */
export async function askWallet(
  provider: WalletProvider,
  method: string,
  params: readonly unknown[] = [],
): Promise<unknown> {
  try {
    return await provider.request({ method, params });
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
    throw BY_CODE.get(code)?.() ?? walletFailed();
  }
}

/** Codes of EIP-1193, and -32002 of EIP-1474, which wallets use for a question that waits. */
const BY_CODE: ReadonlyMap<unknown, () => AnamnesisError> = new Map([
  [4001, walletRefused],
  [
    4100,
    () =>
      new AnamnesisError({
        code: "wallet-locked",
        rule: "The wallet is locked, or does not let this page ask.",
        fix: "Unlock the wallet, allow this address in it, and try again.",
      }),
  ],
  [
    -32_002,
    () =>
      new AnamnesisError({
        code: "wallet-busy",
        rule: "The wallet has a question open already.",
        fix: "Open the wallet, answer it, and try again.",
      }),
  ],
  [4900, disconnected],
  [4901, disconnected],
]);

export function walletRefused(): AnamnesisError<"wallet-refused"> {
  return new AnamnesisError({
    code: "wallet-refused",
    rule: "Nothing was signed: the wallet's question was turned down.",
    fix: "Try again, and confirm in the wallet.",
  });
}

function disconnected(): AnamnesisError<"wallet-disconnected"> {
  return new AnamnesisError({
    code: "wallet-disconnected",
    rule: "The wallet has no connection, or is on a network that it cannot reach.",
    fix: "Choose another network in the wallet; any will do for signing in.",
  });
}

export function walletFailed(): AnamnesisError<"wallet-failed"> {
  return new AnamnesisError({
    code: "wallet-failed",
    rule: "The wallet did not answer as wallets do.",
    fix: "Open the wallet, see that it is up to date and unlocked, and try again.",
  });
}
