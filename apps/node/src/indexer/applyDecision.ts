import { unreachable } from "@anamnesis/core/errors";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import type { ProposalAction } from "@anamnesis/core/ledger/proposal";
import type { LedgerEvent } from "@anamnesis/core/ports/ledger";
import type { Queryable } from "@anamnesis/core/ports/database";
import { retryOutbox } from "../outbox/recheckOutbox.ts";
import { insert, storable } from "./insert.ts";

type DecisionEvent = Extract<
  LedgerEvent,
  {
    type:
      | "join-requested"
      | "proposal-made"
      | "vote-cast"
      | "proposal-carried-out"
      | "proposal-rejected"
      | "proposal-failed"
      | "parameter-set"
      | "contract-adopted"
      | "function-paused"
      | "pause-lifted";
  }
>;

/** The part of `applyEvent` about how members decide. */
export async function applyDecision(tx: Queryable, event: DecisionEvent): Promise<void> {
  const { block, index, time } = event;
  switch (event.type) {
    case "join-requested": {
      const { organisation, kind, signer, keyCard, custodian, name, endpoint } = event;
      const entrant = storedEntrant({ organisation, kind, signer, keyCard, custodian, name, endpoint });
      await tx.query(
        `insert into ledger_join_requests (request, entrant, block, event_index)
         values ($1, $2::text::jsonb, $3, $4) on conflict do nothing`,
        [event.request, JSON.stringify(entrant), block, index],
      );
      return;
    }
    case "proposal-made":
      await tx.query(
        `insert into ledger_proposals (proposal, organisation, action, expires, block, event_index, time)
         values ($1, $2, $3::text::jsonb, $4, $5, $6, $7) on conflict do nothing`,
        [
          event.proposal,
          event.organisation,
          JSON.stringify(storedAction(event.action)),
          event.expires,
          block,
          index,
          time,
        ],
      );
      return;
    case "vote-cast": {
      const { proposal, organisation, support } = event;
      return insert(tx, "ledger_votes", { proposal, organisation, support, block });
    }
    case "proposal-carried-out":
      return insertEnd(tx, event, "carried-out", null);
    case "proposal-rejected":
      return insertEnd(tx, event, "rejected", null);
    case "proposal-failed":
      return insertEnd(tx, event, "failed", event.problem);
    case "parameter-set": {
      const { parameter, value } = event;
      return insert(tx, "ledger_parameters", { parameter, value, block, event_index: index });
    }
    case "contract-adopted": {
      const { contract, version, target, codehash } = event;
      return insert(tx, "ledger_contracts", { contract, version, target, codehash, block });
    }
    case "function-paused": {
      const { target, selector, until } = event;
      return insert(tx, "ledger_pauses", { target, selector, until, block, event_index: index });
    }
    case "pause-lifted": {
      const { target, selector } = event;
      await insert(tx, "ledger_pauses", { target, selector, until: 0, block, event_index: index });
      return retryOutbox(tx);
    }
    default:
      return unreachable(event);
  }
}

async function insertEnd(
  tx: Queryable,
  { proposal, block, time }: DecisionEvent & { readonly proposal: string },
  outcome: "carried-out" | "rejected" | "failed",
  problem: string | null,
): Promise<void> {
  await insert(tx, "ledger_proposal_ends", { proposal, outcome, problem, block, time });
}

function storedAction(action: ProposalAction): ProposalAction {
  return action.type === "admit" ? { type: "admit", entrant: storedEntrant(action.entrant) } : action;
}

function storedEntrant(entrant: NewMember): NewMember {
  return { ...entrant, name: storable(entrant.name) };
}
