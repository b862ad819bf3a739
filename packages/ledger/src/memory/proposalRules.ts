import { type Hash32, type OrganisationId, parseUnixSeconds } from "@anamnesis/core/ids";
import { proposalIdOf } from "@anamnesis/core/ledger/intents";
import { excludedFrom } from "@anamnesis/core/ledger/proposal";
import { decidedBy, type Tally, tallyOf } from "@anamnesis/core/ledger/tally";
import type { LedgerEventBody } from "@anamnesis/core/ports/ledger";
import { ALREADY, refused } from "../refusal.ts";
import { signerOfActive } from "./authorise.ts";
import { actionRule } from "./actionRules.ts";
import type { IntentOf, Ruling, SignedBy } from "./ruling.ts";
import type { LedgerState, ProposalState } from "./state.ts";

// Each in the order of checks of `Proposals`.

export function propose(state: LedgerState, intent: IntentOf<"Propose">, signedBy: SignedBy): Ruling {
  const { organisation, action, salt } = intent;
  const proposal = proposalIdOf(intent);
  if (state.proposals.has(proposal)) return ALREADY;
  const signer = signerOfActive(state, organisation);
  if (typeof signer !== "string") return signer;
  if (!signedBy(signer)) return refused("bad-signature");
  const ruled = actionRule(state, action);
  if (typeof ruled === "string") return refused(ruled);
  const expires = parseUnixSeconds(state.time + state.parameters.votingPeriod);
  return {
    change: () => state.proposals.set(proposal, { action, expires, closed: false, votes: new Map() }),
    events: [{ type: "proposal-made", proposal, organisation, action, salt, expires }],
    follow: () => (organisation === excludedFrom(action) ? [] : cast(state, proposal, organisation, true)),
  };
}

export function vote(state: LedgerState, intent: IntentOf<"Vote">, signedBy: SignedBy): Ruling {
  const { proposal, organisation, support } = intent;
  const standing = state.proposals.get(proposal);
  if (standing === undefined) return refused("unknown-proposal");
  if (!state.members.has(organisation)) return refused("unknown-member");
  // A vote that is repeated is told so even after it closed the proposal.
  const before = standing.votes.get(organisation);
  if (before !== undefined) return before === support ? ALREADY : refused("voted-otherwise");
  if (!isOpen(state, standing)) return refused("proposal-closed");
  const signer = signerOfActive(state, organisation);
  if (typeof signer !== "string") return signer;
  if (organisation === excludedFrom(standing.action)) return refused("no-vote-about-oneself");
  if (!signedBy(signer)) return refused("bad-signature");
  return { change: () => undefined, events: [], follow: () => cast(state, proposal, organisation, support) };
}

export function settle(state: LedgerState, { proposal }: IntentOf<"SettleProposal">): Ruling {
  const standing = state.proposals.get(proposal);
  if (standing === undefined) return refused("unknown-proposal");
  if (!isOpen(state, standing)) return refused("proposal-closed");
  return { change: () => undefined, events: [], follow: () => close(state, proposal, standing) };
}

function cast(
  state: LedgerState,
  proposal: Hash32,
  organisation: OrganisationId,
  support: boolean,
): readonly LedgerEventBody[] {
  const standing = state.proposals.get(proposal) as ProposalState;
  const next = { ...standing, votes: new Map(standing.votes).set(organisation, support) };
  state.proposals.set(proposal, next);
  return [{ type: "vote-cast", proposal, organisation, support }, ...close(state, proposal, next)];
}

/** Closes the proposal if the votes say so by now. */
function close(state: LedgerState, proposal: Hash32, standing: ProposalState): readonly LedgerEventBody[] {
  const decided = decidedBy(talliedNow(state, standing));
  if (decided === null) return [];
  state.proposals.set(proposal, { ...standing, closed: true });
  if (decided === "rejected") return [{ type: "proposal-rejected", proposal }];
  const ruled = actionRule(state, standing.action);
  if (typeof ruled === "string") return [{ type: "proposal-failed", proposal, problem: ruled }];
  ruled.change();
  return [ruled.event, { type: "proposal-carried-out", proposal }];
}

function talliedNow(state: LedgerState, { action, votes }: ProposalState): Tally {
  const active = new Set(
    [...state.members.values()]
      .filter(({ status }) => status === "active")
      .map((member) => member.organisation),
  );
  return tallyOf({ active, votes, excluded: excludedFrom(action), quorum: state.parameters.quorum });
}

function isOpen(state: LedgerState, { closed, expires }: ProposalState): boolean {
  return !closed && state.time < expires;
}
