import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { oneAtATime } from "../oneAtATime.ts";
import type { WorkerMethods } from "../protocol.ts";
import type { WalletMethods } from "../protocol/wallets.ts";
import { forgetBrowser, keepBrowser, unlockHere } from "./browserKey.ts";
import { finishWithWallet, letDeviceSign, letWalletSign, walletOwner } from "./walletOwner.ts";

type Methods = {
  readonly [M in keyof WalletMethods]: (
    parameters: Parameters<WorkerMethods[M]>[0],
    progress: unknown,
    wallet: WalletSigner,
  ) => ReturnType<WorkerMethods[M]>;
};

export const walletMethods: Methods = {
  unlockHere,
  keepBrowser,
  forgetBrowser,
  walletOwner,
  letWalletSign: async (chosen, _, wallet) => oneAtATime(async () => letWalletSign(chosen, wallet)),
  letDeviceSign: async (typed) => oneAtATime(async () => letDeviceSign(typed)),
  finishWithWallet: async (_, _progress, wallet) => oneAtATime(async () => finishWithWallet(wallet)),
};
