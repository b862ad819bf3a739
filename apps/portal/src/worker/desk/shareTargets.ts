import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import type { DeskMethods } from "../protocol/desk.ts";
import { consortium, organisationName, staffKeys } from "../session.ts";

/** Throws `locked`, `wrong-role`. */
export const shareTargets: DeskMethods["shareTargets"] = async () => {
  const actor = staffKeys();
  const { name, organisation, subject } = actor.card;
  const all = await consortium();
  const own = organisation === null ? [] : [{ id: organisation, name: organisationName(all, organisation) }];
  return subject === "practitioner" ? [{ id: actorOf(actor), name }, ...own] : own;
};
