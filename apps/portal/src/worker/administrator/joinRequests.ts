import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { AdministratorMethods } from "../protocol/administrator.ts";
import { asAdministrator } from "./administrator.ts";
import { plainEntrant } from "./plainNames.ts";
import { readRequest } from "./readFile.ts";

/** Throws `not-this-file`. */
export const lookAtRequest: AdministratorMethods["lookAtRequest"] = async ({ file }) =>
  plainEntrant(readRequest(file).entrant);

/** Throws `not-this-file`, and what the node refuses: `bad-intent`, `member-exists`. */
export const relayRequest: AdministratorMethods["relayRequest"] = async ({ file }) => {
  await asAdministrator().call(adminRoutes.relayJoinRequest, {}, readRequest(file));
};
