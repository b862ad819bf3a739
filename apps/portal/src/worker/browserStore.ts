import type { AnamnesisError } from "@anamnesis/core/errors";

/** One request to a store of this browser's own databases, in a transaction of its own; gives the request's result. */
export type InStore = (
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest,
) => Promise<unknown>;

/** A database with one store, made at its first use. @param failed what is thrown where the browser gives no reason. */
export function browserStore(
  name: { readonly database: string; readonly store: string },
  failed: () => AnamnesisError,
): InStore {
  return async (mode, work) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name.database, 1);
      opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(name.store));
      opening.addEventListener("success", () => resolve(opening.result));
      opening.addEventListener("error", () => reject(opening.error ?? failed()));
    });
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(name.store, mode);
        const request = work(transaction.objectStore(name.store));
        transaction.addEventListener("complete", () => resolve(request.result));
        transaction.addEventListener("error", () => reject(transaction.error ?? failed()));
        transaction.addEventListener("abort", () => reject(transaction.error ?? failed()));
      });
    } finally {
      database.close();
    }
  };
}
