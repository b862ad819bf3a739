import type { Address, OrganisationId } from "@anamnesis/core/ids";
import { functionOf, type LedgerFunction, type PausableIntent } from "@anamnesis/core/ledger/functions";
import type { IntentOutcome } from "@anamnesis/core/ports/ledger";
import { refused } from "../refusal.ts";
import type { LedgerState } from "./state.ts";

/** With which key a member may act now, or why it may not. */
export function signerOfActive(state: LedgerState, organisation: OrganisationId): Address | IntentOutcome {
  const member = state.members.get(organisation);
  if (member === undefined) return refused("unknown-member");
  return member.status === "active" ? member.signer : refused("member-not-active");
}

/** `IMembers.authorise`: what the other contracts ask for every intent that an organisation signs. */
export function authorise(
  state: LedgerState,
  organisation: OrganisationId,
  type: PausableIntent,
): Address | IntentOutcome {
  const signer = signerOfActive(state, organisation);
  if (typeof signer !== "string") return signer;
  return isPaused(state, functionOf(state.identity, type)) ? refused("function-paused") : signer;
}

export function isPaused(state: LedgerState, of: LedgerFunction): boolean {
  return (state.pauses.get(pauseKey(of)) ?? 0) > state.time;
}

export function pauseKey({ target, selector }: LedgerFunction): string {
  return `${target}${selector}`;
}
