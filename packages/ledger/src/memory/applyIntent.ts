import { consentIdOf } from "@anamnesis/core/consent/consent";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { unreachable } from "@anamnesis/core/errors";
import { functionOf } from "@anamnesis/core/ledger/functions";
import type { Intent, SignedIntent } from "@anamnesis/core/ledger/intents";
import type { IntentOutcome, LedgerEventBody } from "@anamnesis/core/ports/ledger";
import { ALREADY, APPLIED, refused } from "../refusal.ts";
import { digestOfWellFormed } from "../wellFormed.ts";
import { authorise, isPaused, signerOfActive } from "./authorise.ts";
import { adoptCommittee } from "./committeeRules.ts";
import { proveFork } from "./forkRules.ts";
import { isUrlText, requestJoin } from "./joinRules.ts";
import { rotateOwner } from "./ownerRules.ts";
import { propose, settle, vote } from "./proposalRules.ts";
import {
  amendRecord,
  anchorBatch,
  endorseRecord,
  eraseRecord,
  nameEndorsers,
  retractRecord,
} from "./recordRules.ts";
import { type IntentOf, type Ruling, type SignedBy, ZERO_ADDRESS } from "./ruling.ts";
import type { LedgerState, MemberState } from "./state.ts";

export interface Verdict {
  readonly outcome: IntentOutcome;
  /** None unless the outcome is `applied`. */
  readonly events: readonly LedgerEventBody[];
}

/** Kinds of intents that carry a list of signatures. */
const SIGNED_BY_SEVERAL: ReadonlySet<Intent["type"]> = new Set([
  "AdoptCommittee",
  "EraseRecord",
  "ProveFork",
]);

/**
 * The rules of the contracts, in their order: the first that fails gives the code. Changes `state` only when the
 * outcome is `applied`.
 */
export function applyIntent(state: LedgerState, signed: SignedIntent): Verdict {
  const { intent, signatures } = signed;
  const digest = digestOfWellFormed(state.identity, signed);
  if (digest === null) return { outcome: refused("malformed-intent"), events: [] };
  const signedBy: SignedBy = (signer, index = 0) => {
    if (!SIGNED_BY_SEVERAL.has(intent.type) && signatures.length !== 1) return false;
    const signature = signatures[index];
    if (signer === null) return signature?.length === 0;
    return signature !== undefined && verifyBy(digest, signature, signer);
  };
  const ruling = rule(state, intent, signatures, signedBy);
  if ("status" in ruling) return { outcome: ruling, events: [] };
  ruling.change();
  return { outcome: APPLIED, events: [...ruling.events, ...(ruling.follow?.() ?? [])] };
}

function rule(
  state: LedgerState,
  intent: Intent,
  signatures: readonly Uint8Array[],
  signedBy: SignedBy,
): Ruling {
  switch (intent.type) {
    case "SetEndpoint":
      return setEndpoint(state, intent, signedBy);
    case "AdoptCommittee":
      return adoptCommittee(state, intent, signatures.length, signedBy);
    case "SetActor":
      return setActor(state, intent, signedBy);
    case "RegisterConsent":
      return registerConsent(state, intent, signedBy);
    case "RevokeConsent":
      return revokeConsent(state, intent, signedBy);
    case "AnchorBatch":
      return anchorBatch(state, intent, signedBy);
    case "AnchorLogHead":
      return anchorLogHead(state, intent, signedBy);
    case "RotateOwner":
      return rotateOwner(state, intent, signedBy);
    case "AmendRecord":
      return amendRecord(state, intent, signedBy);
    case "RetractRecord":
      return retractRecord(state, intent, signedBy);
    case "NameEndorsers":
      return nameEndorsers(state, intent, signedBy);
    case "EndorseRecord":
      return endorseRecord(state, intent, signedBy);
    case "EraseRecord":
      return eraseRecord(state, intent, signedBy);
    case "RequestJoin":
      return requestJoin(state, intent, signedBy);
    case "Propose":
      return propose(state, intent, signedBy);
    case "Vote":
      return vote(state, intent, signedBy);
    case "SettleProposal":
      return settle(state, intent);
    case "ProveFork":
      return proveFork(state, intent, signatures);
    default:
      return unreachable(intent);
  }
}

