import type { Terms } from "@anamnesis/core/consent/terms";
import type { Day, UnixSeconds } from "@anamnesis/core/ids";
import type { NewShare, SharedPart } from "../worker/protocol.ts";

/** What the consent to one part of a share says: for the sentence that is shown and the consent that is signed alike. */
export function termsOf(
  share: Omit<NewShare, "grantee">,
  { resourceTypes }: Pick<SharedPart, "resourceTypes">,
): Terms {
  return {
    resourceTypes,
    actions: ["read"],
    purposes: [share.purpose],
    dataFrom: share.dataFrom as Day | null,
    dataTo: null,
    exceptions: [],
    notBefore: share.notBefore as UnixSeconds,
    notAfter: share.notAfter as UnixSeconds,
  };
}
