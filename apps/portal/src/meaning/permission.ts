import type { Action, Exception, Purpose } from "@anamnesis/core/consent/terms";
import type { Day, UnixSeconds } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";

/** What one or several consents to the same grantee permit, whether they are chosen, asked for or signed. */
export interface Permission {
  /** As the patient sees it, and as it stands in the signed consents: `granteeName` makes it. */
  readonly grantee: string;
  /** One for each segment. `["*"]`: all of it. */
  readonly parts: readonly { readonly kind: SegmentKind; readonly resourceTypes: readonly string[] }[];
  readonly actions: readonly Action[];
  readonly purposes: readonly Purpose[];
  /** Days since 1970 of the records, both ends included; `null`: no limit on that side. */
  readonly dataFrom: Day | null;
  readonly dataTo: Day | null;
  readonly exceptions: readonly Exception[];
  /** `null`: from now on. */
  readonly notBefore: UnixSeconds | null;
  readonly notAfter: UnixSeconds;
}
