import { fromHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, unreachable } from "@anamnesis/core/errors";
import type {
  ActorId,
  Address,
  BodyLabel,
  CommitteeKeyId,
  ConsentId,
  Digest,
  Hex,
  OrganisationId,
  RecordId,
  SegmentId,
  UnixSeconds,
} from "@anamnesis/core/ids";
import { parseAddress, parseUnixSeconds } from "@anamnesis/core/ids";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import { decodePayload, PARAMETERS } from "@anamnesis/core/ledger/proposal";
import { ACTOR_ROLES, type LedgerEventBody, MEMBER_KINDS } from "@anamnesis/core/ports/ledger";
import { type Log, parseEventLogs } from "viem";
import { eventsAbi } from "./abi.ts";
import { outcomeOf } from "./outcomeOf.ts";

/**
 * The domain's event of one log of the ledger's contracts; `null` for one that says of an item in a list that it changed nothing. Throws
 * `ledger-mismatch` for a log that is none of theirs.
 */
export function ledgerEventOf(log: Log): LedgerEventBody | null {
  const [parsed] = parseEventLogs({ abi: eventsAbi, logs: [log] });
  if (parsed === undefined) throw foreignLog();
  switch (parsed.eventName) {
    case "MemberAdmitted":
      return { type: "member-admitted", ...newMemberOf(parsed.args) };
    case "JoinRequested":
      return { type: "join-requested", request: parsed.args.request, ...newMemberOf(parsed.args) };
    case "MemberSuspended":
      return { type: "member-suspended", ...memberOf(parsed.args) };
    case "MemberReinstated":
      return { type: "member-reinstated", ...memberOf(parsed.args) };
    case "MemberRemoved":
      return { type: "member-removed", ...memberOf(parsed.args) };
    case "MemberKeyRotated":
      return {
        type: "member-key-rotated",
        ...memberOf(parsed.args),
        signer: address(parsed.args.signer),
        keyCard: parsed.args.keyCard as Digest,
      };
    case "Proposed":
      return {
        type: "proposal-made",
        proposal: parsed.args.proposal,
        ...memberOf(parsed.args),
        action: decodePayload(parsed.args.action, fromHex(parsed.args.payload)),
        salt: parsed.args.salt,
        expires: time(parsed.args.expires),
      };
    case "Voted": {
      const { proposal, support } = parsed.args;
      return { type: "vote-cast", proposal, ...memberOf(parsed.args), support };
    }
    case "ProposalCarriedOut":
      return { type: "proposal-carried-out", proposal: parsed.args.proposal };
    case "ProposalRejected":
      return { type: "proposal-rejected", proposal: parsed.args.proposal };
    case "ProposalFailed": {
      const outcome = outcomeOf(parsed.args.problem);
      if (outcome?.status !== "refused") throw foreignLog();
      return { type: "proposal-failed", proposal: parsed.args.proposal, problem: outcome.code };
    }
    case "ParameterSet": {
      const parameter = nameAt(PARAMETERS, parsed.args.parameter);
      return { type: "parameter-set", parameter, value: Number(parsed.args.value) };
    }
    case "ContractAdopted":
      return {
        type: "contract-adopted",
        contract: parsed.args.name,
        target: address(parsed.args.target),
        version: Number(parsed.args.version),
        codehash: parsed.args.codehash,
      };
    case "Paused": {
      const { target, selector, until } = parsed.args;
      return { type: "function-paused", target: address(target), selector, until: time(until) };
    }
    case "PauseLifted": {
      const { target, selector } = parsed.args;
      return { type: "pause-lifted", target: address(target), selector };
    }
    case "LogForkProven":
      return {
        type: "log-fork-proven",
        ...memberOf(parsed.args),
        size: Number(parsed.args.size),
        lowerRoot: parsed.args.lowerRoot,
        higherRoot: parsed.args.higherRoot,
      };
    case "EndpointSet":
      return {
        type: "endpoint-set",
        organisation: parsed.args.organisation as OrganisationId,
        endpoint: parsed.args.endpoint,
        version: Number(parsed.args.version),
      };
    case "CommitteeAdopted":
      return {
        type: "committee-adopted",
        committee: parsed.args.committee as CommitteeKeyId,
        certificate: parsed.args.certificate as Digest,
        threshold: parsed.args.threshold,
        shareEpoch: parsed.args.shareEpoch,
        members: parsed.args.members as readonly OrganisationId[],
      };
    case "ActorSet":
      return {
        type: "actor-set",
        organisation: parsed.args.organisation as OrganisationId,
        actor: parsed.args.actor as ActorId,
        role: nameAt(ACTOR_ROLES, parsed.args.role),
        signer: address(parsed.args.signer),
        keyCard: parsed.args.keyCard as Digest,
        active: parsed.args.active,
        version: Number(parsed.args.version),
      };
    case "ConsentRegistered":
      return { type: "consent-registered", consent: parsed.args.consent as ConsentId };
    case "ConsentRevoked":
      return { type: "consent-revoked", consent: parsed.args.consent as ConsentId };
    case "BatchAnchored":
      return {
        type: "batch-anchored",
        organisation: parsed.args.organisation as OrganisationId,
        sequence: Number(parsed.args.sequence),
        root: parsed.args.root,
        count: parsed.args.count,
        manifest: parsed.args.manifest as Digest,
      };
    case "LogHeadAnchored":
      return {
        type: "log-head-anchored",
        organisation: parsed.args.organisation as OrganisationId,
        size: Number(parsed.args.size),
        root: parsed.args.root,
        checkpoint: parsed.args.checkpoint as Digest,
      };
    case "OwnerRotated":
      return {
        type: "owner-rotated",
        segment: parsed.args.segment as SegmentId,
        generation: Number(parsed.args.generation),
        newOwner: address(parsed.args.newOwner),
        newNextOwner: parsed.args.newNextOwner,
      };
    case "RecordAmended":
      return { type: "record-amended", ...recordOf(parsed.args), successor: parsed.args.successor };
    case "RecordRetracted":
      return { type: "record-retracted", ...recordOf(parsed.args) };
    case "EndorsersNamed":
      return {
        type: "endorsers-named",
        ...recordOf(parsed.args),
        label: parsed.args.label as BodyLabel,
        threshold: parsed.args.threshold,
        endorsers: parsed.args.endorsers as readonly OrganisationId[],
      };
    case "RecordEndorsed":
      return {
        type: "record-endorsed",
        ...recordOf(parsed.args),
        endorser: parsed.args.endorser as OrganisationId,
        label: parsed.args.label as BodyLabel,
        count: parsed.args.count,
      };
    case "RecordFinal":
      return {
        type: "record-final",
        ...recordOf(parsed.args),
        label: parsed.args.label as BodyLabel,
      };
    case "RecordErased":
      return {
        type: "record-erased",
        record: parsed.args.record as RecordId,
        custodians: parsed.args.custodians as readonly OrganisationId[],
      };
    case "ConsentRefused":
      return null;
    case "EIP712DomainChanged":
      throw foreignLog();
    default:
      return unreachable(parsed);
  }
}

