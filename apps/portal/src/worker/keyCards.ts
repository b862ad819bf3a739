import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import type { Digest } from "@anamnesis/core/ids";
import { type Consortium, fetchKeyCard } from "@anamnesis/sdk/consortium";
import { browserRuntime } from "./runtime.ts";

/** Key cards are named by their digest, so what was fetched once stays true. */
const cards = new Map<Digest, Promise<KeyCard>>();

/** The key card with this digest, from its organisation's node or the own one. Throws `key-card-not-found`. */
export async function keyCardOf(
  all: Consortium,
  { organisation, keyCard }: { readonly organisation: string; readonly keyCard: Digest },
): Promise<KeyCard> {
  const known = cards.get(keyCard);
  if (known !== undefined) return known;
  const home = all.members.get(organisation as never)?.endpoint;
  const endpoints = [...(home === undefined ? [] : [home]), self.location.origin];
  const fetching = fetchKeyCard(browserRuntime, endpoints, keyCard);
  cards.set(keyCard, fetching);
  fetching.catch(() => cards.delete(keyCard));
  return fetching;
}

/** The name on a card; `null` while nobody who answers has the card. */
export async function nameOf(
  all: Consortium,
  whose: Parameters<typeof keyCardOf>[1],
): Promise<string | null> {
  return keyCardOf(all, whose).then(
    (card) => card.name,
    () => null,
  );
}
