import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { Hash32 } from "@anamnesis/core/ids";
import type { AdministratorMethods } from "../protocol/administrator.ts";
import { asAdministrator } from "./administrator.ts";

/** Votes for the organisation; it counts when the ledger has it. Throws what the node refuses. */
export const vote: AdministratorMethods["vote"] = async ({ proposal, support }) => {
  await asAdministrator().call(adminRoutes.vote, {}, { proposal: proposal as Hash32, support });
};

/** Throws what the node refuses: `undecided` while the votes are not enough either way. */
export const settle: AdministratorMethods["settle"] = async ({ proposal }) => {
  await asAdministrator().call(adminRoutes.settle, {}, { proposal: proposal as Hash32 });
};
