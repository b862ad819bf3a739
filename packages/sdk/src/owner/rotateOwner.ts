import { equalSecret } from "@anamnesis/core/encoding/bytes";
import { rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import type { Consortium } from "../consortium.ts";
import type { KeptConsent, PatientKeys, SaveKeys } from "../keys/patientKeys.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";
import type { SegmentProgress } from "../cards/publishToAll.ts";
import type { Runtime } from "../runtime.ts";
import { beginRotation } from "./beginRotation.ts";
import { type FinishedRotation, finishRotation } from "./finishRotation.ts";
import { anotherKit } from "./renewKit.ts";

export interface RotateOwnerParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** Those of the device, or from `recoverKeys` when there is none any more. */
  readonly keys: PatientKeys;
  readonly save: SaveKeys;
  /** The printed recovery kit: the device does not hold what comes next. */
  readonly recoveryKit: string;
  /** Which consents the new owner signs again; all that are live by default. */
  readonly keep?: (kept: KeptConsent) => boolean;
  /** Seconds to wait for the ledger; 60 by default. */
  readonly wait?: number;
  readonly onProgress?: SegmentProgress;
}

/**
 * Gives all of a patient's segments their next owner: whoever holds the keys of now, be it a stolen device, neither reads nor grants
 * nor publishes any more. Records, permits and the consents that are kept go along. The keys are saved before anything leaves. One that was
 * begun and not finished is finished first, and then the owner is rotated again: the keys of the unfinished one were on the device.
 *
 * Throws `bad-recovery-kit`, `another-kit`, `cards-not-published`, `grant-not-delivered`.
 */
export async function rotateOwner(parameters: RotateOwnerParameters): Promise<FinishedRotation> {
  const { consortium, save, recoveryKit, keep = () => true } = parameters;
  const seed = readRecoveryKit(recoveryKit);
  const { root, generation } = parameters.keys;
  const ours = equalSecret(rootOfSeed(seed, generation), root);
  if (!ours) throw anotherKit();
  const unfinished = await finishRotation(parameters);
  const next = rootOfSeed(seed, generation + 1);
  const keys = await beginRotation(
    consortium.identity,
    unfinished?.keys ?? parameters.keys,
    { standing: next, root: next, nextRoot: rootOfSeed(seed, generation + 2), generation: generation + 1 },
    keep,
  );
  seed.fill(0);
  await save(keys);
  return (await finishRotation({ ...parameters, keys })) as FinishedRotation;
}
