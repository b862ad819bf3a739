import type { TypedData } from "@anamnesis/core/encoding/eip712";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Address } from "@anamnesis/core/ids";
import type { FoundWallet } from "./discoverWallets.ts";
import { accountOf, walletRefused } from "./provider.ts";
import { signTypedData } from "./signTypedData.ts";

/** What the wallet is asked for right now, for the person to see. */
export interface OpenQuestion {
  readonly number: number;
  readonly account: Address;
  /** The first field of what is signed: what the wallet shows. */
  readonly sentence: string;
  /** Which wallet is asked; `null` while the person has to say which one. */
  readonly wallet: FoundWallet | null;
  /** Why the last try gave nothing. */
  readonly error: unknown;
}

interface Asked {
  readonly account: Address;
  readonly data: TypedData;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Wallets in which the person chose an account, while the page is loaded. */
const chosen = new Map<Address, FoundWallet>();
const queue: Asked[] = [];
const listeners = new Set<() => void>();
let shown: OpenQuestion | null = null;
let count = 0;

export function openQuestion(): OpenQuestion | null {
  return shown;
}

export function onQuestion(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The account that the person chose in this wallet; the wallet is asked for its signatures from now on. Throws what `accountOf` throws. */
export async function chooseAccount(wallet: FoundWallet): Promise<Address> {
  const account = await accountOf(wallet.provider);
  chosen.set(account, wallet);
  return account;
}

/** Shows the person what is to be signed and has the wallet sign it. Rejects with `wallet-refused` and what the wallet's trouble is called. */
export async function askPerson(account: Address, data: TypedData): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    queue.push({ account, data, resolve, reject });
    if (queue.length === 1) next();
  });
}

/** The person says which wallet has the account. */
export async function answerWith(wallet: FoundWallet): Promise<void> {
  const [asked] = queue;
  if (asked === undefined || shown === null) return;
  try {
    const account = await chooseAccount(wallet);
    if (account !== asked.account) throw anotherAccount();
  } catch (error) {
    if (queue[0] === asked) show({ ...shown, wallet: null, error });
    return;
  }
  await sign(asked, wallet);
}

/** The person does not want to: nothing is signed. */
export function turnDown(): void {
  settle(queue[0], (asked) => asked.reject(walletRefused()));
}

/** Nobody waits for an answer any more. */
export function forgetQuestions(): void {
  queue.length = 0;
  show(null);
}

function next(): void {
  const [asked] = queue;
  if (asked === undefined) {
    show(null);
    return;
  }
  const { account, data } = asked;
  const wallet = chosen.get(account) ?? null;
  count += 1;
  show({ number: count, account, sentence: String(data.message["statement"]), wallet, error: null });
  if (wallet !== null) void sign(asked, wallet);
}

async function sign(asked: Asked, wallet: FoundWallet): Promise<void> {
  if (shown === null || queue[0] !== asked) return;
  show({ ...shown, wallet, error: null });
  try {
    const signature = await signTypedData(wallet.provider, asked.account, asked.data);
    settle(asked, () => asked.resolve(signature));
  } catch (error) {
    if (hasCode(error, "wallet-refused")) settle(asked, () => asked.reject(error));
    // What can be put right in the wallet is tried again.
    else if (queue[0] === asked) show({ ...shown, wallet: null, error });
  }
}

function settle(asked: Asked | undefined, tell: (asked: Asked) => void): void {
  if (asked === undefined || queue[0] !== asked) return;
  queue.shift();
  tell(asked);
  next();
}

function show(question: OpenQuestion | null): void {
  shown = question;
  for (const listener of listeners) listener();
}

function anotherAccount(): AnamnesisError<"wallet-not-owner"> {
  return new AnamnesisError({
    code: "wallet-not-owner",
    rule: "Another account is chosen in this wallet than the one that signs for your record.",
    fix: "Choose that account in the wallet, and ask again.",
  });
}
