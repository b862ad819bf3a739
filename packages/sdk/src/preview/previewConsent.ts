import type { Purpose, Terms } from "@anamnesis/core/consent/terms";
import type { RecordId } from "@anamnesis/core/ids";
import type { Attributes } from "@anamnesis/core/record/attributes";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerAccess } from "../access.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import type { PatientKeys } from "../keys/patientKeys.ts";
import type { LedgerView } from "../ledgerView.ts";
import { listRecords } from "../listRecords.ts";
import { openWraps } from "../openWraps.ts";
import { recordStanding } from "../recordStanding.ts";
import type { Runtime } from "../runtime.ts";
import { wouldOpen } from "./wouldOpen.ts";

export interface PreviewConsentParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly kinds: readonly SegmentKind[];
  /** To be signed for each kind. */
  readonly terms: Terms;
  readonly purpose: Purpose;
  /** What the ledger says: with it, what was taken back or erased is left out. */
  readonly ledger?: LedgerView;
}

export interface PreviewedConsent {
  readonly records: readonly {
    readonly record: RecordId;
    readonly kind: SegmentKind;
    readonly attributes: Attributes;
  }[];
  /** Records of which the attributes could not be read, with the code. */
  readonly closed: readonly { readonly record: RecordId; readonly code: string }[];
}

/**
 * Which records a consent would open if it was signed now, by the custodians' own decision (`wouldOpen`). It reads what lock A hides, which is the owner's own: no custodian is asked, nothing is signed, and no receipt
 * is left.
 *
 * Throws `unknown-segment`, `homes-unreachable`.
 */
export async function previewConsent(parameters: PreviewConsentParameters): Promise<PreviewedConsent> {
  const { runtime, consortium, keys, kinds, terms, purpose, ledger } = parameters;
  const at = runtime.now();
  const found = await concurrently(kinds, 4, async (kind): Promise<PreviewedConsent> => {
    const access = ownerAccess(keys, kind);
    const common = { runtime, consortium, access };
    const listing = await listRecords({ ...common, purpose: "PATRQT" });
    const { open, closed } = await openWraps({ ...common, listing });
    const records = open.filter(({ header, content }) => {
      const standing = ledger === undefined ? null : recordStanding(ledger, header, content);
      const gone = standing?.erased === true ? "erased" : standing?.retracted === true ? "retracted" : "live";
      const { segment } = access;
      const record = { segment, attributes: content.attributes, state: gone } as const;
      return wouldOpen({ terms, segment, kind, purpose, at }, record).permit;
    });
    return {
      records: records.map(({ record, content }) => ({ record, kind, attributes: content.attributes })),
      closed,
    };
  });
  return { records: found.flatMap(({ records }) => records), closed: found.flatMap(({ closed }) => closed) };
}
