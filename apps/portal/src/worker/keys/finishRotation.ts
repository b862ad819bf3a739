import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { printRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { type FinishedRotation, finishRotation as finish } from "@anamnesis/sdk/owner/finishRotation";
import { rotateOwner } from "@anamnesis/sdk/owner/rotateOwner";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { WorkerMethods } from "../protocol.ts";
import type { KeysProgress, RotationOutcome } from "../protocol/keys.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, session, unfinishedKeys } from "../session.ts";
import { who } from "../unlock.ts";
import { saveContent, savePatient } from "../vaultStore.ts";
import { withoutSeeds } from "./withoutSeeds.ts";

/**
 * Goes on with a change of owners from wherever it stands: what was signed is brought to its end, then the owner is rotated as far as the vault says. Every step is in the vault before
 * anything of it leaves, so this may end anywhere and begin again. Throws what `rotateOwner` throws.
 */
export async function finishRotation(
  progress: KeysProgress,
): Promise<Awaited<ReturnType<WorkerMethods["finishRotation"]>>> {
  const all = await consortium();
  const { rotating } = session().vault.content;
  const { generation, segments } = unfinishedKeys();
  const rounds = 1 + (rotating === undefined ? 0 : Math.max(0, rotating.until - generation));
  let round = 0;
  const common = {
    runtime: browserRuntime,
    consortium: all,
    save: savePatient,
    onProgress: ({ done }: { readonly done: number }) =>
      progress({ done: round * segments.length + done, of: rounds * segments.length }),
  };
  let last: FinishedRotation | null = await finish({ ...common, keys: unfinishedKeys() });
  const until = rotating?.until ?? 0;
  const recoveryKit = rotating === undefined ? "" : printRecoveryKit(rotating.seed);
  while (unfinishedKeys().generation < until) {
    round += 1;
    last = await rotateOwner({ ...common, keys: unfinishedKeys(), recoveryKit });
  }
  const outcome = last === null ? null : outcomeOf(all, rotating?.why ?? reasonOf(last.keys), last);
  // Of a recovery the typed seed is needed once more, for the way to the new kit.
  if (rotating?.why === "theft") await saveContent(withoutSeeds(session().vault.content));
  return { who: await who(), outcome };
}

/** Of a change that was signed before: a new kit begins its own count of generations. */
function reasonOf({ generation, segments }: PatientKeys): "wallet" | "device" | "kit" {
  if (segments.some(({ wallet }) => wallet !== undefined)) return "wallet";
  return generation > 0 ? "device" : "kit";
}

function outcomeOf(
  all: Consortium,
  why: RotationOutcome["why"],
  { published, permitsMissing, undelivered }: FinishedRotation,
): RotationOutcome {
  const took = new Map<string, boolean>();
  for (const { organisation, code } of published) {
    took.set(organisation, (took.get(organisation) ?? true) && code === null);
  }
  const later = new Set([
    ...permitsMissing.map(({ organisation }) => organisation),
    ...undelivered.map(({ organisation }) => organisation),
  ]);
  return {
    why,
    organisations: [...took].map(([organisation, taken]) => ({
      name: organisationName(all, organisation),
      took: taken,
    })),
    later: [...later].map((organisation) => organisationName(all, organisation)),
  };
}
