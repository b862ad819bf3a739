import type { Address, UnixSeconds } from "../ids.ts";
import { checksumAddress, readChecksumAddress } from "./checksumAddress.ts";

/** For what a wallet may sign a message: each has a sentence of its own, so that the one can never be used as the other. */
export const SIGN_IN_STATEMENTS = {
  "sign-in": "Sign in to my health records. This permits nothing else and costs nothing.",
  link: "Let this wallet sign in to my health records from now on. This costs nothing.",
} as const;
export type SignInPurpose = keyof typeof SIGN_IN_STATEMENTS;

export interface SignInMessage {
  readonly purpose: SignInPurpose;
  /** Origin of the page that asks, `https://node.example`: the message's domain is its host and its URI the origin itself. */
  readonly origin: string;
  readonly account: Address;
  readonly chainId: number;
  /** What the node gave: 8 letters and digits or more. */
  readonly nonce: string;
  readonly issued: UnixSeconds;
  readonly expires: UnixSeconds;
}

/** What a wallet shows and signs: an ERC-4361 message with every field that we use, in the one order that it has. */
export function printSignInMessage(message: SignInMessage): string {
  return [
    `${new URL(message.origin).host} wants you to sign in with your Ethereum account:`,
    checksumAddress(message.account),
    "",
    SIGN_IN_STATEMENTS[message.purpose],
    "",
    `URI: ${message.origin}`,
    "Version: 1",
    `Chain ID: ${message.chainId}`,
    `Nonce: ${message.nonce}`,
    `Issued At: ${new Date(message.issued * 1000).toISOString()}`,
    `Expiration Time: ${new Date(message.expires * 1000).toISOString()}`,
  ].join("\n");
}

const FORM = new RegExp(
  [
    "^[^\\s/]{1,255} wants you to sign in with your Ethereum account:",
    "(?<account>0x[0-9a-fA-F]{40})",
    "",
    "(?<statement>[\\x20-\\x7e]{1,200})",
    "",
    "URI: (?<origin>https?://[^\\s/?#@]{1,255})",
    "Version: 1",
    "Chain ID: (?<chainId>[1-9][0-9]{0,15})",
    "Nonce: (?<nonce>[a-zA-Z0-9]{8,128})",
    "Issued At: (?<issued>[0-9TZ:.-]{20,30})",
    "Expiration Time: (?<expires>[0-9TZ:.-]{20,30})$",
  ].join("\n"),
);

/**
 * The fields of a message; `null` unless it is byte for byte what `printSignInMessage` makes of them: nothing besides, nothing twice, the address with its
 * checksum (EIP-55), the domain the URI's.
 */
export function readSignInMessage(text: string): SignInMessage | null {
  const found = FORM.exec(text)?.groups;
  if (found === undefined) return null;
  const { account = "", statement, origin = "", chainId, nonce = "", issued = "", expires = "" } = found;
  const address = readChecksumAddress(account);
  const purpose = (Object.keys(SIGN_IN_STATEMENTS) as SignInPurpose[]).find(
    (one) => SIGN_IN_STATEMENTS[one] === statement,
  );
  if (address === null || purpose === undefined || !URL.canParse(origin)) return null;
  const times = { issued: Date.parse(issued) / 1000, expires: Date.parse(expires) / 1000 };
  if (!Number.isSafeInteger(times.issued) || !Number.isSafeInteger(times.expires)) return null;
  const message: SignInMessage = {
    purpose,
    origin,
    account: address,
    chainId: Number(chainId),
    nonce,
    issued: times.issued as UnixSeconds,
    expires: times.expires as UnixSeconds,
  };
  return printSignInMessage(message) === text ? message : null;
}
