import type { ConsentId } from "@anamnesis/core/ids";
import { revokeConsent } from "@anamnesis/sdk/revoke";
import type { Stopped } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";
import { savePatient } from "../vaultStore.ts";

/** Stops a share: in force when so many custodians have stored it that the others are too few. Throws what `revokeConsent` throws. */
export async function stop({ consents }: { readonly consents: readonly string[] }): Promise<Stopped> {
  const all = await consortium();
  const { revoked } = await revokeConsent({
    runtime: browserRuntime,
    consortium: all,
    keys: patientKeys(),
    save: savePatient,
    consents: consents as readonly ConsentId[],
  });
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
    inForceAt: Math.max(...revoked.map(({ inForceAt }) => inForceAt)),
  };
}
