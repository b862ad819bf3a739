import { toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { browserStore } from "./browserStore.ts";

/**
 * The vault's key between two loads of the page. It lies in this browser's own database under a `CryptoKey` that cannot be exported,
 * goes at sign-out, and is of no use without the session, which the node ends.
 */
const inStore = browserStore({ database: "anamnesis", store: "session" }, storeFailed);
const NAME = "vault";
const NONCE_BYTES = 12;

interface Kept {
  readonly account: Uint8Array;
  readonly credential: Uint8Array | null;
  readonly wrapping: CryptoKey;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly wrapped: ArrayBuffer;
}

export interface KeptKey {
  readonly account: Uint8Array;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Of the passkey with which this browser signed in, if it was one. */
  readonly credential: Uint8Array | null;
}

export async function keepKey(kept: KeptKey): Promise<void> {
  await keepAs(NAME, kept);
}

/**
 * The same for who signs in with a wallet, which opens nothing itself: this one stays after sign-out, one for each account, and is of no use without a session of it.
 */
export async function keepBrowserKey(kept: KeptKey): Promise<void> {
  await keepAs(browserName(kept.account), kept);
}

async function keepAs(name: string, { account, key, credential }: KeptKey): Promise<void> {
  const wrapping = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, wrapping, Uint8Array.from(key));
  const kept: Kept = { account, credential, wrapping, nonce, wrapped };
  await inStore("readwrite", (store) => store.put(kept, name));
}

export async function keptKey(): Promise<KeptKey | null> {
  return keptAs(NAME);
}

/** Whether there is one, told without the worker: who is not signed in loads no cryptography. */
export async function hasKeptKey(): Promise<boolean> {
  return (await inStore("readonly", (store) => store.count(NAME))) === 1;
}

/** 32 bytes; `null` when this browser keeps none for the account. */
export async function keptBrowserKey(account: Uint8Array): Promise<Uint8Array | null> {
  return (await keptAs(browserName(account)))?.key ?? null;
}

async function keptAs(name: string): Promise<KeptKey | null> {
  const kept = (await inStore("readonly", (store) => store.get(name))) as Kept | undefined;
  if (kept === undefined) return null;
  const { account, credential, wrapping, nonce, wrapped } = kept;
  const key = await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, wrapping, wrapped);
  return { account, key: new Uint8Array(key), credential };
}

export async function forgetKey(): Promise<void> {
  await inStore("readwrite", (store) => store.delete(NAME));
}

export async function forgetBrowserKey(account: Uint8Array): Promise<void> {
  await inStore("readwrite", (store) => store.delete(browserName(account)));
}

function browserName(account: Uint8Array): string {
  return `browser ${toHex(account)}`;
}

function storeFailed(): AnamnesisError<"store-failed"> {
  return new AnamnesisError({
    code: "store-failed",
    rule: "This browser keeps you signed in with its own database.",
    fix: "Allow this address to keep data, or sign in again each time.",
  });
}
