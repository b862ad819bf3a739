import type { DeskMethods } from "../protocol/desk.ts";
import { applicant, registerApplicant } from "./applicant.ts";
import { claim, claimKit, lookAtClaim } from "./claim.ts";
import { joinStaff } from "./joinStaff.ts";
import { nodeFigures } from "./nodeFigures.ts";
import { claimCode, deskPeople, registerPerson } from "./people.ts";
import { registration } from "./registration.ts";
import { shareTargets } from "./shareTargets.ts";

/** What staff, the front desk and the administrator ask beside their charts, and what a patient takes over from the desk. */
export const deskMethods: DeskMethods = {
  joinStaff,
  registration,
  applicant,
  registerApplicant,
  deskPeople,
  registerPerson,
  claimCode,
  lookAtClaim,
  claimKit,
  claim,
  shareTargets,
  nodeFigures,
};
