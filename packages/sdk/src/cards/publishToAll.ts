import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import type { Consortium, Member } from "../consortium.ts";
import { gatherAnswers } from "../gatherAnswers.ts";
import type { PatientKeys } from "../keys/patientKeys.ts";
import type { Patience } from "../patience.ts";
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
/** Calls at a time, of more segments than one. */
const AT_ONCE = 8;

export interface PublishOptions {
  /** Seconds for which nodes are asked again that wait for the ledger to have a rotation; 0 by default. */
  readonly wait?: number;
  /** Called after each node's answer. */
  readonly onProgress?: SegmentProgress;
  /** For those that are not needed once enough of each segment have its cards; by default each has the time that its calls have. */
  readonly patience?: Patience;
}

/**
 * Publishes each segment's cards at all custodians and homes. Throws `cards-not-published` when fewer than two homes or
 * fewer than `threshold` custodians of a segment have them: run it again, it goes on where it stopped.
 */
export async function publishToAll(
  runtime: Runtime,
  consortium: Consortium,
  keys: PatientKeys,
  segments: readonly { readonly id: SegmentId; readonly cards: readonly Card[] }[],
  { wait = 0, onProgress = () => undefined, patience }: PublishOptions = {},
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
  const isEnough = (published: readonly Publication[]): boolean =>
    segments.every(({ id, cards }) => {
      const have = published.filter((item) => item.segment === id && item.code === null);
      const at = (wanted: readonly OrganisationId[]) =>
        have.filter((item) => wanted.includes(item.organisation)).length;
      const homes = cards.at(-1)?.body.homes ?? [];
      return at(homes) >= LEAST_HOMES && at(custodians) >= committee.threshold;
    });
  const { decided, all } = gatherAnswers({
    runtime,
    items: work,
    organisationOf: ({ member }) => member.organisation,
    ask: async ({ id, cards, member }, giveUp): Promise<Publication> => {
      const client = patientClient(runtime, keys, id, member.endpoint, giveUp);
      for (;;) {
        const publication = await publishCards(client, member.organisation, id, cards);
        if (publication.code !== "rotation-waiting" || runtime.now() >= until || giveUp.aborted) {
          tell(id);
          return publication;
        }
        await runtime.sleep(PAUSE, giveUp);
      }
    },
    isEnough,
    // Nobody who hangs stands before another node of the same segment.
    atOnce: Math.max(AT_ONCE, ...left.values()),
  });
  await decided;
  const { answers, silent } = await all(patience);
  const given = silent.map(({ item, code }) => {
    return { segment: item.id, organisation: item.member.organisation, code };
  });
  const published = [...answers, ...given];
  if (!isEnough(published)) throw notPublished(consortium, published);
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
