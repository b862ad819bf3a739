import type { Hex } from "@anamnesis/core/ids";
import { walletAccount } from "@anamnesis/ledger/evm/testing/walletAccount";
import type { BrowserContext } from "playwright-core";

/** A wallet in a person's browser, as an extension would put it there: it announces itself (EIP-6963) and really signs. */
export interface InjectedWallet {
  /** Every method that pages asked for. */
  readonly asked: string[];
  /** What was signed, as text. */
  readonly signed: string[];
  /** Typed data that was signed: what kind, and the sentence that stands first in it. */
  readonly typed: { readonly type: string; readonly sentence: string }[];
  /** The next question, of this method if one is named, is turned down with this code (EIP-1193). */
  refuse(code: number, method?: string): void;
}

interface TypedJson {
  readonly types: Readonly<Record<string, readonly { readonly name: string }[]>>;
  readonly primaryType: string;
  readonly message: Readonly<Record<string, unknown>>;
}

const ICON =
  "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA4IDgiPjxyZWN0IHdpZHRoPSI4IiBoZWlnaHQ9IjgiIHJ4PSIyIiBmaWxsPSIjMWM2YjYwIi8+PC9zdmc+";

/** @param secret of the wallet's account, 32 bytes in hexadecimal. */
export async function injectWallet(
  context: BrowserContext,
  name: string,
  secret: Hex,
): Promise<InjectedWallet> {
  const account = walletAccount(secret);
  const asked: string[] = [];
  const signed: string[] = [];
  const typed: InjectedWallet["typed"] = [];
  let refusal: { readonly code: number; readonly method: string | undefined } | null = null;
  const answer = async (
    method: string,
    params: readonly unknown[],
  ): Promise<{ readonly value?: unknown; readonly code?: number }> => {
    asked.push(method);
    if (refusal !== null && (refusal.method ?? method) === method) {
      const { code } = refusal;
      refusal = null;
      return { code };
    }
    if (method === "eth_requestAccounts") return { value: [account.address] };
    if (method === "eth_signTypedData_v4" && params[0] === account.address) {
      const json = params[1] as string;
      const { types, primaryType, message } = JSON.parse(json) as TypedJson;
      const [first] = types[primaryType] ?? [];
      typed.push({ type: primaryType, sentence: String(message[first?.name ?? ""]) });
      return { value: await account.signTypedData(json) };
    }
    if (method !== "personal_sign" || params[1] !== account.address) return { code: 4200 };
    const bytes = params[0] as Hex;
    signed.push(Buffer.from(bytes.slice(2), "hex").toString("utf8"));
    return { value: await account.signMessage(bytes) };
  };
  await context.exposeFunction("askTestWallet", answer);
  await context.addInitScript(
    ({ name: shown, icon }) => {
      const request = async (question: { method: string; params?: readonly unknown[] }): Promise<unknown> => {
        const ask = (globalThis as unknown as { askTestWallet: typeof answer }).askTestWallet;
        const { value, code } = await ask(question.method, question.params ?? []);
        if (code !== undefined) throw Object.assign(new Error("refused"), { code });
        return value;
      };
      const detail = Object.freeze({
        info: { uuid: "4f3c0c1e-6e0e-4f54-8d0a-6d1f5c3e7a11", name: shown, icon, rdns: "example.test" },
        provider: { request },
      });
      const page = globalThis as unknown as EventTarget;
      const announce = (): void =>
        void page.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
      page.addEventListener("eip6963:requestProvider", announce);
      announce();
    },
    { name, icon: ICON },
  );
  const refuse: InjectedWallet["refuse"] = (code, method) => {
    refusal = { code, method };
  };
  return { asked, signed, typed, refuse };
}
