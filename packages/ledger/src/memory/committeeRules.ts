import type { OrganisationId } from "@anamnesis/core/ids";
import { functionOf } from "@anamnesis/core/ledger/functions";
import type { IntentOutcome } from "@anamnesis/core/ports/ledger";
import { ALREADY, refused } from "../refusal.ts";
import { isPaused, signerOfActive } from "./authorise.ts";
import type { IntentOf, Ruling, SignedBy } from "./ruling.ts";
import type { LedgerState } from "./state.ts";

/** `Committees` in its order of checks. */
export function adoptCommittee(
  state: LedgerState,
  intent: IntentOf<"AdoptCommittee">,
  signatureCount: number,
  signedBy: SignedBy,
): Ruling {
  const { type: _, ...fields } = intent;
  const { members, threshold } = intent;
  if (isPaused(state, functionOf(state.identity, "AdoptCommittee"))) return refused("function-paused");
  const [standing] = state.committees.values();
  const judged = standing === undefined ? null : judgeEpoch(standing, intent);
  if (judged !== null) return judged;
  if (threshold < 2 || threshold > members.length || members.length > 255) return refused("bad-threshold");
  const custodians = [...state.members.values()].filter(
    ({ custodian, status }) => custodian && status === "active",
  ).length;
  if (standing === undefined && members.length * 2 <= custodians) return refused("too-few-custodians");
  const places = members.length + (standing?.members.length ?? 0);
  if (signatureCount !== places) return refused("signature-count");
  const seen = new Set<OrganisationId>();
  for (const [index, organisation] of members.entries()) {
    if (seen.has(organisation)) return refused("duplicate-member");
    seen.add(organisation);
    const signer = signerOfActive(state, organisation);
    if (typeof signer !== "string") return signer;
    if (state.members.get(organisation)?.custodian !== true) return refused("not-custodian");
    if (!signedBy(signer, index)) return refused("bad-signature");
  }
  // The places of the standing committee come after; a custodian that is in both signed in the first part.
  let signed = 0;
  for (const [index, organisation] of (standing?.members ?? []).entries()) {
    const place = members.length + index;
    const signer = signerOfActive(state, organisation);
    // One that is suspended or removed counts for nothing, whatever it signed.
    if (typeof signer !== "string") continue;
    if (!seen.has(organisation)) {
      if (signedBy(null, place)) continue;
      if (!signedBy(signer, place)) return refused("bad-signature");
    }
    signed++;
  }
  if (standing !== undefined && signed < standing.threshold) return refused("too-few-standing");
  return {
    change: () => state.committees.set(intent.committee, intent),
    events: [{ type: "committee-adopted", ...fields }],
  };
}

/** `null` when the intent has the standing committee's id and the share epoch after its. */
function judgeEpoch(
  standing: IntentOf<"AdoptCommittee">,
  intent: IntentOf<"AdoptCommittee">,
): IntentOutcome | null {
  if (standing.committee !== intent.committee) return refused("committee-conflict");
  if (intent.shareEpoch > standing.shareEpoch) {
    return intent.shareEpoch - standing.shareEpoch === 1 ? null : refused("share-epoch-gap");
  }
  if (intent.shareEpoch < standing.shareEpoch) return refused("share-epoch-past");
  return isSameCommittee(standing, intent) ? ALREADY : refused("committee-conflict");
}

function isSameCommittee(a: IntentOf<"AdoptCommittee">, b: IntentOf<"AdoptCommittee">): boolean {
  return (
    a.certificate === b.certificate &&
    a.threshold === b.threshold &&
    a.shareEpoch === b.shareEpoch &&
    a.members.length === b.members.length &&
    a.members.every((member, i) => member === b.members[i])
  );
}
