import { isAnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId } from "@anamnesis/core/ids";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { revokeConsent, type RevokedConsent } from "@anamnesis/sdk/revoke";
import type { Stopped } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";
import { savePatient } from "../vaultStore.ts";

/**
 * Stops a share: in force when so many custodians have stored it that the others are too few. A wallet that owns a part signs its new keys afterwards; what it turns down waits, and stops nothing of
 * this. Throws what `revokeConsent` throws.
 */
export async function stop(
  { consents }: { readonly consents: readonly string[] },
  wallet: WalletSigner,
): Promise<Stopped> {
  const all = await consortium();
  let revoked: readonly RevokedConsent[] = [];
  let waitsForWallet = false;
  try {
    await revokeConsent({
      runtime: { ...browserRuntime, wallet },
      consortium: all,
      keys: patientKeys(),
      save: savePatient,
      consents: consents as readonly ConsentId[],
      onInForce: (inForce) => {
        revoked = inForce;
      },
    });
  } catch (error) {
    if (revoked.length === 0 || !isOfWallet(error)) throw error;
    waitsForWallet = true;
  }
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
