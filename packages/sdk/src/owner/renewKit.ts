import { equalSecret } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import type { PatientKeys } from "../keys/patientKeys.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";
import { beginRotation } from "./beginRotation.ts";
import { isBegun } from "./finishRotation.ts";

export interface RenewKitParameters {
  readonly identity: LedgerIdentity;
  /** With no rotation under way: see `finishRotation`. */
  readonly keys: PatientKeys;
  /** The kit from which these keys came. */
  readonly recoveryKit: string;
  /** The one that takes its place: on paper already. */
  readonly nextKit: string;
}

/**
 * The keys after a rotation to owners of another kit, signed and pending: to be kept before `finishRotation`. From then on the earlier paper
 * leads to nothing. Consents that are live are signed again. Throws `bad-recovery-kit`, `another-kit`, `rotation-begun`.
 */
export async function renewKit(parameters: RenewKitParameters): Promise<PatientKeys> {
  const { identity, keys, recoveryKit, nextKit } = parameters;
  const [seed, next] = [readRecoveryKit(recoveryKit), readRecoveryKit(nextKit)];
  if (!equalSecret(rootOfSeed(seed, keys.generation), keys.root)) throw anotherKit();
  if (keys.segments.some(isBegun)) throw rotationBegun();
  const standing = rootOfSeed(seed, keys.generation + 1);
  const root = rootOfSeed(next, 0);
  const nextRoot = rootOfSeed(next, 1);
  for (const secret of [seed, next]) secret.fill(0);
  return beginRotation(identity, keys, { standing, root, nextRoot, generation: 0 }, () => true);
}

export function anotherKit(): AnamnesisError<"another-kit"> {
  return new AnamnesisError({
    code: "another-kit",
    rule: "A segment goes to its next owner by the kit from which its keys came.",
    fix: "Take the paper that was printed when these keys were made; without the key file, recover with the kit alone.",
  });
}

export function rotationBegun(): AnamnesisError<"rotation-begun"> {
  return new AnamnesisError({
    code: "rotation-begun",
    rule: "A rotation that was begun ends before the next one begins.",
    fix: "Finish it, then try again.",
  });
}
