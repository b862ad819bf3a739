import { type KeyCard, keyCardDigest, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import type { MemberKey } from "@anamnesis/core/evidence/verifyEvidence";
import type { OrganisationId } from "@anamnesis/core/ids";
import { type Consortium, fetchKeyCard } from "./consortium.ts";
import type { Runtime } from "./runtime.ts";

/** A member's key cards as far as nodes that answer have them. */
export interface MemberCards {
  /** The one whose digest is the organisation's id: with it a signature is checked against its id alone. */
  readonly first: KeyCard;
  /** Those of later keys, oldest first. */
  readonly later: readonly KeyCard[];
  /** The one that counts now; `null` when no node that answers has it. */
  readonly present: KeyCard | null;
}

/** From any member's node; `null` when the first one cannot be had. */
export async function memberCards(
  runtime: Runtime,
  { members }: Pick<Consortium, "members">,
  organisation: OrganisationId,
): Promise<MemberCards | null> {
  const member = members.get(organisation);
  if (member === undefined) return null;
  // The others first: it is mostly asked for when this one has lied.
  const others = [...members.values()].filter((other) => other.organisation !== organisation);
  const endpoints = [...others, member].map((at) => at.endpoint);
  const digests = [...member.earlierKeys.toReversed(), member].map((key) => key.keyCard);
  const [first, ...later] = await Promise.all(
    digests.map((digest) => fetchKeyCard(runtime, endpoints, digest).catch(() => null)),
  );
  if (first === undefined || first === null || organisationIdOf(first) !== organisation) return null;
  const known = later.filter((card) => card !== null);
  const present = [first, ...known].find((card) => keyCardDigest(card) === member.keyCard) ?? null;
  return { first, later: known, present };
}

/** Who is accused, as evidence names it. */
export function aboutAccused(
  accused: OrganisationId,
  { first, later }: MemberCards,
): {
  readonly accused: OrganisationId;
  readonly keyCard: KeyCard;
  readonly laterCards?: readonly KeyCard[];
} {
  return { accused, keyCard: first, ...(later.length === 0 ? {} : { laterCards: later }) };
}

/** The cards that a directory names, whose times it does not tell. */
export function keysIn(
  { members }: Pick<Consortium, "members">,
  organisation: OrganisationId,
): readonly MemberKey[] {
  const member = members.get(organisation);
  return member === undefined ? [] : [member, ...member.earlierKeys].map(({ keyCard }) => ({ keyCard }));
}
