import { consentSentence } from "@anamnesis/core/consent/consentSentence";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { NewShare } from "../worker/protocol.ts";
import { termsOf } from "./termsOf.ts";

export interface SignedSentence {
  readonly kind: SegmentKind;
  readonly sentence: string;
}

/**
 * What each consent of a share will say, word for word: the sentence that core builds for what is signed, which is the first that a wallet shows. One for each part of the record.
 */
export function signedSentences(
  share: Omit<NewShare, "grantee">,
  granteeName: string,
): readonly SignedSentence[] {
  return share.parts.map((part) => ({
    kind: part.kind,
    sentence: consentSentence({ granteeName, ...termsOf(share, part) }),
  }));
}
