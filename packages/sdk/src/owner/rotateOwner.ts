import { equalSecret } from "@anamnesis/core/encoding/bytes";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import type { Consortium } from "../consortium.ts";
import type { KeptConsent, PatientKeys, SaveKeys } from "../keys/patientKeys.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";
import type { SegmentProgress } from "../cards/publishToAll.ts";
import type { Runtime } from "../runtime.ts";
import { beginRotation } from "./beginRotation.ts";
import { type FinishedRotation, finishRotation, isBegun } from "./finishRotation.ts";
import { anotherKit, rotationBegun } from "./renewKit.ts";

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
  const { consortium, save, recoveryKit } = parameters;
  const { identity } = consortium;
  requireKit(parameters);
  const unfinished = await finishRotation(parameters);
  const keys = await beginNextOwner({
    identity,
    recoveryKit,
    keys: unfinished?.keys ?? parameters.keys,
    ...(parameters.keep === undefined ? {} : { keep: parameters.keep }),
  });
  await save(keys);
  return (await finishRotation({ ...parameters, keys })) as FinishedRotation;
}

/**
 * The keys after a rotation of all segments to the next keys of their kit, signed and pending: to be kept before `finishRotation`. A wallet that owns one owns it no more. Throws
 * `bad-recovery-kit`, `another-kit`, `rotation-begun`.
 */
export async function beginNextOwner(
  parameters: Pick<RotateOwnerParameters, "keys" | "recoveryKit" | "keep"> & {
    readonly identity: LedgerIdentity;
  },
): Promise<PatientKeys> {
  const { identity, keys, recoveryKit, keep = () => true } = parameters;
  requireKit(parameters);
  if (keys.segments.some(isBegun)) throw rotationBegun();
  const seed = readRecoveryKit(recoveryKit);
  const generation = keys.generation + 1;
  const [root, nextRoot] = [rootOfSeed(seed, generation), rootOfSeed(seed, generation + 1)];
  seed.fill(0);
  return beginRotation(identity, keys, { standing: root, root, nextRoot, generation }, keep);
}

/** Throws `bad-recovery-kit`, `another-kit`. */
export function requireKit({ keys, recoveryKit }: Pick<RotateOwnerParameters, "keys" | "recoveryKit">): void {
  const seed = readRecoveryKit(recoveryKit);
  const ours = equalSecret(rootOfSeed(seed, keys.generation), keys.root);
  seed.fill(0);
  if (!ours) throw anotherKit();
}
