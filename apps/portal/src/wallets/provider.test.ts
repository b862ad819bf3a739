import { describe, expect, it } from "vitest";
import { parseAddress } from "@anamnesis/core/ids";
import { accountOf, signText, type WalletProvider } from "./provider.ts";

const ACCOUNT = parseAddress("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");

function wallet(answer: (method: string, params: readonly unknown[]) => unknown): WalletProvider {
  return { request: async ({ method, params }) => answer(method, params ?? []) };
}

describe("a wallet that is asked", () => {
  it("gives its account in any case, and signs the bytes of a text", async () => {
    const provider = wallet((method, params) => {
      if (method === "eth_requestAccounts") return ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"];
      expect([method, params]).toEqual(["personal_sign", ["0x47c3bc", ACCOUNT]]);
      return `0x${"0A".repeat(65)}`;
    });
    expect(await accountOf(provider)).toBe(ACCOUNT);
    expect(await signText(provider, ACCOUNT, "Gü")).toEqual(new Uint8Array(65).fill(10));
  });

  it.each([
    [4001, "wallet-refused"],
    [4100, "wallet-locked"],
    [-32_002, "wallet-busy"],
    [4900, "wallet-disconnected"],
    [4901, "wallet-disconnected"],
    [4200, "wallet-failed"],
    [undefined, "wallet-failed"],
  ])("says with code %s what to do, and nothing of what the wallet wrote", async (code, expected) => {
    const provider = wallet(() => {
      throw Object.assign(new Error("a canary of the wallet"), { code });
    });
    const failure = await accountOf(provider).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: expected });
    expect(JSON.stringify(failure)).not.toContain("canary");
  });

  it.each([null, [], ["0x12"], [7], "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"])(
    "is not believed an account like %j",
    async (accounts) => {
      await expect(accountOf(wallet(() => accounts))).rejects.toMatchObject({ code: "wallet-failed" });
    },
  );

  it.each([null, "0x", "0x123", "signed"])("is not believed a signature like %j", async (signature) => {
    await expect(
      signText(
        wallet(() => signature),
        ACCOUNT,
        "x",
      ),
    ).rejects.toMatchObject({
      code: "wallet-failed",
    });
  });
});
