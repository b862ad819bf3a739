import { consentCommitment, consentIdOf, consentSigner, type Consent } from "@anamnesis/core/consent/consent";
import type {
  ConsentState,
  DecisionAuthority,
  DecisionConsent,
  DecisionDelegation,
  LedgerState,
} from "@anamnesis/core/consent/decide";
import { type Delegation, delegationCommitment, delegationSigner } from "@anamnesis/core/consent/delegation";
import type { ActorId, Address, ConsentId, OrganisationId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Requester, ShownAuthority } from "@anamnesis/core/release/releaseRequest";
import { confirmedBefore } from "../clock/confirmedBefore.ts";
import type { NodeContext } from "../context.ts";
import { custodyNotReady } from "../runtime/refuse.ts";

function decisionConsent(identity: LedgerIdentity, value: Consent): DecisionConsent {
  const id = consentIdOf(identity, value.body.revoker, consentCommitment(identity, value.body));
  return { body: value.body, id, signer: consentSigner(identity, value) };
}

function decisionDelegation(identity: LedgerIdentity, value: Delegation): DecisionDelegation {
  const id = consentIdOf(identity, value.body.revoker, delegationCommitment(identity, value.body));
  return { body: value.body, id, signer: delegationSigner(identity, value) };
}

/** What was shown as the decision takes it: ids and signers computed, never taken from the request. */
export function decisionAuthority(
  context: Pick<NodeContext, "ledger">,
  { consent, parent, delegation }: ShownAuthority,
): DecisionAuthority {
  const { identity } = context.ledger;
  return {
    consent: consent === null ? null : decisionConsent(identity, consent),
    parent: parent === null ? null : decisionConsent(identity, parent),
    delegation: delegation === null ? null : decisionDelegation(identity, delegation),
    // Requests carry no declaration yet.
    emergency: null,
  };
}

/** What can be revoked of it, the requester's own first. */
export function revocableIds({ consent, parent, delegation }: DecisionAuthority): readonly ConsentId[] {
  return [consent, parent, delegation].flatMap((shown) => (shown === null ? [] : [shown.id]));
}

/** True once a revocation of one of them was stored here or stands on this node's copy of the ledger. */
export async function isRevoked(
  context: Pick<NodeContext, "db" | "copy">,
  consents: readonly ConsentId[],
): Promise<boolean> {
  for (const consent of consents) if ((await consentStateOf(context, consent)) === "revoked") return true;
  return false;
}

/** What this node knows of a consent or delegation; its own list of revocations forgets nothing. */
export async function consentStateOf(
  context: Pick<NodeContext, "db" | "copy">,
  consent: ConsentId,
): Promise<ConsentState> {
  const sticky = await context.db.query("select 1 as one from sticky_revocations where consent = $1", [
    consent,
  ]);
  return sticky.length > 0 ? "revoked" : (await context.copy.consent(consent)).status;
}

/** What this node knows of the world that the decision is about. Throws `custody-not-ready`. */
export async function ledgerState(
  context: Pick<NodeContext, "db" | "copy" | "clock" | "settings">,
  owner: Address,
  requester: Requester,
  authority: DecisionAuthority,
): Promise<LedgerState> {
  const head = context.copy.head();
  if (head === null) throw custodyNotReady("ledger");
  const { consent, parent, delegation } = authority;
  const state = {
    owner,
    consent: consent === null ? "none" : await consentStateOf(context, consent.id),
    parent: parent === null ? "none" : await consentStateOf(context, parent.id),
    delegation: delegation === null ? "none" : await consentStateOf(context, delegation.id),
    actor: requester === null ? null : await actorState(context, requester, consent),
    resharer: parent === null ? null : await resharerOf(context, parent),
    cosigners: [null, null],
  } as const;
  const localTime = context.clock.now();
  return {
    ...state,
    ledgerTime: head.time,
    localTime,
    confirmedAt: confirmedBefore(head.confirmedAt, localTime),
    staleAfter: context.settings.staleAfter,
  };
}

async function actorState(
  { copy }: Pick<NodeContext, "copy">,
  requester: NonNullable<Requester>,
  consent: DecisionConsent | null,
): Promise<LedgerState["actor"]> {
  const actor = await copy.actor(requester.actor);
  if (actor?.active !== true) return null;
  // Looked up only for a consent that names other keys of this very actor.
  const changed = consent?.body.grantee === requester.actor && consent.body.granteeKeys !== requester.keyCard;
  const history = changed ? await copy.actorHistory(requester.actor) : [];
  const earlierKeyCards = history.map((row) => row.keyCard).filter((card) => card !== actor.keyCard);
  return { ...actor, earlierKeyCards };
}

/** Who passed a consent on, when it is in good standing. */
export async function resharerOf(
  { copy }: Pick<NodeContext, "copy">,
  { body }: DecisionConsent,
): Promise<LedgerState["resharer"]> {
  const actor = await copy.actor(body.grantee as ActorId);
  if (actor !== null) return actor.active && actor.memberActive ? actor : null;
  const member = await copy.member(body.grantee as OrganisationId);
  return member?.status === "active" ? member : null;
}
