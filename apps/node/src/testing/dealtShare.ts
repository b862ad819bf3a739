import type { CommitteeKeyId } from "@anamnesis/core/ids";
import type { TestCommittee } from "@anamnesis/testkit/core/committee";
import type { CustodyShare } from "../keystore/custodyShare.ts";

/**
 * A custodian's share of a committee that was dealt and not generated; it keeps nothing.
 * @param i place among the custodians, from 0; one that is none of them holds no share.
 * @param committee asked at each use: the committee may get its id only later.
 */
export function dealtShare(deal: TestCommittee, i: number, committee: () => CommitteeKeyId): CustodyShare {
  const dealt = deal.custodians[i];
  return {
    held: (wanted) =>
      wanted === committee() && dealt !== undefined
        ? {
            committee: wanted,
            shareEpoch: 0,
            index: dealt.index,
            committeeKey: deal.publicKey,
            verificationShare: dealt.verificationShare,
            secret: dealt.share,
          }
        : null,
    storePending: async () => undefined,
    activate: async () => undefined,
    discardPending: async () => undefined,
  };
}
