import {
  type CommitteeCertificate,
  committeeCertificate,
  committeeKeyId,
} from "@anamnesis/core/crypto/dkg/certificate";
import type { Intent } from "@anamnesis/core/ledger/intents";

/** What every custodian signs so that the ledger takes the committee. */
export function adoptCommitteeIntent(
  certificate: CommitteeCertificate,
): Extract<Intent, { type: "AdoptCommittee" }> {
  const { body } = certificate;
  return {
    type: "AdoptCommittee",
    committee: committeeKeyId(body),
    certificate: committeeCertificate.digest(certificate),
    threshold: body.threshold,
    shareEpoch: body.shareEpoch,
    members: body.participants.map((participant) => participant.organisation),
  };
}