function memberOf(args: { readonly organisation: Hex }): { readonly organisation: OrganisationId } {
  return { organisation: args.organisation as OrganisationId };
}

function newMemberOf(args: {
  readonly organisation: Hex;
  readonly kind: number;
  readonly signer: string;
  readonly keyCard: Hex;
  readonly custodian: boolean;
  readonly name: string;
  readonly endpoint: string;
}): NewMember {
  return {
    ...memberOf(args),
    kind: nameAt(MEMBER_KINDS, args.kind),
    signer: address(args.signer),
    keyCard: args.keyCard as Digest,
    custodian: args.custodian,
    name: args.name,
    endpoint: args.endpoint,
  };
}

function time(value: bigint): UnixSeconds {
  return parseUnixSeconds(Number(value));
}

function recordOf(args: { readonly organisation: Hex; readonly record: Hex }): {
  readonly organisation: OrganisationId;
  readonly record: RecordId;
} {
  return { organisation: args.organisation as OrganisationId, record: args.record as RecordId };
}

function address(value: string): Address {
  return parseAddress(value);
}

function nameAt<const T extends readonly string[]>(names: T, index: number): T[number] {
  const name = names[index];
  if (name === undefined) throw foreignLog();
  return name;
}

function foreignLog(): AnamnesisError<"ledger-mismatch"> {
  return new AnamnesisError({
    code: "ledger-mismatch",
    rule: "The ledger's contracts emit the events that this program knows.",
    fix: "Check that the configured addresses are those of this ledger, and update this program if they are.",
  });
}
