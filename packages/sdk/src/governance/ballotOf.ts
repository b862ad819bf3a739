import type { ConsortiumStatus, ProposalStatus } from "@anamnesis/api/routes/consortium";
import type { OrganisationId } from "@anamnesis/core/ids";
import { excludedFrom } from "@anamnesis/core/ledger/proposal";
import { decidedBy } from "@anamnesis/core/ledger/tally";

/** How far a vote is, by the members as they stand now. */
export interface Ballot {
  /** Votes for it that are still needed. */
  readonly missing: number;
  /** Votes against it that would end it; 0: it cannot be carried any more. */
  readonly toReject: number;
  /** Active members who may vote and have not. */
  readonly silent: readonly OrganisationId[];
  /** Whose own suspension or removal it is: it has no vote. */
  readonly excluded: OrganisationId | null;
  /** The votes are enough either way, and only nobody has counted them since: `settle` does. */
  readonly toCount: boolean;
}

/** Pure: as the contract counts (`tallyOf`). */
export function ballotOf(
  { action, votes, state, tally }: Pick<ProposalStatus, "action" | "votes" | "state" | "tally">,
  { members }: Pick<ConsortiumStatus, "members">,
): Ballot {
  const excluded = excludedFrom(action);
  const voted = new Set(votes.map(({ organisation }) => organisation));
  const silent = members.filter(
    ({ organisation, status }) =>
      status === "active" && organisation !== excluded && !voted.has(organisation),
  );
  const { yes, no, voters, required } = tally;
  return {
    missing: Math.max(0, required - yes),
    toReject: Math.max(0, voters - no - required + 1),
    silent: silent.map(({ organisation }) => organisation),
    excluded,
    toCount: state === "open" && decidedBy(tally) !== null,
  };
}
