import { portalRoutes } from "@anamnesis/api/routes/portal";
import { createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { callPortal } from "../../api/portal.ts";
import { createVault } from "../vaultStore.ts";
import type { DeskMethods } from "../protocol/desk.ts";
import { browserRuntime } from "../runtime.ts";
import { leaveCard } from "./registration.ts";

/** Makes the keys of a new member of staff and keeps them, sealed, before their card goes anywhere. Throws what the node refuses. */
export const joinStaff: DeskMethods["joinStaff"] = async ({ name, role, passkey }) => {
  const { organisation } = await callPortal(portalRoutes.portalConfig, undefined);
  const { random } = browserRuntime;
  const actor = await createActorKeys({ subject: role, name, organisation, random });
  await createVault({ kind: "staff", patient: null, actor, admin: null, homes: [] }, passkey);
  await leaveCard(actor.card);
};
