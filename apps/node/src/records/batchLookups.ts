import type { RecordBatch } from "@anamnesis/api/routes/exchange";
import type { Address, Digest, SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import { type Permit, permitDigest, verifyPermit } from "@anamnesis/core/segment/permit";
import { type ActiveCommittee, activeCommittee } from "../committee/activeCommittee.ts";
import type { NodeContext } from "../context.ts";
import { newestCards } from "../segments/cardStore.ts";
import { findPermit } from "../segments/permitStore.ts";
import { memoised } from "../runtime/memoised.ts";
import { type AuthorNames, authorSigned } from "./authorSigned.ts";

/** What the records of one batch have in common, looked up once each. */
export interface BatchLookups {
  readonly committee: () => Promise<ActiveCommittee | null>;
  readonly card: (segment: SegmentId) => Promise<Card | null>;
  /** Who owns the card's segment now, as `currentOwner` says. */
  readonly owner: (card: Card) => Promise<Address>;
  /** The permit of this name when `owner` signed it, from the batch or from this node; else `null`. */
  readonly permit: (name: Digest, owner: Address) => Promise<Permit | null>;
  readonly authorSigned: (core: AuthorNames, signer: Address) => Promise<boolean>;
}

export function batchLookups(context: NodeContext, batch: RecordBatch): BatchLookups {
  const { identity } = context.ledger;
  const segments = [...new Set(batch.records.map(({ header }) => header.body.core.segment))];
  const cards = memoised(
    () => "",
    () => newestCards(context.db, segments),
  );
  const rotations = memoised(
    () => "",
    () => context.copy.rotations(segments),
  );
  const given = new Map(batch.permits.map((value) => [permitDigest(identity, value.body), value]));
  return {
    committee: memoised(
      () => "",
      () => activeCommittee(context),
    ),
    card: async (segment) => (await cards()).get(segment) ?? null,
    owner: async ({ body }) => (await rotations()).get(body.segment)?.owner ?? body.owner,
    permit: memoised(
      (name, owner) => `${name}${owner}`,
      async (name, owner) => {
        const signed = given.get(name);
        if (signed !== undefined && verifyPermit(identity, signed, owner)) return signed;
        // A device that has not heard of a rotation brings the signature of the owner before.
        const kept = await findPermit(context.db, name);
        return kept !== null && verifyPermit(identity, kept, owner) ? kept : null;
      },
    ),
    authorSigned: memoised(
      ({ organisation, author, segment }, signer) => `${organisation}${author}${segment}${signer}`,
      (core, signer) => {
        const when = core.organisation === context.organisation ? "now" : "ever";
        return authorSigned(context, core, signer, when);
      },
    ),
  };
}
