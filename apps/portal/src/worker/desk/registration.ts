import { portalRoutes } from "@anamnesis/api/routes/portal";
import { keyCard, type KeyCard } from "@anamnesis/core/actor/keyCard";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { printRegistrationCode } from "@anamnesis/sdk/keys/registrationCode";
import { callPortal } from "../../api/portal.ts";
import type { DeskMethods } from "../protocol/desk.ts";
import { consortiumHere, organisationName, session, staffKeys } from "../session.ts";

/** Sittings in which the card was left: once each is enough for it to wait. */
const left = new WeakSet<object>();

/** Whether the directory has these keys by now. The card is left at the node again, should it have been forgotten. Throws `locked`, `wrong-role`. */
export const registration: DeskMethods["registration"] = async () => {
  const actor = staffKeys();
  const { card } = actor;
  const all = await consortiumHere();
  const registered = all.actors.get(actorOf(actor))?.active === true;
  if (!registered && !left.has(session())) await leaveCard(card);
  // What the sitting knows of the directory is older.
  if (registered) session().consortium = null;
  return {
    name: card.name,
    role: card.subject,
    organisation: organisationName(all, card.organisation ?? ""),
    code: printRegistrationCode(card),
    registered,
  };
};

/** Public keys and a name, for the administrator who has the code. */
export async function leaveCard(card: KeyCard): Promise<void> {
  await callPortal(portalRoutes.putRegistration, { card: keyCard.encode(card) });
  left.add(session());
}
