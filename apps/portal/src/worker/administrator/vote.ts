import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { Hash32 } from "@anamnesis/core/ids";
import { asAdministrator } from "./administrator.ts";

/** Votes for the organisation; it counts when the ledger has it. Throws what the node refuses. */
export async function vote({
  proposal,
  support,
}: {
  readonly proposal: string;
  readonly support: boolean;
}): Promise<void> {
  await asAdministrator().call(adminRoutes.vote, {}, { proposal: proposal as Hash32, support });
}
