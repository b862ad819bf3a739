import { hasCode, isAnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId } from "@anamnesis/core/ids";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { putInForce, revokeConsent, type RevokedConsent } from "@anamnesis/sdk/revoke";
import type { Runtime } from "@anamnesis/sdk/runtime";
import { isBusy, oneAtATime, oneSoon } from "../oneAtATime.ts";
import type { Stopped } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";
import { refreshVault, savePatient } from "../vaultStore.ts";

/** Milliseconds for which a stop that is in force waits for its turn, to tell the whole of it. */
const PATIENCE = 5_000;
/** Saves that others may come before. */
const TRIES = 4;

interface InForce {
  readonly revoked: readonly RevokedConsent[];
  readonly waitsForWallet: boolean;
}

/**
 * Stops a share: in force when so many custodians have stored it that the others are too few. It takes no turn for that: what changes the keys meanwhile, here or in another tab, may wait for a wallet
 * that nobody answers. New keys take their turn, and a wallet that owns a part signs them afterwards; what it turns down waits, and stops nothing of this. Throws what `revokeConsent` throws.
 */
export async function stop(
  { consents }: { readonly consents: readonly string[] },
  wallet: WalletSigner,
): Promise<Stopped> {
  const all = await consortium();
  const ids = consents as readonly ConsentId[];
  const ahead = (await isBusy()) ? await stopAhead(all, ids) : null;
  const whole = await oneSoon(async () => stopWhole(all, ids, { ...browserRuntime, wallet }), PATIENCE);
  if (whole !== null) return stoppedOf(all, whole.done);
  const revoked = ahead ?? (await stopAhead(all, ids));
  // In its turn, with no wallet: nobody waits here any more. If this tab is closed before, the next visit goes on.
  void oneAtATime(async () => stopWhole(all, ids, browserRuntime)).catch(() => undefined);
  const waitsForWallet = patientKeys().segments.some((segment) => segment.wallet !== undefined);
  return stoppedOf(all, { revoked, waitsForWallet });
}

/** Tells the custodians now. Who has the turn saves after this and is told of a conflict: it does its work anew. */
async function stopAhead(
  all: Consortium,
  consents: readonly ConsentId[],
): Promise<readonly RevokedConsent[]> {
  await refreshVault();
  for (let tries = 1; ; tries++) {
    const common = { runtime: browserRuntime, consortium: all, save: savePatient };
    try {
      return (await putInForce({ ...common, keys: patientKeys(), consents })).revoked;
    } catch (error) {
      if (!hasCode(error, "vault-conflict") || tries === TRIES) throw error;
    }
  }
}

async function stopWhole(
  all: Consortium,
  consents: readonly ConsentId[],
  runtime: Runtime,
): Promise<InForce> {
  let revoked: readonly RevokedConsent[] = [];
  try {
    await revokeConsent({
      runtime,
      consortium: all,
      keys: patientKeys(),
      save: savePatient,
      consents,
      // Also told when the wallet then turns the new keys down: the receipt names every custodian.
      onAnswered: (answers) => {
        revoked = answers;
      },
    });
    return { revoked, waitsForWallet: false };
  } catch (error) {
    if (revoked.length === 0 || !isOfWallet(error)) throw error;
    return { revoked, waitsForWallet: true };
  }
}

function stoppedOf(all: Consortium, { revoked, waitsForWallet }: InForce): Stopped {
  const acknowledged = new Map<string, number>();
  const silent = new Set<string>();
  for (const consent of revoked) {
    for (const { custodian, storedAt } of consent.acknowledged) {
      acknowledged.set(custodian, Math.max(storedAt, acknowledged.get(custodian) ?? 0));
    }
    for (const { custodian } of consent.silent) silent.add(custodian);
  }
  return {
    acknowledged: [...acknowledged].map(([custodian, at]) => ({
      name: organisationName(all, custodian),
      at,
    })),
    silent: [...silent].map((custodian) => organisationName(all, custodian)),
    waitsForWallet,
    inForceAt: Math.max(...revoked.map(({ inForceAt }) => inForceAt)),
  };
}

function isOfWallet(error: unknown): boolean {
  return isAnamnesisError(error) && error.code.startsWith("wallet-");
}
