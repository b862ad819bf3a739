import { consentIdOf } from "@anamnesis/core/consent/consent";
import { unreachable } from "@anamnesis/core/errors";
import { type Intent, type LedgerIdentity, proposalIdOf } from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf } from "@anamnesis/core/ledger/newMember";
import type { Queryable, SqlValue } from "@anamnesis/core/ports/database";

/** True when this node's copy of the ledger holds what the intent wants. */
export async function standsOnLedger(
  tx: Queryable,
  identity: LedgerIdentity,
  intent: Intent,
): Promise<boolean> {
  const [sql, values] = lookup(identity, intent);
  return (await tx.query(sql, values)).length > 0;
}

function lookup(identity: LedgerIdentity, intent: Intent): [sql: string, values: readonly SqlValue[]] {
  switch (intent.type) {
    case "SetEndpoint":
      return [
        "select 1 as one from ledger_endpoints where organisation = $1 and version = $2 and endpoint = $3",
        [intent.organisation, intent.version, intent.endpoint],
      ];
    case "AdoptCommittee":
      return ["select 1 as one from ledger_committees where committee = $1", [intent.committee]];
    case "SetActor":
      return [
        `select 1 as one from ledger_actors where actor = $1 and version = $2 and organisation = $3
           and role = $4 and signer = $5 and key_card = $6 and active = $7`,
        [
          intent.actor,
          intent.version,
          intent.organisation,
          intent.role,
          intent.signer,
          intent.keyCard,
          intent.active,
        ],
      ];
    case "RegisterConsent":
      return [
        "select 1 as one from ledger_consents where consent = $1",
        [consentIdOf(identity, intent.revoker, intent.commitment)],
      ];
    case "RevokeConsent":
      return [
        "select 1 as one from ledger_consents where consent = $1 and status = 'revoked'",
        [intent.consent],
      ];
    case "AnchorBatch":
      return [
        "select 1 as one from ledger_batches where organisation = $1 and sequence = $2 and root = $3",
        [intent.organisation, intent.sequence, intent.root],
      ];
    case "AnchorLogHead":
      return [
        // The ledger takes no smaller head after a larger one, which says all that this one would. Whether the larger one is
        // of this log is the question of `missingFromLog`, which needs no refused intent to ask it: a database that was
        // restored from a backup does not know what its node signed later.
        `select 1 as one from ledger_log_heads
         where organisation = $1 and ((size = $2 and root = $3) or size > $2)`,
        [intent.organisation, intent.size, intent.root],
      ];
    case "RotateOwner":
      return [
        `select 1 as one from ledger_owners where segment = $1 and generation = $2 and owner = $3 and next_owner = $4`,
        [intent.segment, intent.generation, intent.newOwner, intent.newNextOwner],
      ];
    case "AmendRecord":
      return [
        "select 1 as one from ledger_amendments where organisation = $1 and record = $2 and successor = $3",
        [intent.organisation, intent.record, intent.successor],
      ];
    case "RetractRecord":
      return [
        "select 1 as one from ledger_retractions where organisation = $1 and record = $2",
        [intent.organisation, intent.record],
      ];
    case "NameEndorsers":
      return [
        `select 1 as one from ledger_endorsers where organisation = $1 and record = $2 and label = $3
           and threshold = $4 and endorsers = $5::text::jsonb`,
        [
          intent.organisation,
          intent.record,
          intent.label,
          intent.threshold,
          JSON.stringify(intent.endorsers),
        ],
      ];
    case "EndorseRecord":
      return [
        `select 1 as one from ledger_endorsements
         where organisation = $1 and record = $2 and endorser = $3 and label = $4`,
        [intent.organisation, intent.record, intent.endorser, intent.label],
      ];
    case "EraseRecord":
      return ["select 1 as one from ledger_erasures where record = $1", [intent.record]];
    case "RequestJoin": {
      const { type: _, ...entrant } = intent;
      return ["select 1 as one from ledger_join_requests where request = $1", [joinRequestIdOf(entrant)]];
    }
    case "Propose":
      return ["select 1 as one from ledger_proposals where proposal = $1", [proposalIdOf(intent)]];
    case "Vote":
      return [
        "select 1 as one from ledger_votes where proposal = $1 and organisation = $2 and support = $3",
        [intent.proposal, intent.organisation, intent.support],
      ];
    case "SettleProposal":
      // To count again leaves nothing when it decides nothing.
      return ["select 1 as one from ledger_proposals where proposal = $1", [intent.proposal]];
    case "ProveFork": {
      const { organisation, size, root } = intent.first;
      return [
        `select 1 as one from ledger_log_forks
         where organisation = $1 and size = $2 and lower_root = $3 and higher_root = $4`,
        [organisation, size, ...[root, intent.second.root].sort()],
      ];
    }
    default:
      return unreachable(intent);
  }
}
