import { printable } from "@anamnesis/core/encoding/printable";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import type { ReadAction } from "@anamnesis/sdk/governance/readAction";

/** An entrant chooses its own name: direction marks would make another one of it. */
export function plainEntrant(entrant: NewMember): NewMember {
  return { ...entrant, name: printable(entrant.name), endpoint: printable(entrant.endpoint) };
}

export function plainAction(action: ReadAction): ReadAction {
  if (action.type === "admit") return { ...action, entrant: plainEntrant(action.entrant) };
  if ("name" in action && action.name !== null) return { ...action, name: printable(action.name) };
  return action;
}
