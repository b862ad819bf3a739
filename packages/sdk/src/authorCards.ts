import type { Digest, OrganisationId } from "@anamnesis/core/ids";
import { concurrently } from "./concurrently.ts";
import { type Consortium, type DirectoryActor, fetchKeyCard } from "./consortium.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Key cards to which something is sealed for the author of a record: of whoever signed the record first, then of people before devices; as many as nodes that answer have the cards of.
 * @param most of them. @param isMeant which of the organisation's active people and devices.
 */
export async function authorCards(
  { runtime, consortium }: { readonly runtime: Runtime; readonly consortium: Consortium },
  { organisation, author }: { readonly organisation: OrganisationId; readonly author: string },
  most: number,
  isMeant: (actor: DirectoryActor) => boolean = () => true,
): Promise<readonly { readonly keyCard: Digest; readonly kem: Uint8Array }[]> {
  const rank = ({ actor, role }: DirectoryActor): number =>
    actor === author ? 0 : role === "practitioner" ? 1 : role === "staff" ? 2 : 3;
  const people = [...consortium.actors.values()]
    .filter((actor) => actor.organisation === organisation && actor.active && isMeant(actor))
    .toSorted((a, b) => rank(a) - rank(b) || (a.actor < b.actor ? -1 : 1))
    .slice(0, most);
  const endpoint = consortium.members.get(organisation)?.endpoint;
  const endpoints = [
    ...(endpoint === undefined ? [] : [endpoint]),
    ...[...consortium.members.values()].map((member) => member.endpoint).filter((at) => at !== endpoint),
  ];
  const cards = await concurrently(people, 4, async ({ keyCard }) =>
    fetchKeyCard(runtime, endpoints, keyCard).then(
      ({ kem }) => ({ keyCard, kem }),
      () => null,
    ),
  );
  return cards.filter((card) => card !== null);
}
