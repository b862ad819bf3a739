import type { Address, SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { RecordCore } from "@anamnesis/core/record/header";
import { isOwners } from "@anamnesis/core/record/isOwners";
import { card } from "@anamnesis/core/segment/card";
import type { LedgerCopy } from "../indexer/ledgerCopy.ts";
import { type SignedWhen, signsFor } from "./signsFor.ts";

/** Who a header says has written it, and for whom. */
export type AuthorNames = Pick<RecordCore, "organisation" | "author" | "segment">;

interface Context {
  readonly copy: Pick<LedgerCopy, "memberKeys" | "actor" | "actorHistory">;
  readonly db: Queryable;
}

/**
 * True when `signer` may be the author that a header names: the organisation, a device or practitioner of it, or the segment's owner, who names the segment
 * itself as the author.
 */
export async function authorSigned(
  { copy, db }: Context,
  core: AuthorNames,
  signer: Address,
  when: SignedWhen,
): Promise<boolean> {
  return isOwners(core)
    ? ownerSigned(db, core.segment, signer, when)
    : signsFor(copy, core.organisation, core.author, signer, when);
}

/** Who owns a segment is what its first card says, until the ledger has a rotation of it. What an owner wrote before a rotation stays the owner's. */
async function ownerSigned(
  db: Queryable,
  segment: SegmentId,
  signer: Address,
  when: SignedWhen,
): Promise<boolean> {
  const rotations = await db.query<{ owner: Address; block: number }>(
    "select owner, block from ledger_owners where segment = $1 order by generation",
    [segment],
  );
  const firsts = await db.query<{ bytes: Uint8Array }>(
    "select bytes from cards where segment = $1 and number = 0",
    [segment],
  );
  const first = firsts[0] === undefined ? [] : [card.decode(firsts[0].bytes).body.owner];
  if (when === "ever") return [...first, ...rotations.map(({ owner }) => owner)].includes(signer);
  const until = when === "now" ? Infinity : when.block;
  const owners = [...first, ...rotations.filter(({ block }) => block <= until).map(({ owner }) => owner)];
  return owners.at(-1) === signer;
}
