import { type ConsentBody, consentTypedData } from "@anamnesis/core/consent/consent";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { delegationTypedData } from "@anamnesis/core/consent/delegation";
import { permitTypedData } from "@anamnesis/core/segment/permit";
import { recoverAddress } from "@anamnesis/core/crypto/secp256k1";
import { walletAccount } from "@anamnesis/ledger/evm/testing/walletAccount";
import { asProxy, PERMITTED } from "@anamnesis/testkit/core/decisionInput";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { describe, expect, it } from "vitest";
import type { WalletProvider } from "./provider.ts";
import { signTypedData, walletJson } from "./signTypedData.ts";

const account = walletAccount(`0x${"21".repeat(32)}`);
const never = { resourceTypes: ["Condition"], actions: [], purposes: [], dataFrom: -3, dataTo: null };
const terms = PERMITTED.authority.consent?.body as ConsentBody;
const consent = consentTypedData(TEST_IDENTITY, { ...terms, exceptions: [never] as never });
const delegated = asProxy(PERMITTED).authority.delegation?.body;
const { chainId } = consent.domain;

/** One that signs as another library does, and says what it was asked. */
function wallet(answers: (method: string) => unknown = () => undefined) {
  const asked: string[] = [];
  const provider: WalletProvider = {
    request: async ({ method, params }) => {
      asked.push(method);
      const answer = answers(method);
      if (answer instanceof Error) throw answer;
      if (answer !== undefined) return answer;
      const [who, json] = params as readonly [string, string];
      expect([method, who]).toEqual(["eth_signTypedData_v4", account.address]);
      return account.signTypedData(json);
    },
  };
  return { asked, provider };
}

const trouble = (code: number): Error => Object.assign(new Error("a canary of the wallet"), { code });

describe("typed data for a wallet", () => {
  it.each([
    ["a consent", consent],
    [
      "a permit",
      permitTypedData(TEST_IDENTITY, { ...PERMITTED.record.permit?.body, salt: new Uint8Array(32) } as never),
    ],
    ["a delegation", delegationTypedData(TEST_IDENTITY, delegated as never)],
  ])("is signed as %s that our own digest verifies, the sentence first", async (_, data) => {
    const { asked, provider } = wallet();
    const signature = await signTypedData(provider, account.address, data);
    expect(recoverAddress(typedDataDigest(data), signature)).toBe(account.address);
    expect(asked).toEqual(["eth_signTypedData_v4"]);
    const json = JSON.parse(JSON.stringify(walletJson(data))) as {
      readonly types: Readonly<Record<string, readonly { readonly name: string }[]>>;
      readonly primaryType: string;
      readonly message: Readonly<Record<string, unknown>>;
    };
    expect(json.types[json.primaryType]?.[0]?.name).toBe("statement");
    expect(json.message["statement"]).toBe(data.message["statement"]);
    expect(JSON.stringify(json.message)).not.toMatch(/":-?\d/);
  });

  it("is asked for again on the network that it names, when the wallet signs for the chosen one alone", async () => {
    let chosen = "0x1";
    const { asked, provider } = wallet((method) => {
      if (method === "eth_chainId") return chosen;
      if (method === "wallet_switchEthereumChain") {
        chosen = `0x${chainId.toString(16)}`;
        return null;
      }
      return chosen === "0x1" ? trouble(-32_603) : undefined;
    });
    const signature = await signTypedData(provider, account.address, consent);
    expect(recoverAddress(typedDataDigest(consent), signature)).toBe(account.address);
    expect(asked).toEqual([
      "eth_signTypedData_v4",
      "eth_chainId",
      "wallet_switchEthereumChain",
      "eth_signTypedData_v4",
    ]);
  });

  it("says which network is missing, when the wallet does not know it", async () => {
    const { provider } = wallet((method) =>
      method === "eth_chainId" ? "0x1" : trouble(method === "eth_signTypedData_v4" ? -32_602 : 4902),
    );
    const failure = await signTypedData(provider, account.address, consent).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "wallet-network", meta: { chainId } });
    expect(JSON.stringify(failure)).not.toContain("canary");
  });

  it.each([
    [4001, "wallet-refused", 1],
    [4100, "wallet-locked", 1],
    [-32_002, "wallet-busy", 1],
    [-32_603, "wallet-failed", 2],
  ])("ends with code %s as %s", async (code, expected, questions) => {
    const { asked, provider } = wallet((method) =>
      method === "eth_chainId" ? `0x${chainId.toString(16)}` : trouble(code),
    );
    await expect(signTypedData(provider, account.address, consent)).rejects.toMatchObject({ code: expected });
    expect(asked).toHaveLength(questions);
  });

  it("is turned down when the person turns the other network down", async () => {
    const { provider } = wallet((method) =>
      method === "eth_chainId" ? "0x1" : trouble(method === "eth_signTypedData_v4" ? -32_603 : 4001),
    );
    await expect(signTypedData(provider, account.address, consent)).rejects.toMatchObject({
      code: "wallet-refused",
    });
  });

  it.each([null, "0x", "0x123", 7])("is not believed a signature like %j", async (answer) => {
    const { provider } = wallet((method) =>
      method === "eth_chainId" ? `0x${chainId.toString(16)}` : answer,
    );
    await expect(signTypedData(provider, account.address, consent)).rejects.toMatchObject({
      code: "wallet-failed",
    });
  });
});
