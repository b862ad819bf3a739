import { leafHash, verifyInclusion } from "@anamnesis/core/audit/merkleTree";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Address, BodyLabel, Hash32, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import type { Header, RecordCore } from "@anamnesis/core/record/header";
import { isOwners } from "@anamnesis/core/record/isOwners";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { verifyHeader } from "@anamnesis/core/record/verifyHeader";
import type { AnchorProof } from "@anamnesis/core/release/releaseRequest";
import type { Card } from "@anamnesis/core/segment/card";
import type { Consortium } from "./consortium.ts";
import type { LedgerView } from "./ledgerView.ts";

export interface VerifyRecordParameters {
  readonly consortium: Consortium;
  readonly header: Header;
  readonly anchor: AnchorProof;
  /** What the ledger itself says, or the batch's root when the caller knows it from elsewhere. */
  readonly ledger: LedgerView | { readonly root: Hash32 };
  /** The segment's, verified from the first one: they say who may have written as its owner. None by default, and so no owner. */
  readonly cards?: readonly Card[];
}

export interface VerifiedRecord {
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly organisation: OrganisationId;
  readonly signer: Address;
  /** Number of the batch among its organisation's. */
  readonly sequence: number;
  readonly root: Hash32;
  /** Time of the batch's block; `null` when only a root was given. */
  readonly anchoredAt: UnixSeconds | null;
}

/**
 * Checks a record's header without trusting any node: proof under its own label, author in the directory, leaf in the
 * batch whose root stands on the ledger. Throws `bad-header`, and `record-not-verified` with `meta.reason`
 * `committee`, `author`, `batch` (no such batch on the ledger) or `path`.
 */
export function verifyRecord(parameters: VerifyRecordParameters): VerifiedRecord {
  const { consortium, header, anchor, ledger } = parameters;
  const { core } = header.body;
  if (core.committee !== consortium.committee.id) throw notVerified("committee");
  const { record, label, signer } = verifyHeader(header, consortium.committee.key);
  if (!isAuthor(consortium, core, signer, parameters.cards ?? [])) throw notVerified("author");
  const { organisation } = core;
  const { sequence, index, size, path } = anchor;
  const batch = "root" in ledger ? null : ledger.batches.get(organisation)?.get(sequence);
  if (batch === undefined || (batch !== null && batch.count !== size)) throw notVerified("batch");
  const root = "root" in ledger ? ledger.root : (batch?.root as Hash32);
  const leaf = leafHash(encodeLeaf({ record, label, organisation }));
  if (!verifyInclusion({ leafHash: leaf, index, size, path, root: fromHex(root) })) throw notVerified("path");
  return { record, label, organisation, signer, sequence, root, anchoredAt: batch?.time ?? null };
}

type Directory = Pick<Consortium, "members" | "actors">;
type Authored = Pick<RecordCore, "organisation" | "author" | "segment">;

/**
 * True when `signer` is the account of the header's organisation, or of a device or practitioner of it, by the directory; of a record that names its segment as
 * author, when it is an owner's by the segment's cards.
 * @param cards verified, from the first.
 */
export function isAuthor(
  directory: Directory,
  core: Authored,
  signer: Address,
  cards: readonly Card[],
): boolean {
  return authorsOf(directory, core, cards).includes(signer);
}

/** The accounts whose signature a header may carry, see `isAuthor`. */
export function authorsOf(directory: Directory, core: Authored, cards: readonly Card[]): readonly Address[] {
  if (!isOwners(core)) return organisationsAuthors(directory, core);
  const own = cards.filter(({ body }) => body.segment === core.segment);
  return [...new Set(own.map(({ body }) => body.owner))];
}

/** As `isAuthor`, of what organisations answer for: an owner's records accuse none of them. */
export function isOrganisations(
  directory: Directory,
  core: Pick<RecordCore, "organisation" | "author">,
  signer: Address,
): boolean {
  return organisationsAuthors(directory, core).includes(signer);
}

function organisationsAuthors(
  { members, actors }: Directory,
  { organisation, author }: Pick<RecordCore, "organisation" | "author">,
): readonly Address[] {
  if ((author as string) === (organisation as string)) {
    const member = members.get(organisation);
    // With the key that it has, or with one that it had before: its own anchor vouches for that.
    return member === undefined ? [] : [member, ...member.earlierKeys].map((key) => key.signer);
  }
  const actor = actors.get(author);
  // Active or not: what somebody wrote before leaving stays their own.
  const writes = actor?.role === "device" || actor?.role === "practitioner";
  return writes && actor.organisation === organisation ? [actor.signer] : [];
}

function notVerified(
  reason: "committee" | "author" | "batch" | "path",
): AnamnesisError<"record-not-verified"> {
  return new AnamnesisError({
    code: "record-not-verified",
    rule: "A record stands, by its author's signature, in a batch whose root is on the ledger.",
    fix: "Fetch header and anchor again from another home; if it stays so, report its author.",
    meta: { reason },
  });
}
