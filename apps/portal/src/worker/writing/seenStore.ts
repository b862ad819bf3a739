import { AnamnesisError } from "@anamnesis/core/errors";
import { browserStore } from "../browserStore.ts";

const inStore = browserStore({ database: "anamnesis-seen", store: "seen" }, storeFailed);

export interface SealedSeen {
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What lies in this browser under an account's id; it stays at sign-out, and without the vault it is noise. */
export async function keptSeen(account: string): Promise<SealedSeen | null> {
  return ((await inStore("readonly", (store) => store.get(account))) as SealedSeen | undefined) ?? null;
}

export async function keepSeen(account: string, seen: SealedSeen): Promise<void> {
  await inStore("readwrite", (store) => store.put(seen, account));
}

function storeFailed(): AnamnesisError<"store-failed"> {
  return new AnamnesisError({
    code: "store-failed",
    rule: "This browser remembers what you have seen in its own database.",
    fix: "Allow this address to keep data; without it nothing is marked as new.",
  });
}
