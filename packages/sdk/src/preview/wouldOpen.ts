import { decide, type Decision, type DecisionRecord, type LedgerState } from "@anamnesis/core/consent/decide";
import type { ConsentBody } from "@anamnesis/core/consent/consent";
import type { Purpose, Terms } from "@anamnesis/core/consent/terms";
import type {
  ActorId,
  Address,
  ConsentId,
  Day,
  Digest,
  OrganisationId,
  SegmentId,
  UnixSeconds,
} from "@anamnesis/core/ids";
import type { Attributes } from "@anamnesis/core/record/attributes";
import type { SegmentKind } from "@anamnesis/core/segment/kind";

export interface PreviewedTerms {
  readonly terms: Terms;
  /** The segment for which the consent is to be signed. */
  readonly segment: SegmentId;
  readonly kind: SegmentKind;
  /** As the reader will say it. */
  readonly purpose: Purpose;
  /** When the reader asks. */
  readonly at: UnixSeconds;
}

export interface PreviewedRecord {
  readonly segment: SegmentId;
  readonly attributes: Attributes;
  readonly state: DecisionRecord["state"];
}

/** Everybody of whom the decision asks: that they are who they say is what a preview takes for granted. */
const id = (digit: string): string => `0x${digit.repeat(64)}`;
const OWNER = `0x${"1".repeat(40)}` as Address;
const READER = `0x${"2".repeat(40)}` as Address;
const ACTOR = id("3") as ActorId;
const ORGANISATION = id("4") as OrganisationId;
const CARD = id("5") as Digest;
const CONSENT = id("6") as ConsentId;
const SALT = new Uint8Array(32);
const NEVER = (2 ** 40 - 1) as UnixSeconds;

/**
 * What custodians will decide on one record once these terms are signed: their own decision, `decide`, on a request in which all holds that the terms do not say. Signed and registered consent, a reader in
 * the directory, custodians that follow the ledger, and an author who was let write.
 */
export function wouldOpen(
  { terms, segment, kind, purpose, at }: PreviewedTerms,
  record: PreviewedRecord,
): Decision {
  const body: ConsentBody = {
    ...terms,
    segment,
    grantee: ACTOR,
    granteeKeys: CARD,
    granteeName: "",
    revoker: OWNER,
    salt: SALT,
  };
  const state: LedgerState = {
    ledgerTime: at,
    localTime: at,
    confirmedAt: at,
    staleAfter: 0,
    owner: OWNER,
    consent: "registered",
    parent: "none",
    delegation: "none",
    actor: {
      organisation: ORGANISATION,
      role: "practitioner",
      signer: READER,
      keyCard: CARD,
      earlierKeyCards: [],
      memberActive: true,
    },
    resharer: null,
    cosigners: [null, null],
  };
  return decide(
    {
      signer: READER,
      requester: { actor: ACTOR, organisation: ORGANISATION, keyCard: CARD },
      action: "read",
      purpose,
      segment,
      kind,
    },
    { consent: { body, id: CONSENT, signer: OWNER }, parent: null, delegation: null, emergency: null },
    {
      ...record,
      organisation: ORGANISATION,
      anchoredOn: 0 as Day,
      permit: {
        body: { segment: record.segment, organisation: ORGANISATION, notAfter: NEVER, salt: SALT },
        signer: OWNER,
      },
    },
    state,
  );
}
