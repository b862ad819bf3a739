import { consentIdOf } from "@anamnesis/core/consent/consent";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { unreachable } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { Intent, LedgerIdentity, SignedIntent } from "@anamnesis/core/ledger/intents";
import type { IntentOutcome, LedgerEventBody } from "@anamnesis/core/ports/ledger";
import { ALREADY, APPLIED, refused } from "../refusal.ts";
import { digestOfWellFormed } from "../wellFormed.ts";
import { rotateOwner } from "./ownerRules.ts";
import {
  amendRecord,
  anchorBatch,
  endorseRecord,
  eraseRecord,
  nameEndorsers,
  retractRecord,
} from "./recordRules.ts";
import { type IntentOf, type Ruling, type SignedBy, ZERO_ADDRESS } from "./ruling.ts";
import type { LedgerState } from "./state.ts";

export interface Verdict {
  readonly outcome: IntentOutcome;
  /** None unless the outcome is `applied`. */
  readonly events: readonly LedgerEventBody[];
}

/** Kinds of intents that carry a list of signatures. */
const SIGNED_BY_SEVERAL: ReadonlySet<Intent["type"]> = new Set(["AdoptCommittee", "EraseRecord"]);
const URL_TEXT = /^[\x21-\x7e]{1,256}$/;

/**
 * The rules of the contracts, in their order: the first that fails gives the code. Changes `state` only when the
 * outcome is `applied`.
 */
export function applyIntent(state: LedgerState, identity: LedgerIdentity, signed: SignedIntent): Verdict {
  const { intent, signatures } = signed;
  const digest = digestOfWellFormed(identity, signed);
  if (digest === null) return { outcome: refused("malformed-intent"), events: [] };
  const signedBy: SignedBy = (signer, index = 0) => {
    if (!SIGNED_BY_SEVERAL.has(intent.type) && signatures.length !== 1) return false;
    const signature = signatures[index];
    if (signer === null) return signature?.length === 0;
    return signature !== undefined && verifyBy(digest, signature, signer);
  };
  const ruling = rule(state, identity, intent, signatures.length, signedBy);
  if ("status" in ruling) return { outcome: ruling, events: [] };
  ruling.change();
  return { outcome: APPLIED, events: ruling.events };
}

function rule(
  state: LedgerState,
  identity: LedgerIdentity,
  intent: Intent,
  signatureCount: number,
  signedBy: SignedBy,
): Ruling {
  switch (intent.type) {
    case "SetEndpoint":
      return setEndpoint(state, intent, signedBy);
    case "AdoptCommittee":
      return adoptCommittee(state, intent, signatureCount, signedBy);
    case "SetActor":
      return setActor(state, intent, signedBy);
    case "RegisterConsent":
      return registerConsent(state, identity, intent, signedBy);
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
  const member = state.members.get(intent.organisation);
  if (member === undefined) return refused("unknown-member");
  const judged = judgeVersion(
    member.endpointVersion,
    intent.version,
    () => member.endpoint === intent.endpoint,
  );
  if (judged !== null) return judged;
  if (!URL_TEXT.test(intent.endpoint)) return refused("bad-endpoint");
  if (!signedBy(member.signer)) return refused("bad-signature");
  const next = { ...member, endpoint: intent.endpoint, endpointVersion: intent.version };
  return {
    change: () => state.members.set(intent.organisation, next),
    events: [{ type: "endpoint-set", ...fields }],
  };
}

function adoptCommittee(
  state: LedgerState,
  intent: IntentOf<"AdoptCommittee">,
  signatureCount: number,
  signedBy: SignedBy,
): Ruling {
  const { type: _, ...fields } = intent;
  const { members, threshold } = intent;
  const [standing] = state.committees.values();
  const judged = standing === undefined ? null : judgeEpoch(standing, intent);
  if (judged !== null) return judged;
  if (threshold < 2 || threshold > members.length || members.length > 255) return refused("bad-threshold");
  const custodians = [...state.members.values()].filter((member) => member.custodian).length;
  if (standing === undefined && members.length * 2 <= custodians) return refused("too-few-custodians");
  const places = members.length + (standing?.members.length ?? 0);
  if (signatureCount !== places) return refused("signature-count");
  const seen = new Set<OrganisationId>();
  for (const [index, organisation] of members.entries()) {
    if (seen.has(organisation)) return refused("duplicate-member");
    seen.add(organisation);
    const member = state.members.get(organisation);
    if (member === undefined) return refused("unknown-member");
    if (!member.custodian) return refused("not-custodian");
    if (!signedBy(member.signer, index)) return refused("bad-signature");
  }
  // The places of the standing committee come after; a custodian that is in both signed in the first part.
  let signed = 0;
  for (const [index, organisation] of (standing?.members ?? []).entries()) {
    const place = members.length + index;
    const signer = state.members.get(organisation)?.signer;
    if (!seen.has(organisation)) {
      if (signedBy(null, place)) continue;
      if (signer === undefined || !signedBy(signer, place)) return refused("bad-signature");
    }
    signed++;
  }
  if (standing !== undefined && signed < standing.threshold) return refused("too-few-standing");
  return {
    change: () => state.committees.set(intent.committee, intent),
    events: [{ type: "committee-adopted", ...fields }],
  };
}

/** `null` when the intent has the standing committee's id and the share epoch after its. */
function judgeEpoch(
  standing: IntentOf<"AdoptCommittee">,
  intent: IntentOf<"AdoptCommittee">,
): IntentOutcome | null {
  if (standing.committee !== intent.committee) return refused("committee-conflict");
  if (intent.shareEpoch > standing.shareEpoch) {
    return intent.shareEpoch - standing.shareEpoch === 1 ? null : refused("share-epoch-gap");
  }
  if (intent.shareEpoch < standing.shareEpoch) return refused("share-epoch-past");
  return isSameCommittee(standing, intent) ? ALREADY : refused("committee-conflict");
}

function isSameCommittee(a: IntentOf<"AdoptCommittee">, b: IntentOf<"AdoptCommittee">): boolean {
  return (
    a.certificate === b.certificate &&
    a.threshold === b.threshold &&
    a.shareEpoch === b.shareEpoch &&
    a.members.length === b.members.length &&
    a.members.every((member, i) => member === b.members[i])
  );
}

function setActor(state: LedgerState, intent: IntentOf<"SetActor">, signedBy: SignedBy): Ruling {
  const { type: _, ...fields } = intent;
  const member = state.members.get(intent.organisation);
  if (member === undefined) return refused("unknown-member");
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
  if (!signedBy(member.signer)) return refused("bad-signature");
  return {
    change: () => state.actors.set(intent.actor, intent),
    events: [{ type: "actor-set", ...fields }],
  };
}

function registerConsent(
  state: LedgerState,
  identity: LedgerIdentity,
  intent: IntentOf<"RegisterConsent">,
  signedBy: SignedBy,
): Ruling {
  const consent = consentIdOf(identity, intent.revoker, intent.commitment);
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
  const member = state.members.get(intent.organisation);
  if (member === undefined) return refused("unknown-member");
  const standing = state.logHeads.get(intent.organisation);
  const current = standing?.size ?? 0;
  if (intent.size < current || intent.size === 0) return refused("log-behind");
  if (intent.size === current) return standing?.root === intent.root ? ALREADY : refused("log-fork");
  if (!signedBy(member.signer)) return refused("bad-signature");
  return {
    change: () => state.logHeads.set(intent.organisation, { size: intent.size, root: intent.root }),
    events: [{ type: "log-head-anchored", ...fields }],
  };
}
