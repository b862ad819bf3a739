import { portalRoutes } from "@anamnesis/api/routes/portal";
import { portalWalletRoutes } from "@anamnesis/api/routes/portalWallets";
import { printSignInMessage, type SignInPurpose } from "@anamnesis/core/wallet/signInMessage";
import { callPortal } from "../api/portal.ts";
import { ask } from "../worker/client.ts";
import type { Who } from "../worker/protocol.ts";
import { accountOf, signText, type WalletProvider } from "./provider.ts";

/**
 * Signs in with a wallet, and opens the keys if this browser has them for the account: `null` when it has not, and a passkey is wanted once. Throws what the wallet and the node
 * refuse.
 */
export async function signInWithWallet(provider: WalletProvider): Promise<Who | null> {
  await callPortal(portalWalletRoutes.walletSignIn, await answerOf(provider, "sign-in"));
  return ask("unlockHere");
}

/** From now on the wallet signs in to the account that is signed in, and this browser opens its keys then. */
export async function linkWallet(provider: WalletProvider): Promise<void> {
  await callPortal(portalWalletRoutes.walletLink, await answerOf(provider, "link"));
  await ask("keepBrowser");
}

async function answerOf(
  provider: WalletProvider,
  purpose: SignInPurpose,
): Promise<{ readonly message: string; readonly signature: Uint8Array }> {
  const { chainId } = await callPortal(portalRoutes.portalConfig, undefined);
  const account = await accountOf(provider);
  const given = await callPortal(portalWalletRoutes.walletNonce, {});
  const message = printSignInMessage({ purpose, origin: self.location.origin, account, chainId, ...given });
  return { message, signature: await signText(provider, account, message) };
}
