import {
  decideRecords,
  type DecisionConsent,
  type DenialCode,
  type LedgerState,
  type RecordLimits,
} from "@anamnesis/core/consent/decide";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { ActorId, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import type { NodeContext } from "../../context.ts";
import type { KeptAuthority } from "./authorityStore.ts";
import { type Asker, type Decided, requestOf, type Standing } from "./standing.ts";

/** What an authority is good for, whatever the purpose: what it covers now, what it may cover again, or why it is over. */
export type Coverage =
  | { readonly is: "live" | "waiting"; readonly limits: readonly RecordLimits[] }
  | { readonly is: "over"; readonly code: DenialCode };

/**
 * What the decision says of it now. Where that is nothing, what it would say if everything came back that can, as nobody has to sign anything for it: registrations and people that the ledger took back, members that
 * are suspended, a ledger that is not heard of, and the time of a consent that is to come. What still permits nothing then is over, with all on which it hangs.
 *
 * @param asker `null`: this node's directory does not know who showed it.
 */
export async function coverageOf(
  context: Pick<NodeContext, "copy" | "organisation">,
  standing: Standing,
  asker: Asker | null,
  kept: KeptAuthority,
): Promise<Coverage> {
  const { consent, parent } = kept.authority;
  if (consent === null) return { is: "over", code: "no-consent" };
  const { purposes } = consent.body;
  if (asker !== null) {
    const now = decidedFor(purposes, (purpose) => standing.decide(asker, kept, purpose));
    if (now.limits.length > 0) return { is: "live", limits: now.limits };
  }
  const returned = asker === null ? asNamed(context.organisation, kept, consent) : asker;
  const state = returnedState(
    standing.stateFor(returned, kept),
    kept,
    await returns(context, context.organisation),
  );
  const resharer = parent === null ? null : await returnedResharer(context, parent, consent);
  const later = decidedFor(purposes, (purpose) =>
    decideRecords(requestOf(returned, kept, purpose), kept.authority, { ...state, resharer }),
  );
  if (later.limits.length > 0) return { is: "waiting", limits: later.limits };
  return { is: "over", code: later.code };
}

function decidedFor(
  purposes: readonly Purpose[],
  decide: (purpose: Purpose) => Decided,
): { readonly limits: readonly RecordLimits[]; readonly code: DenialCode } {
  const limits: RecordLimits[] = [];
  let code: DenialCode = "purpose";
  for (const purpose of purposes) {
    const decided = decide(purpose);
    if (decided.permit) limits.push(decided.limits);
    else code = decided.code;
  }
  return { limits, code };
}

/** Members are reinstated after a suspension, and not after they were removed. */
async function returns({ copy }: Pick<NodeContext, "copy">, organisation: OrganisationId): Promise<boolean> {
  return (await copy.member(organisation))?.status !== "removed";
}

function returnedState(state: LedgerState, { authority }: KeptAuthority, memberActive: boolean): LedgerState {
  const { consent, parent, delegation } = authority;
  const begins = [consent, parent, delegation].map((shown) => shown?.body.notBefore ?? 0);
  const from = (time: UnixSeconds): UnixSeconds => Math.max(time, ...begins) as UnixSeconds;
  const localTime = from(state.localTime);
  const registered = (one: LedgerState["consent"]): LedgerState["consent"] =>
    one === "none" ? "registered" : one;
  return {
    ...state,
    ledgerTime: from(state.ledgerTime),
    localTime,
    confirmedAt: localTime,
    consent: registered(state.consent),
    parent: registered(state.parent),
    delegation: registered(state.delegation),
    actor: state.actor === null ? null : { ...state.actor, memberActive },
  };
}

/** Who passed the consent on, once its organisation is no longer suspended and the ledger knows it again. `null`: it left. */
async function returnedResharer(
  context: Pick<NodeContext, "copy">,
  parent: DecisionConsent,
  { signer }: DecisionConsent,
): Promise<LedgerState["resharer"]> {
  const { grantee, granteeKeys } = parent.body;
  const actor = await context.copy.actor(grantee as ActorId);
  if (actor !== null) return actor.active && (await returns(context, actor.organisation)) ? actor : null;
  const member = await context.copy.member(grantee as OrganisationId);
  if (member !== null) return member.status === "removed" ? null : member;
  return signer === null ? null : { signer, keyCard: granteeKeys };
}

/** Who showed it, as the consent names it. */
function asNamed(
  organisation: OrganisationId,
  { actor, opening }: KeptAuthority,
  { body }: DecisionConsent,
): Asker {
  const keyCard = body.granteeKeys;
  // Any account that signs as the directory has it.
  const signer = opening.owner;
  return {
    requester: { actor, organisation, keyCard },
    signer,
    actor: { organisation, role: "device", signer, keyCard, earlierKeyCards: [], memberActive: true },
  };
}
