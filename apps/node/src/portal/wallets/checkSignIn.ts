import { toHex } from "@anamnesis/core/encoding/bytes";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import type { Address } from "@anamnesis/core/ids";
import type { ContractAccounts } from "@anamnesis/core/ports/contractAccounts";
import { personalMessageDigest } from "@anamnesis/core/wallet/personalMessage";
import {
  readSignInMessage,
  type SignInMessage,
  type SignInPurpose,
} from "@anamnesis/core/wallet/signInMessage";
import { walletSignature } from "@anamnesis/core/wallet/walletSignature";
import type { CeremonyState } from "../ceremony/ceremonies.ts";

/** What a wallet's word is held against. */
export interface ExpectedSignIn {
  readonly purpose: SignInPurpose;
  readonly chainId: number;
  /** Origins of the node's own pages. */
  readonly origins: readonly string[];
}

/** The message when it was written for this node and purpose; `null` for any other. */
export function expectedMessage(
  text: string,
  { purpose, chainId, origins }: ExpectedSignIn,
): SignInMessage | null {
  const message = readSignInMessage(text);
  if (message === null || message.purpose !== purpose) return null;
  return message.chainId === chainId && origins.includes(message.origin) ? message : null;
}

/** Whether the message bears the times that were given out with its nonce. */
export function hasTimesOf(message: SignInMessage, state: CeremonyState): boolean {
  return state["issued"] === `${message.issued}` && state["expires"] === `${message.expires}`;
}

/** Whether the account signed the text: with its own key, or else by its code. Throws as `ContractAccounts`. */
export async function isSignedBy(
  accounts: ContractAccounts,
  account: Address,
  text: string,
  signature: Uint8Array,
): Promise<boolean> {
  const digest = personalMessageDigest(text);
  if (verifyBy(digest, walletSignature(signature), account)) return true;
  return accounts.isValidSignature(account, digest, signature);
}

/** The id of the ceremony that a nonce names: its 16 bytes. */
export function ceremonyOf(nonce: string): Uint8Array | null {
  return /^[0-9a-f]{32}$/.test(nonce) ? new Uint8Array(Buffer.from(nonce, "hex")) : null;
}

export function nonceOf(ceremony: Uint8Array): string {
  return toHex(ceremony).slice(2);
}
