import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import type { Address, Digest, Hash32, Hex, OrganisationId } from "@anamnesis/core/ids";
import { intentOfFunction, type LedgerFunction, type PausableIntent } from "@anamnesis/core/ledger/functions";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import {
  type ConsortiumParameters,
  contractNameText,
  type Parameter,
  type ProposalAction,
} from "@anamnesis/core/ledger/proposal";

/** A function as people know it. */
export interface ReadFunction extends LedgerFunction {
  /** The intent that it takes; `null`: a function that this program does not know. */
  readonly intent: PausableIntent | null;
}

/** What a proposal would do, with everything in it that a vote is about: nobody votes on what is not shown. */
export type ReadAction =
  | { readonly type: "admit"; readonly entrant: NewMember }
  | {
      readonly type: "suspend" | "reinstate" | "remove";
      readonly organisation: OrganisationId;
      /** `null`: nobody of this id is a member or asked to be one. */
      readonly name: string | null;
    }
  | {
      readonly type: "set-parameter";
      readonly parameter: Parameter;
      readonly value: number;
      /** What it is now. */
      readonly present: number;
    }
  | {
      readonly type: "rotate-key";
      readonly organisation: OrganisationId;
      readonly name: string | null;
      readonly signer: Address;
      readonly keyCard: Digest;
    }
  | {
      readonly type: "adopt-contract";
      readonly contract: string;
      readonly version: number;
      readonly target: Address;
      readonly codehash: Hash32;
    }
  | ({ readonly type: "pause"; readonly until: number } & ReadFunction)
  | ({ readonly type: "lift-pause" } & ReadFunction);

export interface ActionContext {
  readonly members: readonly { readonly organisation: OrganisationId; readonly name: string }[];
  readonly requests: readonly { readonly entrant: Pick<NewMember, "organisation" | "name"> }[];
  readonly parameters: ConsortiumParameters;
}

/** Pure. Names are as their organisations gave them: whoever prints them cleans them first. @param context a `ConsortiumStatus` will do. */
export function readAction(
  action: ProposalAction,
  context: ActionContext | ConsortiumStatus,
  identity: LedgerIdentity,
): ReadAction {
  switch (action.type) {
    case "admit":
      return { type: action.type, entrant: action.entrant };
    case "set-parameter": {
      const { type, parameter, value } = action;
      return { type, parameter, value, present: context.parameters[parameter] };
    }
    case "rotate-key": {
      const { type, organisation, signer, keyCard } = action;
      return { type, organisation, name: nameIn(context, organisation), signer, keyCard };
    }
    case "adopt-contract": {
      const { type, contract, version, target, codehash } = action;
      return { type, contract: contractNameText(contract), version, target, codehash };
    }
    case "pause":
      return { type: action.type, until: action.until, ...readFunction(identity, action) };
    case "lift-pause":
      return { type: action.type, ...readFunction(identity, action) };
    default:
      return {
        type: action.type,
        organisation: action.organisation,
        name: nameIn(context, action.organisation),
      };
  }
}

export function readFunction(identity: LedgerIdentity, { target, selector }: LedgerFunction): ReadFunction {
  return {
    target,
    selector: selector satisfies Hex,
    intent: intentOfFunction(identity, { target, selector }),
  };
}

function nameIn({ members, requests }: ActionContext, organisation: OrganisationId): string | null {
  const known = [...members, ...requests.map(({ entrant }) => entrant)];
  return known.find((candidate) => candidate.organisation === organisation)?.name ?? null;
}
