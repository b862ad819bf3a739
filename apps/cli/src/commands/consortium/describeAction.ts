import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { LedgerFunction } from "@anamnesis/core/ledger/functions";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { ProposalAction } from "@anamnesis/core/ledger/proposal";
import { readAction, readFunction, type ReadFunction } from "@anamnesis/sdk/governance/readAction";
import { printable } from "../../output/format.ts";

/** One line that says what a proposal would do. */
export function describeAction(
  action: ProposalAction,
  status: Pick<ConsortiumStatus, "members" | "requests" | "parameters">,
  identity: LedgerIdentity,
): string {
  const read = readAction(action, status, identity);
  switch (read.type) {
    case "admit": {
      const { name, kind, custodian } = read.entrant;
      return `admit ${printable(name)}, ${kind}${custodian ? ", as a custodian" : ""}`;
    }
    case "set-parameter":
      return `set ${read.parameter} to ${read.value}`;
    case "rotate-key":
      return `give ${printable(read.name ?? read.organisation)} the key ${read.signer}`;
    case "adopt-contract":
      return `adopt ${read.contract} version ${read.version} at ${read.target}`;
    case "pause":
      return `pause ${functionText(read)} until ${moment(read.until as UnixSeconds)}`;
    case "lift-pause":
      return `lift the pause of ${functionText(read)}`;
    default:
      return `${read.type} ${printable(read.name ?? read.organisation)}`;
  }
}

/** The intent that the function takes, for people; else target and selector. */
export function functionName(identity: LedgerIdentity, of: LedgerFunction): string {
  return functionText(readFunction(identity, of));
}

/** `2026-05-01 12:00 UTC`. */
export function moment(time: UnixSeconds): string {
  return `${new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function functionText({ intent, target, selector }: ReadFunction): string {
  return intent ?? `${target} ${selector}`;
}
