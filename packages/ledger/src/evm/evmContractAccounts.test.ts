import { fromHex } from "@anamnesis/core/encoding/bytes";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { personalMessageDigest } from "@anamnesis/core/wallet/personalMessage";
import type { Address } from "@anamnesis/core/ids";
import type { ContractAccounts } from "@anamnesis/core/ports/contractAccounts";
import { signerNamed } from "@anamnesis/testkit/ledger/cast";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashMessage } from "viem";
import { noContractAccounts } from "../noContractAccounts.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { testClientOf } from "./anvilFixture.ts";
import { evmContractAccounts } from "./evmContractAccounts.ts";
import { contractAccount, ENDLESS_CODE, setCode, setFactory, wrapFor } from "./testing/contractAccount.ts";

const owner = signerNamed("owner of an account");
const other = signerNamed("somebody else");
const TEXT = "Sign in, Grüße";
const digest = personalMessageDigest(TEXT);
const good = sign(digest, owner.secret);
const account = contractAccount(owner.address);
let anvil: Anvil;
let accounts: ContractAccounts;

beforeAll(async () => {
  anvil = await startAnvil({ blockTime: 0.05 });
  await setFactory(anvil.rpcUrl);
  accounts = evmContractAccounts({ rpcUrl: anvil.rpcUrl, chainId: anvil.chainId });
}, 60_000);
afterAll(async () => anvil.stop());

const codeAt = async (address: Address): Promise<string> =>
  testClientOf(anvil.rpcUrl).request<{
    Method: "eth_getCode";
    Parameters: [string, string];
    ReturnType: string;
  }>({
    method: "eth_getCode",
    params: [address, "latest"],
  });

describe("an account that is a contract", () => {
  it("signs what wallets sign: the digest is that of personal_sign", () => {
    expect(fromHex(hashMessage(TEXT))).toEqual(digest);
  });

  it("signs before it stands, by what would put it there (ERC-6492), and nothing is put there", async () => {
    const wrapped = fromHex(account.wrap(good));
    expect(await codeAt(account.address)).toBe("0x");
    expect(await accounts.isValidSignature(account.address, digest, wrapped)).toBe(true);
    expect(await codeAt(account.address)).toBe("0x");
    const strange = fromHex(account.wrap(sign(digest, other.secret)));
    expect(await accounts.isValidSignature(account.address, digest, strange)).toBe(false);
    expect(await accounts.isValidSignature(other.address, digest, wrapped)).toBe(false);
    // Without the wrapping nobody knows what would stand there.
    expect(await accounts.isValidSignature(account.address, digest, good)).toBe(false);
  });

  it("signs by its code once it stands (ERC-1271)", async () => {
    await account.deploy(anvil.rpcUrl);
    expect(await codeAt(account.address)).not.toBe("0x");
    expect(await accounts.isValidSignature(account.address, digest, good)).toBe(true);
    expect(await accounts.isValidSignature(account.address, digest, fromHex(account.wrap(good)))).toBe(true);
    expect(await accounts.isValidSignature(account.address, digest, sign(digest, other.secret))).toBe(false);
    expect(await accounts.isValidSignature(account.address, personalMessageDigest("other"), good)).toBe(
      false,
    );
  });

  it("never signs by code that does not end, says nothing, or is not there", async () => {
    const endless = "0x00000000000000000000000000000000000000aa" as Address;
    const mute = "0x00000000000000000000000000000000000000bb" as Address;
    await setCode(anvil.rpcUrl, endless, ENDLESS_CODE);
    await setCode(anvil.rpcUrl, mute, "0x00");
    for (const address of [endless, mute]) {
      expect(await accounts.isValidSignature(address, digest, good)).toBe(false);
      const wrapped = fromHex(wrapFor(endless, "0x", good));
      expect(await accounts.isValidSignature(address, digest, wrapped)).toBe(false);
    }
    for (const bytes of [new Uint8Array(), new Uint8Array(32), new Uint8Array(8192).fill(0x64)]) {
      expect(await accounts.isValidSignature(account.address, digest, bytes)).toBe(false);
      expect(await accounts.isValidSignature(owner.address, digest, bytes)).toBe(false);
    }
  });

  it("is unknown while the engine does not answer, which is not the same as false", async () => {
    const gone = evmContractAccounts({ rpcUrl: "http://127.0.0.1:9", chainId: 1, requestDeadline: 500 });
    await expect(gone.isValidSignature(account.address, digest, good)).rejects.toMatchObject({
      code: "ledger-unavailable",
    });
  });

  it("is none where the engine is no EVM, and the answer says so", async () => {
    await expect(noContractAccounts.isValidSignature(account.address, digest, good)).rejects.toMatchObject({
      code: "contract-accounts-unsupported",
    });
  });
});
