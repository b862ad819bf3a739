import { type ConsentBody, consentTypedData } from "@anamnesis/core/consent/consent";
import { recoverAddress } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { walletAccount } from "@anamnesis/ledger/evm/testing/walletAccount";
import { PERMITTED } from "@anamnesis/testkit/core/decisionInput";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { afterEach, describe, expect, it } from "vitest";
import type { FoundWallet } from "./discoverWallets.ts";
import { answerWith, askPerson, forgetQuestions, onQuestion, openQuestion, turnDown } from "./questions.ts";

const data = consentTypedData(TEST_IDENTITY, PERMITTED.authority.consent?.body as ConsentBody);

let accounts = 0;
function wallet(name: string) {
  accounts += 1;
  const account = walletAccount(`0x${(0x2200 + accounts).toString(16).repeat(16)}`);
  const asked: string[] = [];
  const refusals: number[] = [];
  const found: FoundWallet = {
    id: name,
    name,
    icon: null,
    provider: {
      request: async ({ method, params }) => {
        asked.push(method);
        if (method === "eth_requestAccounts") return [account.address];
        const code = refusals.shift();
        if (code !== undefined) throw Object.assign(new Error("refused"), { code });
        return account.signTypedData((params as readonly string[])[1] ?? "");
      },
    },
  };
  return { account: account.address, asked, refusals, found };
}

/** When the person is shown something for which this holds. */
async function until(holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve) => {
    const end = onQuestion(() => {
      if (!holds()) return;
      end();
      resolve();
    });
  });
}

afterEach(forgetQuestions);

describe("a question to the person's wallet", () => {
  it("shows the sentence that is signed, and asks no wallet before the person says which", async () => {
    const mine = wallet("mine");
    const signing = askPerson(mine.account, data);
    expect(openQuestion()).toMatchObject({ sentence: data.message["statement"], wallet: null, error: null });
    expect(mine.asked).toEqual([]);
    await answerWith(mine.found);
    expect(recoverAddress(typedDataDigest(data), await signing)).toBe(mine.account);
    expect(openQuestion()).toBeNull();
    // Of the same account it is known from then on.
    await askPerson(mine.account, data);
    expect(mine.asked).toEqual(["eth_requestAccounts", "eth_signTypedData_v4", "eth_signTypedData_v4"]);
  });

  it("stays open when another account is chosen, and when something can be put right in the wallet", async () => {
    const [mine, other] = [wallet("mine"), wallet("other")];
    const signing = askPerson(mine.account, data);
    await answerWith(other.found);
    expect(openQuestion()).toMatchObject({ wallet: null, error: { code: "wallet-not-owner" } });
    expect(other.asked).toEqual(["eth_requestAccounts"]);
    mine.refusals.push(4100);
    await answerWith(mine.found);
    expect(openQuestion()).toMatchObject({ wallet: null, error: { code: "wallet-locked" } });
    await answerWith(mine.found);
    expect(recoverAddress(typedDataDigest(data), await signing)).toBe(mine.account);
  });

  it("ends with nothing signed when it is turned down, in the wallet or on the page", async () => {
    const mine = wallet("mine");
    const refused = askPerson(mine.account, data).catch((error: unknown) => error);
    mine.refusals.push(4001);
    await answerWith(mine.found);
    expect(await refused).toMatchObject({ code: "wallet-refused" });
    expect(openQuestion()).toBeNull();
    const other = wallet("other");
    const left = askPerson(other.account, data).catch((error: unknown) => error);
    turnDown();
    expect(await left).toMatchObject({ code: "wallet-refused" });
    expect(other.asked).toEqual([]);
  });

  it("waits for the one before", async () => {
    const [first, second] = [wallet("first"), wallet("second")];
    const signing = [askPerson(first.account, data), askPerson(second.account, data)];
    expect(openQuestion()?.account).toBe(first.account);
    await answerWith(first.found);
    await until(() => openQuestion()?.account === second.account);
    expect(second.asked).toEqual([]);
    await answerWith(second.found);
    expect(await Promise.all(signing)).toHaveLength(2);
  });
});
