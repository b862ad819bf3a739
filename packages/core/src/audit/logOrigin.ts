import type { OrganisationId } from "../ids.ts";

/** Origin and key name of a custodian's receipt log, as it stands in its checkpoints (C2SP tlog-checkpoint). */
export function logOrigin(organisation: OrganisationId): string {
  return `anamnesis/receipts/${organisation}`;
}
