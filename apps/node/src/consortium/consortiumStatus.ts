import type { ConsortiumStatus, ProposalStatus } from "@anamnesis/api/routes/consortium";
import type { Address, Hash32, Hex, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { type Intent, proposalIdOf } from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf, type NewMember } from "@anamnesis/core/ledger/newMember";
import {
  type ConsortiumParameters,
  DEFAULT_PARAMETERS,
  excludedFrom,
  type ProposalAction,
} from "@anamnesis/core/ledger/proposal";
import { tallyOf } from "@anamnesis/core/ledger/tally";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { type StoredIntent, unpackIntent } from "../outbox/storedIntent.ts";

const MOST_REQUESTS = 256;
/** With those that ended; older ones stand on the ledger. */
const MOST_PROPOSALS = 512;
const MOST_SENDING = 256;

type StatusContext = Pick<NodeContext, "db" | "copy" | "organisation">;

/** What the members decided and what they are deciding, as of this node's copy of the ledger. */
export async function consortiumStatus(context: StatusContext): Promise<ConsortiumStatus> {
  const { db, copy, organisation } = context;
  const time = copy.head()?.time ?? (0 as UnixSeconds);
  const members = await copy.members();
  const committee = await copy.committee();
  const parameters = await parametersOf(db);
  const active = new Set(
    members.filter(({ status }) => status === "active").map((member) => member.organisation),
  );
  return {
    organisation,
    members: members.map(({ organisation: id, kind, name, endpoint, custodian, status }) => {
      return { organisation: id, kind, name, endpoint, custodian, status };
    }),
    requests: await requestsOf(db),
    proposals: await proposalsOf(db, { time, active, quorum: parameters.quorum }),
    parameters,
    pauses: await db.query<{ target: Address; selector: Hex; until: UnixSeconds; [column: string]: unknown }>(
      `select distinct on (target, selector) target, selector, until from (
         select *, row_number() over (partition by target, selector order by block desc, event_index desc) as age
         from ledger_pauses) p
       where age = 1 and until > $1 order by target, selector limit 256`,
      [time],
    ),
    contracts: await db.query<{
      contract: Hash32;
      version: number;
      target: Address;
      codehash: Hash32;
      [column: string]: unknown;
    }>(
      `select distinct on (contract) contract, version, target, codehash from ledger_contracts
       order by contract, version desc limit 256`,
    ),
    committee:
      committee === null
        ? null
        : {
            committee: committee.committee,
            threshold: committee.threshold,
            shareEpoch: committee.shareEpoch,
            members: committee.members,
          },
    sending: await sendingOf(db),
  };
}

async function parametersOf(db: Queryable): Promise<ConsortiumParameters> {
  const rows = await db.query<{ parameter: keyof ConsortiumParameters; value: number }>(
    "select distinct on (parameter) parameter, value from ledger_parameters order by parameter, block desc, event_index desc",
  );
  // Every ledger begins with events of all four; before this node has read those, its copy has nothing to decide on either.
  return { ...DEFAULT_PARAMETERS, ...Object.fromEntries(rows.map((row) => [row.parameter, row.value])) };
}

async function requestsOf(db: Queryable): Promise<ConsortiumStatus["requests"]> {
  return db.query<{ request: Hash32; entrant: NewMember; [column: string]: unknown }>(
    `select r.request, r.entrant from ledger_join_requests r
     where not exists (select 1 from ledger_members m where m.organisation = r.entrant->>'organisation')
     order by r.block desc, r.event_index desc limit $1`,
    [MOST_REQUESTS],
  );
}

interface Now {
  readonly time: UnixSeconds;
  readonly active: ReadonlySet<OrganisationId>;
  readonly quorum: number;
}

async function proposalsOf(db: Queryable, now: Now): Promise<readonly ProposalStatus[]> {
  const rows = await db.query<{
    proposal: Hash32;
    organisation: OrganisationId;
    action: ProposalAction;
    expires: UnixSeconds;
    outcome: "carried-out" | "rejected" | "failed" | null;
    problem: string | null;
    votes: readonly { readonly organisation: OrganisationId; readonly support: boolean }[];
  }>(
    `select p.proposal, p.organisation, p.action, p.expires, e.outcome, e.problem,
       (select coalesce(jsonb_agg(jsonb_build_object('organisation', v.organisation, 'support', v.support)
          order by v.block, v.organisation), '[]') from ledger_votes v where v.proposal = p.proposal) as votes
     from ledger_proposals p left join ledger_proposal_ends e on e.proposal = p.proposal
     order by (e.proposal is null and p.expires > $1) desc, p.block desc, p.event_index desc limit $2`,
    [now.time, MOST_PROPOSALS],
  );
  return rows.map(({ outcome, votes, ...row }) => ({
    ...row,
    state: outcome ?? (now.time < row.expires ? "open" : "expired"),
    votes,
    tally: tallyOf({
      active: now.active,
      votes: new Map(votes.map((vote) => [vote.organisation, vote.support])),
      excluded: excludedFrom(row.action),
      quorum: now.quorum,
    }),
  }));
}

async function sendingOf(db: Queryable): Promise<ConsortiumStatus["sending"]> {
  const rows = await db.query<StoredIntent & { refusal: string | null }>(
    `select signed, intent, refusal from outbox
     where state <> 'done' and type in ('RequestJoin', 'Propose', 'Vote', 'SettleProposal') order by id desc limit $1`,
    [MOST_SENDING],
  );
  return rows.flatMap((row) => {
    const { intent } = unpackIntent(row);
    const about = aboutOf(intent);
    return about === null ? [] : [{ ...about, refusal: row.refusal }];
  });
}

function aboutOf(intent: Intent): Pick<ConsortiumStatus["sending"][number], "type" | "about"> | null {
  if (intent.type === "Propose") return { type: intent.type, about: proposalIdOf(intent) };
  if (intent.type === "Vote" || intent.type === "SettleProposal") {
    return { type: intent.type, about: intent.proposal };
  }
  if (intent.type !== "RequestJoin") return null;
  const { type, ...entrant } = intent;
  return { type, about: joinRequestIdOf(entrant) };
}
