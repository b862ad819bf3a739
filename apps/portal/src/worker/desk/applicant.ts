import { adminRoutes } from "@anamnesis/api/routes/admin";
import { actorIdOf, type KeyCard } from "@anamnesis/core/actor/keyCard";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorRole } from "@anamnesis/core/ports/ledger";
import { fetchRegistration } from "@anamnesis/sdk/fetchRegistration";
import { asAdministrator } from "../administrator/administrator.ts";
import type { DeskMethods } from "../protocol/desk.ts";
import { consortiumHere } from "../session.ts";

/** Whoever a code names. Throws what `fetchRegistration` throws. */
export const applicant: DeskMethods["applicant"] = async ({ code }) => {
  const card = await fetchRegistration(asAdministrator(), code);
  const { actors } = await consortiumHere();
  const registered = actors.get(actorIdOf(card))?.active === true;
  return { name: card.name, role: roleOf(card), registered };
};

export const registerApplicant: DeskMethods["registerApplicant"] = async ({ code }) => {
  const node = asAdministrator();
  const card = await fetchRegistration(node, code);
  await node.call(adminRoutes.setActor, {}, { keyCard: card, role: roleOf(card), active: true });
};

function roleOf({ subject }: KeyCard): ActorRole {
  if (subject === "practitioner" || subject === "staff") return subject;
  throw new AnamnesisError({
    code: "bad-actor",
    rule: "Practitioners and staff are registered by the code that their page shows.",
    fix: "Devices are registered with `anamnesis directory add`.",
  });
}
