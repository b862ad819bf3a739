import { deskRoutes } from "@anamnesis/api/routes/desk";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { ActorKeys } from "../keys/actorKeys.ts";
import { sealHandOver } from "../owner/handOver.ts";
import { openKeptPatient } from "./keptPatient.ts";
import { type DeskParameters, publishProvisional } from "./registerProvisional.ts";

/**
 * A one-time code with which a provisional patient takes over what the organisation made for them; `takeOver` takes it. Ends what a registration that was broken off left undone.
 *
 * @param seconds for which it is good, seven days at most.
 * Throws `not-authorised`, `not-found`, `patient-claimed`, `not-for-these-keys`, and what `enrol` throws.
 */
export async function makeClaimCode(
  parameters: DeskParameters & {
    readonly staff: ActorKeys;
    /** Id of the Patient. */
    readonly patient: string;
    readonly seconds: number;
  },
): Promise<{ readonly code: string; readonly expiresAt: UnixSeconds }> {
  const { runtime, node, staff, patient, seconds } = parameters;
  const { kept } = await node.call(deskRoutes.keptPatient, {}, { patient });
  const provisional = await openKeptPatient(kept, staff);
  const { keys } = await publishProvisional({ ...parameters, provisional });
  const { code, locator, sealed } = await sealHandOver(keys, provisional.recoveryKit, runtime.random);
  const expiresAt = (runtime.now() + seconds) as UnixSeconds;
  await node.call(exchangeRoutes.putHandOver, {}, { locator, sealed, expiresAt });
  return { code, expiresAt };
}
