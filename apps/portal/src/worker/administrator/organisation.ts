import { adminRoutes } from "@anamnesis/api/routes/admin";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { nameOf } from "../keyCards.ts";
import type { OrganisationView } from "../protocol.ts";
import { consortiumHere } from "../session.ts";
import { asAdministrator } from "./administrator.ts";

/** What an administrator looks at first: whether the node is well, the organisation's people, the members, and what they decide. */
export async function organisation(): Promise<OrganisationView> {
  const node = asAdministrator();
  const [health, status, all] = await Promise.all([
    node.call(exchangeRoutes.health, {}, undefined),
    node.call(adminRoutes.consortiumStatus, {}, undefined),
    consortiumHere(),
  ]);
  const names = new Map(status.members.map((member) => [member.organisation, member.name]));
  const own = [...all.actors.values()].filter((actor) => actor.organisation === status.organisation);
  const people = await concurrently(own, 8, async (actor) => {
    const { actor: id, role, active } = actor;
    return { id, role, active, name: await nameOf(all, actor) };
  });
  return {
    name: names.get(status.organisation) ?? "",
    status: health.status,
    checks: Object.entries(health.checks).map(([name, check]) => ({ name, ...check })),
    people,
    members: status.members.map(({ name, kind, custodian, status: standing }) => ({
      name,
      kind,
      custodian,
      status: standing,
    })),
    proposals: status.proposals.map(
      ({ proposal, organisation: by, action, state, expires, votes, tally }) => ({
        id: proposal,
        action: action.type,
        by: names.get(by) ?? "",
        state,
        expires,
        yes: tally.yes,
        no: tally.no,
        required: tally.required,
        own: votes.find((vote) => vote.organisation === status.organisation)?.support ?? null,
      }),
    ),
  };
}
