import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { ConsortiumStatus, ProposalStatus } from "@anamnesis/api/routes/consortium";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { printable } from "@anamnesis/core/encoding/printable";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf } from "@anamnesis/core/ledger/newMember";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { ballotOf } from "@anamnesis/sdk/governance/ballotOf";
import { readAction, readFunction } from "@anamnesis/sdk/governance/readAction";
import { nameOf } from "../keyCards.ts";
import type { OrganisationView, ProposalView } from "../protocol/administrator.ts";
import { consortiumHere } from "../session.ts";
import { asAdministrator } from "./administrator.ts";
import { ledgerHere } from "./ledgerHere.ts";
import { plainAction, plainEntrant } from "./plainNames.ts";

/** What an administrator looks at first: whether the node is well, the organisation's people, the members, and what they decide. */
export async function organisation(): Promise<OrganisationView> {
  const node = asAdministrator();
  const [health, status, all, identity] = await Promise.all([
    node.call(exchangeRoutes.health, {}, undefined),
    node.call(adminRoutes.consortiumStatus, {}, undefined),
    consortiumHere(),
    ledgerHere(node),
  ]);
  const members = status.members.map((member) => ({ ...member, name: printable(member.name) }));
  const us = members.find((member) => member.organisation === status.organisation);
  const own = [...all.actors.values()].filter((actor) => actor.organisation === status.organisation);
  const people = await concurrently(own, 8, async (actor) => {
    const { actor: id, role, active } = actor;
    return { id, role, active, name: await nameOf(all, actor) };
  });
  const asked = new Set(
    status.proposals.flatMap(({ state, action }) =>
      state === "open" && action.type === "admit" ? [joinRequestIdOf(action.entrant)] : [],
    ),
  );
  return {
    organisation: status.organisation,
    name: us?.name ?? "",
    active: us?.status === "active",
    status: health.status,
    checks: Object.entries(health.checks).map(([name, check]) => ({ name, ...check })),
    people,
    members,
    parameters: status.parameters,
    requests: status.requests.map(({ request, entrant }) => ({
      request,
      entrant: plainEntrant(entrant),
      proposed: asked.has(request),
    })),
    proposals: status.proposals.map((proposal) => proposalView(proposal, status, identity)),
    pauses: status.pauses.map((pause) => ({ until: pause.until, ...readFunction(identity, pause) })),
    sending: status.sending,
  };
}

function proposalView(
  proposal: ProposalStatus,
  status: ConsortiumStatus,
  identity: LedgerIdentity,
): ProposalView {
  const { action, votes, tally, state, problem, expires } = proposal;
  const { missing, silent, excluded, toCount } = ballotOf(proposal, status);
  const names = new Map(status.members.map((member) => [member.organisation, printable(member.name)]));
  const nameIn = (id: ProposalStatus["organisation"]): string => names.get(id) ?? id;
  const who = (support: boolean): readonly string[] =>
    votes
      .filter((vote) => vote.support === support)
      .map((vote) => nameIn(vote.organisation))
      .sort();
  return {
    id: proposal.proposal,
    action: plainAction(readAction(action, status, identity)),
    by: nameIn(proposal.organisation),
    state,
    problem,
    expires,
    yes: who(true),
    no: who(false),
    silent: silent.map(nameIn).sort(),
    missing,
    required: tally.required,
    voters: tally.voters,
    own: votes.find((vote) => vote.organisation === status.organisation)?.support ?? null,
    sending: status.sending.some(({ about, refusal }) => about === proposal.proposal && refusal === null),
    aboutUs: excluded === status.organisation,
    toCount,
  };
}
