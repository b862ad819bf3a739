import type { BodyLabel, Hash32, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { successorOf } from "@anamnesis/core/record/amendment";
import { type Endorsement, endorsementCommitment } from "@anamnesis/core/record/endorsement";
import { bodyLabel, type Header } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import type { WrapContent } from "@anamnesis/core/record/wrap";
import { type LedgerView, recordName } from "./ledgerView.ts";

/** How far a record that others have to co-sign has come. */
export interface EndorsementStanding {
  /**
   * `contradicted`: the ledger names endorsers, a threshold or a header that are not those to which this header commits. Such a record is as
   * good as not endorsed.
   */
  readonly status: "preliminary" | "final" | "contradicted";
  /** Named endorsers that signed this very header, in the order of their signatures. */
  readonly endorsed: readonly OrganisationId[];
  /** With how many it is final; `null` while nobody knows: no name stands on the ledger, and the wrap is closed. */
  readonly needed: number | null;
}

/** What the ledger says of a record, held against the header that the reader has; no node's word is in it. */
export interface RecordStanding {
  /** Its author wrote another one in its place. */
  readonly amended: { readonly successor: Hash32 } | null;
  /** Its author took it back. */
  readonly retracted: boolean;
  readonly erased: boolean;
  /** `null`: its header asks for nobody's signature. */
  readonly endorsement: EndorsementStanding | null;
}

/**
 * @param wrapped what the record's opened wrap holds; without it, a name on the ledger cannot be held against the header's commitment and is taken by its
 * label alone.
 */
export function recordStanding(
  ledger: LedgerView,
  { body }: Pick<Header, "body">,
  wrapped?: Pick<WrapContent, "endorsement">,
): RecordStanding {
  const record = recordIdOf(body.U);
  const name = recordName(body.core.organisation, record);
  const successor = ledger.amendments.get(name);
  return {
    amended: successor === undefined ? null : { successor },
    retracted: ledger.retracted.has(name),
    erased: ledger.erased.has(record),
    endorsement:
      body.core.endorsement === null
        ? null
        : endorsementStanding(
            ledger,
            name,
            bodyLabel(body),
            body.core.endorsement,
            wrapped?.endorsement ?? null,
          ),
  };
}

function endorsementStanding(
  ledger: LedgerView,
  name: string,
  label: BodyLabel,
  commitment: Hash32,
  opening: Endorsement | null,
): EndorsementStanding {
  const named = ledger.endorsers.get(name);
  if (named === undefined) {
    return { status: "preliminary", endorsed: [], needed: opening?.threshold ?? null };
  }
  const { threshold, endorsers } = named;
  const committed =
    opening === null ||
    endorsementCommitment({ threshold, organisations: endorsers, salt: opening.salt }) === commitment;
  if (named.label !== label || !committed) {
    return { status: "contradicted", endorsed: [], needed: opening?.threshold ?? threshold };
  }
  const signed = (ledger.endorsements.get(name) ?? []).filter(
    (event) => event.label === label && endorsers.includes(event.endorser),
  );
  const endorsed = [...new Set(signed.map((event) => event.endorser))];
  const status = endorsed.length >= threshold ? "final" : "preliminary";
  return { status, endorsed, needed: threshold };
}

/** `final`, `preliminary (1 of 2)`, `contradicted`. */
export function endorsementText({ status, endorsed, needed }: EndorsementStanding): string {
  return status === "preliminary" ? `preliminary (${endorsed.length} of ${needed ?? "?"})` : status;
}

/** Which of the opened wraps is the successor that the ledger's hash means; `null` when none is. */
export function findSuccessor(
  { amended }: Pick<RecordStanding, "amended">,
  earlier: RecordId,
  opened: readonly { readonly record: RecordId; readonly content: Pick<WrapContent, "amends"> }[],
): RecordId | null {
  if (amended === null) return null;
  const found = opened.find(
    ({ record, content: { amends } }) =>
      amends?.record === earlier && successorOf(amends.salt, record) === amended.successor,
  );
  return found?.record ?? null;
}
