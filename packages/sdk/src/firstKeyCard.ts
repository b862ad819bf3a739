import { type KeyCard, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import type { OrganisationId } from "@anamnesis/core/ids";
import { type Consortium, fetchKeyCard } from "./consortium.ts";
import type { Runtime } from "./runtime.ts";

/**
 * The key card whose digest is the organisation's id, from any member's node: with it a signature of the organisation is checked
 * against its id alone. `null` when no node that answers has it.
 */
export async function firstKeyCard(
  runtime: Runtime,
  { members }: Pick<Consortium, "members">,
  organisation: OrganisationId,
): Promise<KeyCard | null> {
  const member = members.get(organisation);
  if (member === undefined) return null;
  // The others first: it is mostly asked for when this one has lied.
  const others = [...members.values()].filter((other) => other.organisation !== organisation);
  const endpoints = [...others, member].map((at) => at.endpoint);
  const { keyCard } = member.earlierKeys.at(-1) ?? member;
  const card = await fetchKeyCard(runtime, endpoints, keyCard).catch(() => null);
  return card !== null && organisationIdOf(card) === organisation ? card : null;
}
