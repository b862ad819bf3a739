import { AnamnesisError } from "@anamnesis/core/errors";
import type { SaveKeys } from "../keys/patientKeys.ts";
import type { FinishedRotation } from "./finishRotation.ts";
import { kitReplaced, recoverKeys, type RecoverKeysParameters, type RecoveredKeys } from "./recoverKeys.ts";
import { rotateOwner } from "./rotateOwner.ts";

export interface RecoverOwnerParameters extends RecoverKeysParameters {
  readonly save: SaveKeys;
  /** Go on although some kinds were not found, or belong to somebody else: who has their keys keeps them. */
  readonly withoutMissing?: boolean;
  /** Seconds to wait for the ledger at each rotation; 60 by default. */
  readonly wait?: number;
}

export interface RecoveredOwner extends FinishedRotation, Pick<RecoveredKeys, "missing" | "silent"> {}

/**
 * Everything back from the printed kit alone, and out of reach of whoever has the lost device: all segments go to an owner whose keys that device never
 * had. A device that began a rotation holds the next keys already, so the owner is rotated beyond what it could have begun.
 *
 * Throws `segments-missing`, `kit-replaced`, and as `recoverKeys` and `rotateOwner`.
 */
export async function recoverOwner(parameters: RecoverOwnerParameters): Promise<RecoveredOwner> {
  const { keys, newest, missing, replaced, silent } = await recoverKeys(parameters);
  if (replaced.length > 0 && parameters.withoutMissing !== true) throw kitReplaced();
  if (missing.length > 0 && parameters.withoutMissing !== true) throw segmentsMissing({ missing, silent });
  let rotated = await rotateOwner({ ...parameters, keys });
  while (rotated.keys.generation < newest + 2)
    rotated = await rotateOwner({ ...parameters, keys: rotated.keys });
  return { ...rotated, missing, silent };
}

function segmentsMissing({
  missing,
  silent,
}: Pick<RecoveredKeys, "missing" | "silent">): AnamnesisError<"segments-missing"> {
  return new AnamnesisError({
    code: "segments-missing",
    rule: "A patient has a segment of every kind, and all of them go to their next owner together.",
    fix: "Try again when the silent members' nodes are up; going on without the missing ones leaves them to who has their keys.",
    meta: { missing: missing.join(", "), silent: silent.map((member) => member.code).join(", ") },
  });
}
