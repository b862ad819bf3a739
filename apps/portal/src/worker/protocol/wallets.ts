import type { Who } from "../protocol.ts";

/** A wallet signs in and opens nothing: what opens, in this browser, is a key that it keeps. */
export interface WalletMethods {
  /** Opens the vault of whoever is signed in with the key that this browser kept for that account; `null` when it has none. */
  unlockHere: () => Promise<Who | null>;
  /** Has this browser keep the vault's key beyond the sitting. */
  keepBrowser: () => Promise<void>;
  forgetBrowser: () => Promise<void>;
}
