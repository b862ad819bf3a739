import type { Address } from "@anamnesis/core/ids";
import type { Who } from "../protocol.ts";

/** A wallet signs in and opens nothing: what opens, in this browser, is a key that it keeps. It may sign for the general part. */
export interface WalletMethods {
  /** Opens the vault of whoever is signed in with the key that this browser kept for that account; `null` when it has none. */
  unlockHere: () => Promise<Who | null>;
  /** Has this browser keep the vault's key beyond the sitting. */
  keepBrowser: () => Promise<void>;
  forgetBrowser: () => Promise<void>;
  /** The wallet that signs for part of the record; `null` while the device signs for all of it. */
  walletOwner: () => Promise<WalletOwner | null>;
  /** Begins to give the general part to the wallet's account, which is asked for all that it takes; `finishRotation` goes on without it. */
  letWalletSign: (parameters: { readonly kit: string; readonly account: Address }) => Promise<Who>;
  /** Begins to give all parts to the device's next keys; `finishRotation` goes on. */
  letDeviceSign: (parameters: { readonly kit: string }) => Promise<Who>;
  /** Asks the wallet for what waits for it. */
  finishWithWallet: () => Promise<void>;
}

export interface WalletOwner {
  readonly account: Address;
  /** Consents that were stopped and are in force, after which the part's new keys wait for the wallet. */
  readonly waiting: number;
  /** Permits, under which records stand that nobody opens until then, that the wallet has yet to sign. */
  readonly permits: number;
}
