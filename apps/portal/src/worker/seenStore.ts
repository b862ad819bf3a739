import { AnamnesisError } from "@anamnesis/core/errors";
import { browserStore } from "./browserStore.ts";

const inStore = browserStore({ database: "anamnesis-seen", store: "seen" }, storeFailed);

export interface SealedSeen {
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What lies in this browser under a place that names an account; it stays at sign-out, and without the vault it is noise. */
export async function keptSeen(place: string): Promise<SealedSeen | null> {
  return ((await inStore("readonly", (store) => store.get(place))) as SealedSeen | undefined) ?? null;
}

export async function keepSeen(place: string, seen: SealedSeen): Promise<void> {
  await inStore("readwrite", (store) => store.put(seen, place));
}

function storeFailed(): AnamnesisError<"store-failed"> {
  return new AnamnesisError({
    code: "store-failed",
    rule: "This browser remembers what you have seen in its own database.",
    fix: "Allow this address to keep data; without it nothing is marked as new.",
  });
}
