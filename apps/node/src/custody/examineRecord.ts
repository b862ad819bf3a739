import {
  type Basis,
  decide,
  type DecisionAuthority,
  type DecisionRequest,
  type LedgerState,
  type RecordState,
} from "@anamnesis/core/consent/decide";
import { type Address, dayOf, type Digest, type OrganisationId, type RecordId } from "@anamnesis/core/ids";
import { attributesCommitment } from "@anamnesis/core/record/attributes";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import type { Header } from "@anamnesis/core/record/header";
import type { VerifiedHeader } from "@anamnesis/core/record/verifyHeader";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import type { RequestedRecord } from "@anamnesis/core/release/releaseRequest";
import type { Permit } from "@anamnesis/core/segment/permit";
import { leafHash, verifyInclusion } from "@anamnesis/core/audit/merkleTree";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import type { FirstAnchored } from "../indexer/ledgerCopy.ts";
import type { AuthorNames } from "../records/authorSigned.ts";
import type { HeaderProofs } from "../records/headerProofs.ts";

/** What became of one record of a request. `code` goes into the receipt alone, never to the requester. */
export type Examination =
  | { readonly record: RecordId; readonly permit: true; readonly basis: Basis }
  | { readonly record: RecordId; readonly permit: false; readonly code: string };

export interface ExaminationParts {
  readonly request: DecisionRequest;
  readonly authority: DecisionAuthority;
  readonly state: LedgerState;
  /** With the account that signed each, `null` when nobody did. */
  readonly permits: ReadonlyMap<Digest, { readonly body: Permit["body"]; readonly signer: Address | null }>;
  readonly committeeKey: Uint8Array;
  readonly committee: string;
  /** Looked up once a request. */
  readonly firstAnchored: (name: {
    readonly record: RecordId;
    readonly organisation: OrganisationId;
  }) => FirstAnchored | null;
  /** What became of it on the ledger; looked up once a request. */
  readonly stateOf: (name: {
    readonly record: RecordId;
    readonly organisation: OrganisationId;
  }) => RecordState;
  /** Whether a signer was the author's at a block; looked up once a request. */
  readonly authorSigned: (core: AuthorNames, signer: Address, block: number) => Promise<boolean>;
}

/**
 * Everything a custodian checks about one record: first anchored, in its batch, by its author, bound to its own U,
 * with opened attributes; then `decide`. It never throws for what a requester sent.
 */
export async function examineRecord(
  proofs: HeaderProofs,
  parts: ExaminationParts,
  item: RequestedRecord,
): Promise<Examination> {
  const { body } = item.header;
  const { core } = body;
  const record = recordIdOf(body.U);
  const deny = (code: string): Examination => ({ record, permit: false, code });
  if (core.committee !== parts.committee) return deny("wrong-committee");
  const first = parts.firstAnchored({ record, organisation: core.organisation });
  const verified = provedBy(proofs, item.header, parts.committeeKey);
  if (verified === null) return deny("bad-header");
  if (first === null) return deny("not-anchored");
  if (first.label !== verified.label) return deny("not-first-anchored");
  const { sequence, index, size, path } = item.anchor;
  const leaf = encodeLeaf({ record, label: verified.label, organisation: core.organisation });
  const included =
    sequence === first.sequence &&
    index === first.index &&
    size === first.batch.count &&
    verifyInclusion({ leafHash: leafHash(leaf), index, size, path, root: fromHex(first.batch.root) });
  if (!included) return deny("not-anchored");
  if (!(await parts.authorSigned(core, verified.signer, first.batch.block))) return deny("unknown-author");
  if (attributesCommitment(item.attributes, item.salt) !== core.attributes)
    return deny("attributes-mismatch");
  const decision = decide(
    parts.request,
    parts.authority,
    {
      segment: core.segment,
      organisation: core.organisation,
      attributes: item.attributes,
      anchoredOn: dayOf(first.batch.time),
      state: parts.stateOf({ record, organisation: core.organisation }),
      permit: parts.permits.get(core.permit) ?? null,
    },
    parts.state,
  );
  return decision.permit ? { record, permit: true, basis: decision.basis } : deny(decision.code);
}

function provedBy(proofs: HeaderProofs, header: Header, committeeKey: Uint8Array): VerifiedHeader | null {
  try {
    return proofs.verify(header, committeeKey);
  } catch {
    return null;
  }
}
