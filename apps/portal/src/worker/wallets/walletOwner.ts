import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { letWalletSign as begin } from "@anamnesis/sdk/owner/letWalletSign";
import { completePermits, unsignedPermits } from "@anamnesis/sdk/owner/finishRotation";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { beginNextOwner } from "@anamnesis/sdk/owner/rotateOwner";
import { completeRevocations } from "@anamnesis/sdk/revoke";
import type { Who } from "../protocol.ts";
import type { WalletMethods, WalletOwner } from "../protocol/wallets.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, patientKeys } from "../session.ts";
import { who } from "../unlock.ts";
import { savePatient } from "../vaultStore.ts";

/** The one part that a wallet may own: one account for several would say that they are one person's. */
const KIND: SegmentKind = "general";
/** In the sentence by which the wallet lets this person's devices read. */
const DEVICES = "my own devices";

export async function walletOwner(): Promise<WalletOwner | null> {
  const segment = segmentOf(patientKeys(), KIND);
  const { wallet, consents } = segment;
  if (wallet === undefined) return null;
  const stopped = consents.filter(({ status }) => status === "revoking").length;
  return { account: wallet.account, waiting: stopped, permits: unsignedPermits(await consortium(), segment) };
}

/**
 * Asks the wallet for everything that it takes to own the general part, and keeps it before anything leaves: from there `finishRotation` goes on, without wallet or kit. What is turned down
 * changes nothing. Throws `wallet-owns-already` and what the SDK's verb throws.
 */
export async function letWalletSign(
  { kit, account }: Parameters<WalletMethods["letWalletSign"]>[0],
  wallet: WalletSigner,
): Promise<Who> {
  const all = await consortium();
  const keys = patientKeys();
  if (segmentOf(keys, KIND).wallet !== undefined) throw ownsAlready();
  const runtime = { ...browserRuntime, wallet };
  const about = { kind: KIND, account, device: DEVICES };
  await savePatient(await begin({ runtime, consortium: all, keys, recoveryKit: kit, ...about }));
  return who();
}

/** Gives all parts to the device's next keys, which sign at once: no wallet is asked. Throws `bad-recovery-kit`, `another-kit`, `rotation-begun`. */
export async function letDeviceSign({ kit }: { readonly kit: string }): Promise<Who> {
  const { identity } = await consortium();
  await savePatient(await beginNextOwner({ identity, keys: patientKeys(), recoveryKit: kit }));
  return who();
}

/** Ends what is in force already and waits for the wallet's signature, and asks it for permits that it has yet to sign. Throws what `completeRevocations` throws. */
export async function finishWithWallet(wallet: WalletSigner): Promise<void> {
  const runtime = { ...browserRuntime, wallet };
  const common = { runtime, consortium: await consortium(), save: savePatient };
  await completeRevocations({ ...common, keys: patientKeys() });
  await completePermits({ ...common, keys: patientKeys() });
}

function ownsAlready(): AnamnesisError<"wallet-owns-already"> {
  return new AnamnesisError({
    code: "wallet-owns-already",
    rule: "One wallet signs for the general part at a time.",
    fix: "Let this device sign again first.",
  });
}