/** `null` when `version` is the next one. */
function judgeVersion(current: number, version: number, isSame: () => boolean): IntentOutcome | null {
  if (version > current) return version - current === 1 ? null : refused("version-gap");
  if (version < current || current === 0) return refused("version-past");
  return isSame() ? ALREADY : refused("version-conflict");
}

function setEndpoint(state: LedgerState, intent: IntentOf<"SetEndpoint">, signedBy: SignedBy): Ruling {
  const { type: _, ...fields } = intent;
  if (isPaused(state, functionOf(state.identity, "SetEndpoint"))) return refused("function-paused");
  const signer = signerOfActive(state, intent.organisation);
  if (typeof signer !== "string") return signer;
  const member = state.members.get(intent.organisation) as MemberState;
  const judged = judgeVersion(
    member.endpointVersion,
    intent.version,
    () => member.endpoint === intent.endpoint,
  );
  if (judged !== null) return judged;
  if (!isUrlText(intent.endpoint)) return refused("bad-endpoint");
  if (!signedBy(signer)) return refused("bad-signature");
  const next = { ...member, endpoint: intent.endpoint, endpointVersion: intent.version };
  return {
    change: () => state.members.set(intent.organisation, next),
    events: [{ type: "endpoint-set", ...fields }],
  };
}

function setActor(state: LedgerState, intent: IntentOf<"SetActor">, signedBy: SignedBy): Ruling {
  const { type: _, ...fields } = intent;
  const signer = authorise(state, intent.organisation, "SetActor");
  if (typeof signer !== "string") return signer;
  const standing = state.actors.get(intent.actor);
  if (standing !== undefined && standing.organisation !== intent.organisation) {
    return refused("actor-of-another");
  }
  const judged = judgeVersion(
    standing?.version ?? 0,
    intent.version,
    () =>
      standing?.role === intent.role &&
      standing.signer === intent.signer &&
      standing.keyCard === intent.keyCard &&
      standing.active === intent.active,
  );
  if (judged !== null) return judged;
  if (intent.signer === ZERO_ADDRESS) return refused("incomplete-actor");
  if (!signedBy(signer)) return refused("bad-signature");
  return {
    change: () => state.actors.set(intent.actor, intent),
    events: [{ type: "actor-set", ...fields }],
  };
}

function registerConsent(
  state: LedgerState,
  intent: IntentOf<"RegisterConsent">,
  signedBy: SignedBy,
): Ruling {
  const consent = consentIdOf(state.identity, intent.revoker, intent.commitment);
  const standing = state.consents.get(consent);
  if (standing !== undefined) return standing.revoked ? refused("consent-revoked") : ALREADY;
  if (!signedBy(intent.revoker)) return refused("bad-signature");
  return {
    change: () => state.consents.set(consent, { revoker: intent.revoker, revoked: false }),
    events: [{ type: "consent-registered", consent }],
  };
}

function revokeConsent(state: LedgerState, intent: IntentOf<"RevokeConsent">, signedBy: SignedBy): Ruling {
  const { consent } = intent;
  const standing = state.consents.get(consent);
  if (standing === undefined) return refused("unknown-consent");
  if (standing.revoked) return ALREADY;
  if (!signedBy(standing.revoker)) return refused("bad-signature");
  return {
    change: () => state.consents.set(consent, { ...standing, revoked: true }),
    events: [{ type: "consent-revoked", consent }],
  };
}

function anchorLogHead(state: LedgerState, intent: IntentOf<"AnchorLogHead">, signedBy: SignedBy): Ruling {
  const { type: _, ...fields } = intent;
  const signer = authorise(state, intent.organisation, "AnchorLogHead");
  if (typeof signer !== "string") return signer;
  const standing = state.logHeads.get(intent.organisation);
  const current = standing?.size ?? 0;
  if (intent.size < current || intent.size === 0) return refused("log-behind");
  if (intent.size === current) return standing?.root === intent.root ? ALREADY : refused("log-fork");
  if (!signedBy(signer)) return refused("bad-signature");
  return {
    change: () => state.logHeads.set(intent.organisation, { size: intent.size, root: intent.root }),
    events: [{ type: "log-head-anchored", ...fields }],
  };
}
