import type { PortalVault } from "@anamnesis/sdk/keys/vault";
import { isBegun } from "@anamnesis/sdk/owner/finishRotation";
import type { Due } from "../protocol/keys.ts";

/** What of a vault has to be finished before anything else is done with its keys. */
export function dueOf({ patient, kit, rotating }: PortalVault): Due {
  if (patient === null) return null;
  const behind = rotating !== undefined && patient.generation < rotating.until;
  if (behind || rotating?.why === "theft" || patient.segments.some(isBegun)) return "rotation";
  return kit === undefined ? null : "kit";
}
