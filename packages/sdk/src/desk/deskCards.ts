import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import type { OrganisationId } from "@anamnesis/core/ids";
import { concurrently } from "../concurrently.ts";
import { type Consortium, fetchKeyCard } from "../consortium.ts";
import type { Runtime } from "../runtime.ts";

/** Key cards of the active staff of an organisation, as its own node has them: of who is at its front desk. */
export async function deskCards(
  runtime: Runtime,
  { actors }: Pick<Consortium, "actors">,
  organisation: OrganisationId,
  endpoint: string,
): Promise<readonly KeyCard[]> {
  const staff = [...actors.values()].filter(
    (actor) => actor.organisation === organisation && actor.role === "staff" && actor.active,
  );
  return concurrently(staff, 8, ({ keyCard }) => fetchKeyCard(runtime, [endpoint], keyCard));
}
