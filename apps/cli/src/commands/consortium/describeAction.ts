import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { intentOfFunction, type LedgerFunction } from "@anamnesis/core/ledger/functions";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { contractNameText, type ProposalAction } from "@anamnesis/core/ledger/proposal";
import { printable } from "../../output/format.ts";

/** One line that says what a proposal would do. */
export function describeAction(
  action: ProposalAction,
  { members, requests }: Pick<ConsortiumStatus, "members" | "requests">,
  identity: LedgerIdentity,
): string {
  const nameOf = (organisation: OrganisationId): string => {
    const known = [...members, ...requests.map(({ entrant }) => entrant)];
    const found = known.find((candidate) => candidate.organisation === organisation);
    return found === undefined ? organisation : printable(found.name);
  };
  switch (action.type) {
    case "admit": {
      const { name, kind, custodian } = action.entrant;
      return `admit ${printable(name)}, ${kind}${custodian ? ", as a custodian" : ""}`;
    }
    case "set-parameter":
      return `set ${action.parameter} to ${action.value}`;
    case "rotate-key":
      return `give ${nameOf(action.organisation)} the key ${action.signer}`;
    case "adopt-contract":
      return `adopt ${contractNameText(action.contract)} version ${action.version} at ${action.target}`;
    case "pause":
      return `pause ${functionName(identity, action)} until ${moment(action.until as UnixSeconds)}`;
    case "lift-pause":
      return `lift the pause of ${functionName(identity, action)}`;
    default:
      return `${action.type} ${nameOf(action.organisation)}`;
  }
}

/** The intent that the function takes, for people; else target and selector. */
export function functionName(identity: LedgerIdentity, of: LedgerFunction): string {
  return intentOfFunction(identity, of) ?? `${of.target} ${of.selector}`;
}

/** `2026-05-01 12:00 UTC`. */
export function moment(time: UnixSeconds): string {
  return `${new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
