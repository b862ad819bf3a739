import type { Hex } from "@anamnesis/core/ids";
import { walletAccount } from "@anamnesis/ledger/evm/testing/walletAccount";
import type { BrowserContext } from "playwright-core";

/** A wallet in a person's browser, as an extension would put it there: it announces itself (EIP-6963) and really signs. */
export interface InjectedWallet {
  /** Every method that pages asked for. */
  readonly asked: string[];
  /** What was signed, as text. */
  readonly signed: string[];
  /** The next question is turned down with this code (EIP-1193). */
  refuse(code: number): void;
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
  let refusal: number | null = null;
  const answer = async (
    method: string,
    params: readonly unknown[],
  ): Promise<{ readonly value?: unknown; readonly code?: number }> => {
    asked.push(method);
    if (refusal !== null) {
      const code = refusal;
      refusal = null;
      return { code };
    }
    if (method === "eth_requestAccounts") return { value: [account.address] };
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
  return { asked, signed, refuse: (code) => (refusal = code) };
}
