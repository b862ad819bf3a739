import { unreachable } from "@anamnesis/core/errors";
import { type Intent, proposalIdOf } from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf } from "@anamnesis/core/ledger/newMember";

/**
 * What makes two intents the same wish; of those the outbox keeps one. Batches and log heads are the same by their
 * place alone, so that a node can never send two contents for one place; versioned wishes also by their content, so
 * that a second wish for one version is refused on the ledger, in sight, and not lost here.
 */
export function dedupeOf(intent: Intent): string {
  switch (intent.type) {
    case "SetEndpoint":
      return join(intent.type, intent.organisation, intent.version, intent.endpoint);
    case "AdoptCommittee":
      return join(intent.type, intent.committee);
    case "SetActor":
      return join(
        intent.type,
        intent.organisation,
        intent.actor,
        intent.version,
        intent.role,
        intent.signer,
        intent.keyCard,
        intent.active ? 1 : 0,
      );
    case "RegisterConsent":
      return join(intent.type, intent.revoker, intent.commitment);
    case "RevokeConsent":
      return join(intent.type, intent.consent);
    case "AnchorBatch":
      return join(intent.type, intent.organisation, intent.sequence);
    case "AnchorLogHead":
      return join(intent.type, intent.organisation, intent.size);
    case "RotateOwner":
      return join(intent.type, intent.segment, intent.generation, intent.newOwner, intent.newNextOwner);
    case "AmendRecord":
      return join(intent.type, intent.organisation, intent.record, intent.successor);
    case "RetractRecord":
      return join(intent.type, intent.organisation, intent.record);
    case "NameEndorsers":
      return join(
        intent.type,
        intent.organisation,
        intent.record,
        intent.label,
        intent.threshold,
        ...intent.endorsers,
      );
    case "EndorseRecord":
      return join(intent.type, intent.endorser, intent.organisation, intent.record, intent.label);
    case "EraseRecord":
      return join(intent.type, intent.record);
    case "RequestJoin": {
      const { type: _, ...entrant } = intent;
      return join(intent.type, joinRequestIdOf(entrant));
    }
    case "Propose":
      return join(intent.type, proposalIdOf(intent));
    case "Vote":
      return join(intent.type, intent.organisation, intent.proposal, intent.support ? 1 : 0);
    case "SettleProposal":
      return join(intent.type, intent.proposal);
    case "ProveFork": {
      const { organisation, size, root } = intent.first;
      return join(intent.type, organisation, size, ...[root, intent.second.root].sort());
    }
    default:
      return unreachable(intent);
  }
}

/** The endpoint is the one free text, and it stands last: no two lists of parts give one string. */
function join(...parts: readonly (string | number)[]): string {
  return parts.join(":");
}
