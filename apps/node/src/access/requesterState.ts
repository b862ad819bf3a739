import { consentIdOf, consentCommitment, consentSigner, type Consent } from "@anamnesis/core/consent/consent";
import type { DecisionConsent, LedgerState } from "@anamnesis/core/consent/decide";
import { type Address, type ConsentId, parseUnixSeconds, type UnixSeconds } from "@anamnesis/core/ids";
import type { Requester } from "@anamnesis/core/release/releaseRequest";
import type { NodeContext } from "../context.ts";
import { custodyNotReady } from "../runtime/refuse.ts";

/** A consent as the decision takes it: id and signer computed, never taken from the request. */
export function decisionConsent(
  context: Pick<NodeContext, "ledger">,
  value: Consent | null,
): DecisionConsent | null {
  if (value === null) return null;
  const { identity } = context.ledger;
  const id = consentIdOf(identity, value.body.revoker, consentCommitment(identity, value.body));
  return { body: value.body, id, signer: consentSigner(identity, value) };
}

/** True once a revocation was stored here or stands on this node's copy of the ledger. */
export async function isRevoked(
  context: Pick<NodeContext, "db" | "copy">,
  consent: ConsentId,
): Promise<boolean> {
  const sticky = await context.db.query("select 1 as one from sticky_revocations where consent = $1", [
    consent,
  ]);
  return sticky.length > 0 || (await context.copy.consent(consent)).status === "revoked";
}

/** Seconds ahead that are the clock's own correction, not somebody who set it. */
const CORRECTION = 5;

/**
 * A confirmation that lies ahead was noted before the clock was set back. How long ago it was, nobody knows: it is none, and the
 * decision refuses until the next one.
 */
function confirmedBefore(confirmedAt: UnixSeconds, localTime: UnixSeconds): UnixSeconds {
  return confirmedAt > localTime + CORRECTION ? parseUnixSeconds(0) : confirmedAt;
}

/** What this node knows of the world that the decision is about. Throws `custody-not-ready`. */
export async function ledgerState(
  context: Pick<NodeContext, "db" | "copy" | "clock" | "settings">,
  owner: Address,
  requester: Requester,
  consent: DecisionConsent | null,
): Promise<LedgerState> {
  const head = context.copy.head();
  if (head === null) throw custodyNotReady("ledger");
  const actor = requester === null ? null : await context.copy.actor(requester.actor);
  const onLedger = consent === null ? "none" : (await context.copy.consent(consent.id)).status;
  const revoked = consent !== null && (await isRevoked(context, consent.id));
  const localTime = context.clock.now();
  return {
    ledgerTime: head.time,
    localTime,
    confirmedAt: confirmedBefore(head.confirmedAt, localTime),
    staleAfter: context.settings.staleAfter,
    owner,
    consent: revoked ? "revoked" : onLedger,
    actor: actor?.active === true ? actor : null,
  };
}
