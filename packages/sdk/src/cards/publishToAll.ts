import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import { concurrently } from "../concurrently.ts";
import type { Consortium, Member } from "../consortium.ts";
import type { PatientKeys } from "../keys/patientKeys.ts";
import { patientClient } from "../patientClient.ts";
import type { Runtime } from "../runtime.ts";
import { type Publication, publishCards } from "./publishCards.ts";

/** Homes that must have a segment's card before anything can be stored in it. */
export const LEAST_HOMES = 2;

/** Throws `unknown-home`. */
export function membersOf(
  consortium: Consortium,
  organisations: readonly OrganisationId[],
): readonly Member[] {
  return organisations.map((organisation) => {
    const member = consortium.members.get(organisation);
    if (member !== undefined) return member;
    throw new AnamnesisError({
      code: "unknown-home",
      rule: "A segment's homes are members of the consortium.",
      fix: "Choose homes from the directory.",
      meta: { organisation },
    });
  });
}

/** Segments that are done, of all. */
export type SegmentProgress = (progress: { readonly done: number; readonly of: number }) => void;

/** Milliseconds between two looks at a node that waits for the ledger. */
const PAUSE = 250;

/**
 * Publishes each segment's cards at all custodians and homes. Throws `cards-not-published` when fewer than two homes or
 * fewer than `threshold` custodians of a segment have them: run it again, it goes on where it stopped.
 *
 * @param wait seconds for which nodes are asked again that wait for the ledger to have a rotation.
 * @param onProgress called after each node's answer.
 */
export async function publishToAll(
  runtime: Runtime,
  consortium: Consortium,
  keys: PatientKeys,
  segments: readonly { readonly id: SegmentId; readonly cards: readonly Card[] }[],
  wait = 0,
  onProgress: SegmentProgress = () => undefined,
): Promise<readonly Publication[]> {
  const until = runtime.now() + wait;
  const { committee } = consortium;
  const custodians = committee.custodians.map((custodian) => custodian.organisation);
  const work = segments.flatMap(({ id, cards }) => {
    const homes = cards.at(-1)?.body.homes ?? [];
    return membersOf(consortium, [...new Set([...homes, ...custodians])]).map((member) => ({
      id,
      cards,
      member,
    }));
  });
  const left = new Map(segments.map(({ id }) => [id, work.filter((item) => item.id === id).length]));
  const tell = (id: SegmentId): void => {
    left.set(id, (left.get(id) ?? 1) - 1);
    onProgress({ done: [...left.values()].filter((count) => count === 0).length, of: segments.length });
  };
  const publish = async ({ id, cards, member }: (typeof work)[number]): Promise<Publication> => {
    const client = patientClient(runtime, keys, id, member.endpoint);
    for (;;) {
      const publication = await publishCards(client, member.organisation, id, cards);
      if (publication.code !== "rotation-waiting" || runtime.now() >= until) {
        tell(id);
        return publication;
      }
      await runtime.sleep(PAUSE);
    }
  };
  const published = await concurrently(work, 8, publish);
  for (const { id, cards } of segments) {
    const homes = cards.at(-1)?.body.homes ?? [];
    const have = published.filter((item) => item.segment === id && item.code === null);
    const at = (wanted: readonly OrganisationId[]) =>
      have.filter((item) => wanted.includes(item.organisation)).length;
    if (at(homes) < LEAST_HOMES || at(custodians) < committee.threshold) {
      throw notPublished(consortium, published);
    }
  }
  return published;
}

function notPublished(
  consortium: Consortium,
  published: readonly Publication[],
): AnamnesisError<"cards-not-published"> {
  const failed = published.filter((item) => item.code !== null);
  const names = new Set(failed.map((item) => consortium.members.get(item.organisation)?.name ?? "?"));
  return new AnamnesisError({
    code: "cards-not-published",
    rule: "A segment's card stands at two of its homes and at as many custodians as the threshold.",
    fix: "Run this again when the named nodes are up; what is done already stays.",
    meta: {
      missing: [...names].join(", "),
      codes: [...new Set(failed.map((item) => item.code ?? ""))].join(", "),
    },
  });
}
