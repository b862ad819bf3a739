import { adminRoutes } from "@anamnesis/api/routes/admin";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId } from "@anamnesis/core/ids";
import { keyCardOf } from "../keyCards.ts";
import type { AdministratorMethods } from "../protocol/administrator.ts";
import { consortiumHere } from "../session.ts";
import { asAdministrator } from "./administrator.ts";

/** Suspends a person or device of the organisation, or brings them back. It counts when the directory shows it. Throws `not-found`, and what the node refuses. */
export const setPerson: AdministratorMethods["setPerson"] = async ({ id, active }) => {
  const node = asAdministrator();
  const all = await consortiumHere();
  const known = all.actors.get(id as ActorId);
  if (known === undefined) throw notFound();
  const keyCard = await keyCardOf(all, known);
  await node.call(adminRoutes.setActor, {}, { keyCard, role: known.role, active, actor: known.actor });
};

function notFound(): AnamnesisError<"not-found"> {
  return new AnamnesisError({
    code: "not-found",
    rule: "People are changed whom the directory knows.",
    fix: "Load the page again.",
  });
}
