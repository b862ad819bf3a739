import { type OrganisationId, parseOrganisationId } from "../ids.ts";

const LOG = "anamnesis/receipts/";
const WITNESS = "anamnesis/witness/";

/** Origin and key name of a custodian's receipt log in checkpoints. */
export function logOrigin(organisation: OrganisationId): string {
  return `${LOG}${organisation}`;
}

/** Whose receipt log an origin names; `null` for any other text. */
export function organisationOfLog(origin: string): OrganisationId | null {
  if (!/^anamnesis\/receipts\/0x[0-9a-f]{64}$/.test(origin)) return null;
  return parseOrganisationId(origin.slice(LOG.length));
}

/** Key name under which a member cosigns the heads of the other members' logs. */
export function witnessName(organisation: OrganisationId): string {
  return `${WITNESS}${organisation}`;
}
