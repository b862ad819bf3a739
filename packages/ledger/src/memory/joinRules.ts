import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { functionOf } from "@anamnesis/core/ledger/functions";
import { joinRequestIdOf, type NewMember } from "@anamnesis/core/ledger/newMember";
import { ALREADY, refused, type RefusalCode } from "../refusal.ts";
import { isPaused } from "./authorise.ts";
import { type IntentOf, type Ruling, type SignedBy, ZERO_ADDRESS, ZERO_HASH } from "./ruling.ts";
import type { LedgerState } from "./state.ts";

const URL_TEXT = /^[\x21-\x7e]{1,256}$/;
const MAX_TEXT = 256;

/** `Membership.requestJoin` in its order of checks. */
export function requestJoin(state: LedgerState, intent: IntentOf<"RequestJoin">, signedBy: SignedBy): Ruling {
  const { type: _, ...entrant } = intent;
  const request = joinRequestIdOf(entrant);
  if (state.requests.has(request)) return ALREADY;
  if (isPaused(state, functionOf(state.identity, "RequestJoin"))) return refused("function-paused");
  const problem = problemOfEntrant(state, entrant);
  if (problem !== null) return refused(problem);
  if (!signedBy(intent.signer)) return refused("bad-signature");
  return {
    change: () => state.requests.add(request),
    events: [{ type: "join-requested", request, ...entrant }],
  };
}

/** `null` when the ledger could admit it. */
export function problemOfEntrant(state: LedgerState, entrant: NewMember): RefusalCode | null {
  if (entrant.organisation === ZERO_HASH || entrant.signer === ZERO_ADDRESS) return "incomplete-member";
  if (state.members.has(entrant.organisation)) return "member-exists";
  if (state.holders.has(entrant.signer)) return "signer-taken";
  const { length } = utf8ToBytes(entrant.name);
  if (length === 0 || length > MAX_TEXT) return "bad-name";
  return isUrlText(entrant.endpoint) ? null : "bad-endpoint";
}

export function isUrlText(text: string): boolean {
  return URL_TEXT.test(text);
}
