import { describe, expect, it } from "vitest";
import type { Address, UnixSeconds } from "../ids.ts";
import { checksumAddress, readChecksumAddress } from "./checksumAddress.ts";
import { printSignInMessage, readSignInMessage, type SignInMessage } from "./signInMessage.ts";

const MESSAGE: SignInMessage = {
  purpose: "sign-in",
  origin: "https://node.example:8443",
  account: "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed" as Address,
  chainId: 31_337,
  nonce: "0123456789abcdef0123456789abcdef",
  issued: 1_800_000_000 as UnixSeconds,
  expires: 1_800_000_300 as UnixSeconds,
};
const TEXT = `node.example:8443 wants you to sign in with your Ethereum account:
0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed

Sign in to my health records. This permits nothing else and costs nothing.

URI: https://node.example:8443
Version: 1
Chain ID: 31337
Nonce: 0123456789abcdef0123456789abcdef
Issued At: 2027-01-15T08:00:00.000Z
Expiration Time: 2027-01-15T08:05:00.000Z`;

describe("an address with its check", () => {
  // The examples of EIP-55.
  it.each([
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    "0x52908400098527886E0F7030069857D2E4169EE7",
  ])("%s", (text) => {
    const address = readChecksumAddress(text);
    expect(address).toBe(text.toLowerCase());
    expect(checksumAddress(address as Address)).toBe(text);
  });

  it("is no address with one letter of another case", () => {
    expect(readChecksumAddress("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed")).toBeNull();
    expect(readChecksumAddress("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")).toBeNull();
    expect(readChecksumAddress("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")).toBeNull();
  });
});

describe("a message with which a wallet signs in", () => {
  it("is what ERC-4361 says, and reads back", () => {
    expect(printSignInMessage(MESSAGE)).toBe(TEXT);
    expect(readSignInMessage(TEXT)).toEqual(MESSAGE);
  });

  it.each<readonly [string, (text: string) => string]>([
    [
      "another domain than its URI's",
      (text) => text.replace("node.example:8443 wants", "evil.example wants"),
    ],
    ["a scheme before the domain", (text) => `https://${text}`],
    [
      "an address in lower case",
      (text) => text.replace("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", MESSAGE.account),
    ],
    ["another statement", (text) => text.replace("nothing else", "everything")],
    [
      "a path in the URI",
      (text) => text.replace("URI: https://node.example:8443", "URI: https://node.example:8443/"),
    ],
    ["another version", (text) => text.replace("Version: 1", "Version: 2")],
    ["a chain id with a zero before it", (text) => text.replace("31337", "031337")],
    ["another form of the time", (text) => text.replace("08:00:00.000Z", "08:00:00Z")],
    ["no end", (text) => text.split("\nExpiration")[0] as string],
    ["a field besides", (text) => `${text}\nRequest ID: 1`],
    ["a field twice", (text) => text.replace("Version: 1\n", "Version: 1\nVersion: 1\n")],
    ["a line before", (text) => `\n${text}`],
    ["a line behind", (text) => `${text}\n`],
    ["other line ends", (text) => text.replaceAll("\n", "\r\n")],
    ["a statement of two lines", (text) => text.replace("This permits", "\nThis permits")],
  ])("is none with %s", (_, change) => {
    expect(change(TEXT)).not.toBe(TEXT);
    expect(readSignInMessage(change(TEXT))).toBeNull();
  });
});
