import { AnamnesisError } from "@anamnesis/core/errors";

/**
 * The vault's key between two loads of the page. It lies in this browser's own database under a `CryptoKey` that cannot be exported,
 * goes at sign-out, and is of no use without the session, which the node ends.
 */
const DATABASE = "anamnesis";
const STORE = "session";
const NAME = "vault";
const NONCE_BYTES = 12;

interface Kept {
  readonly account: Uint8Array;
  readonly wrapping: CryptoKey;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly wrapped: ArrayBuffer;
}

export interface KeptKey {
  readonly account: Uint8Array;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export async function keepKey({ account, key }: KeptKey): Promise<void> {
  const wrapping = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, wrapping, Uint8Array.from(key));
  const kept: Kept = { account, wrapping, nonce, wrapped };
  await inStore("readwrite", (store) => store.put(kept, NAME));
}

export async function keptKey(): Promise<KeptKey | null> {
  const kept = (await inStore("readonly", (store) => store.get(NAME))) as Kept | undefined;
  if (kept === undefined) return null;
  const { account, wrapping, nonce, wrapped } = kept;
  const key = await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, wrapping, wrapped);
  return { account, key: new Uint8Array(key) };
}

export async function forgetKey(): Promise<void> {
  await inStore("readwrite", (store) => store.clear());
}

async function inStore(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(STORE));
    opening.addEventListener("success", () => resolve(opening.result));
    opening.addEventListener("error", () => reject(opening.error ?? storeFailed()));
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.addEventListener("complete", () => resolve(request.result));
      transaction.addEventListener("error", () => reject(transaction.error ?? storeFailed()));
      transaction.addEventListener("abort", () => reject(transaction.error ?? storeFailed()));
    });
  } finally {
    database.close();
  }
}

function storeFailed(): AnamnesisError<"store-failed"> {
  return new AnamnesisError({
    code: "store-failed",
    rule: "This browser keeps you signed in with its own database.",
    fix: "Allow this address to keep data, or sign in again each time.",
  });
}
