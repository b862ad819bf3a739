import { hasCode, isAnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId } from "@anamnesis/core/ids";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { putInForce, revokeConsent, type RevokedConsent } from "@anamnesis/sdk/revoke";
import type { Runtime } from "@anamnesis/sdk/runtime";
import { isBusy, oneAtATime, oneSoon } from "../oneAtATime.ts";
import type { Progress, Stopped } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";
import { refreshVault, savePatient } from "../vaultStore.ts";

/** Milliseconds for which a stop that is in force waits for its turn, to tell the whole of it. */
const PATIENCE = 5_000;
/** Saves that others may come before. */
const TRIES = 4;

type Rest = Stopped["rest"];

interface Outcome {
  readonly revoked: readonly RevokedConsent[];
  readonly rest: Rest;
}

/** Told when all are in force, with the custodians that have stored it until then. */
type OnInForce = (revoked: readonly RevokedConsent[]) => void;

/**
 * Stops a share: in force when so many custodians have stored it that the others are too few, which `progress` says at once. It takes no turn for that: what changes the keys meanwhile, here or in another tab, may wait for a wallet
 * that nobody answers. New keys take their turn, and a wallet that owns a part signs them afterwards; what it turns down, or cannot be done now, waits, and stops nothing of this. Throws what `revokeConsent` throws until it is in force.
 */
export async function stop(
  { consents }: { readonly consents: readonly string[] },
  progress: (value: Progress) => void,
  wallet: WalletSigner,
): Promise<Stopped> {
  const all = await consortium();
  const ids = consents as readonly ConsentId[];
  let isTold = false;
  const tell: OnInForce = (revoked) => {
    if (isTold) return;
    isTold = true;
    const stopped = stoppedOf(all, { revoked, rest: "under-way" });
    progress({ done: stopped.acknowledged.length, of: all.committee.custodians.length, stopped });
  };
  const ahead = (await isBusy()) ? await stopAhead(all, ids, tell) : null;
  const runtime = { ...browserRuntime, wallet };
  try {
    const whole = await oneSoon(async () => stopWhole(all, ids, tell, runtime), PATIENCE);
    if (whole !== null) return stoppedOf(all, whole.done);
  } catch (error) {
    return stoppedOf(all, putOff(ahead, error));
  }
  const revoked = ahead ?? (await stopAhead(all, ids, tell));
  // In its turn, with no wallet: nobody waits here any more. If this tab is closed before, the next visit goes on.
  void oneAtATime(async () => stopWhole(all, ids, tell, browserRuntime)).catch(() => undefined);
  const waitsForWallet = patientKeys().segments.some((segment) => segment.wallet !== undefined);
  return stoppedOf(all, { revoked, rest: waitsForWallet ? "wallet" : "later" });
}

/** Tells the custodians now. Who has the turn saves after this and is told of a conflict: it does its work anew. */
async function stopAhead(
  all: Consortium,
  consents: readonly ConsentId[],
  onInForce: OnInForce,
): Promise<readonly RevokedConsent[]> {
  await refreshVault();
  for (let tries = 1; ; tries++) {
    const common = { runtime: browserRuntime, consortium: all, save: savePatient };
    try {
      return (await putInForce({ ...common, keys: patientKeys(), consents, onInForce })).revoked;
    } catch (error) {
      if (!hasCode(error, "vault-conflict") || tries === TRIES) throw error;
    }
  }
}

async function stopWhole(
  all: Consortium,
  consents: readonly ConsentId[],
  onInForce: OnInForce,
  runtime: Runtime,
): Promise<Outcome> {
  let revoked: readonly RevokedConsent[] | null = null;
  try {
    const result = await revokeConsent({
      runtime,
      consortium: all,
      keys: patientKeys(),
      save: savePatient,
      consents,
      onInForce: (soFar) => {
        revoked = soFar;
        onInForce(soFar);
      },
      // Also told when the wallet then turns the new keys down: the receipt names every custodian.
      onAnswered: (answers) => {
        revoked = answers;
      },
    });
    return { revoked: result.revoked, rest: "nothing" };
  } catch (error) {
    return putOff(revoked, error);
  }
}

/** What fails before it is in force is thrown; afterwards it leaves the rest for later. */
function putOff(revoked: readonly RevokedConsent[] | null, error: unknown): Outcome {
  if (revoked === null || !isAnamnesisError(error)) throw error;
  return { revoked, rest: error.code.startsWith("wallet-") ? "wallet" : "later" };
}

function stoppedOf(all: Consortium, { revoked, rest }: Outcome): Stopped {
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
    rest,
    inForceAt: Math.max(...revoked.map(({ inForceAt }) => inForceAt)),
  };
}
