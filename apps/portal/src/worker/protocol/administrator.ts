import type { PausableIntent } from "@anamnesis/core/ledger/functions";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import type { ConsortiumParameters, Parameter } from "@anamnesis/core/ledger/proposal";
import type { ReadAction, ReadFunction } from "@anamnesis/sdk/governance/readAction";

export type { Parameter, PausableIntent, ReadAction };

/** A proposal with everything that a vote is about. Names are cleaned of what nobody sees. */
export interface ProposalView {
  readonly id: string;
  readonly action: ReadAction;
  readonly by: string;
  readonly state: "open" | "carried-out" | "rejected" | "failed" | "expired";
  /** Of a failed one: the rule that it would have broken. */
  readonly problem: string | null;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly yes: readonly string[];
  readonly no: readonly string[];
  /** Active members that may vote and have not. */
  readonly silent: readonly string[];
  /** Votes for it that are still needed. */
  readonly missing: number;
  readonly required: number;
  /** Active members that may vote. */
  readonly voters: number;
  /** How this organisation voted; `null`: not yet. */
  readonly own: boolean | null;
  /** This organisation's vote or call for a count is on its way to the ledger. */
  readonly sending: boolean;
  /** It is about this organisation, which has no vote on it. */
  readonly aboutUs: boolean;
  /** The votes are enough either way; only a count is missing. */
  readonly toCount: boolean;
}

/** An organisation that asked to be admitted, and whose request stands on the ledger. */
export interface RequestToJoin {
  readonly request: string;
  readonly entrant: NewMember;
  /** An open proposal is about it already. */
  readonly proposed: boolean;
}

/** What an administrator sees of the own organisation and of the consortium. */
export interface OrganisationView {
  readonly organisation: string;
  readonly name: string;
  /** An active member proposes and votes. */
  readonly active: boolean;
  readonly status: "ready" | "starting" | "degraded";
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
  readonly people: readonly {
    readonly id: string;
    /** `null` while nobody who answers has the key card. */
    readonly name: string | null;
    readonly role: string;
    readonly active: boolean;
  }[];
  readonly members: readonly {
    readonly organisation: string;
    readonly name: string;
    readonly kind: string;
    readonly endpoint: string;
    readonly custodian: boolean;
    readonly status: "active" | "suspended" | "removed";
  }[];
  readonly parameters: ConsortiumParameters;
  readonly requests: readonly RequestToJoin[];
  /** Open ones, then those that ended, newest first. */
  readonly proposals: readonly ProposalView[];
  readonly pauses: readonly (ReadFunction & { readonly until: number })[];
  /** What this organisation signed and the ledger does not have: on its way (`null`), or refused. */
  readonly sending: readonly {
    readonly type: "RequestJoin" | "Propose" | "Vote" | "SettleProposal";
    readonly about: string;
    readonly refusal: string | null;
  }[];
}

/** What somebody would put to the vote. */
export type ProposalWish =
  | { readonly type: "admit"; readonly request: string }
  | { readonly type: "suspend" | "reinstate" | "remove"; readonly organisation: string }
  | { readonly type: "set-parameter"; readonly parameter: Parameter; readonly value: number }
  /** The file that the member's `anamnesis node keys next` wrote. */
  | { readonly type: "rotate-key"; readonly offer: Uint8Array }
  | { readonly type: "pause"; readonly intent: PausableIntent; readonly until: number }
  | { readonly type: "lift-pause"; readonly intent: PausableIntent };

export interface AdministratorMethods {
  organisation: () => Promise<OrganisationView>;
  setPerson: (parameters: { readonly id: string; readonly active: boolean }) => Promise<void>;
  /** What would be proposed, as the others would see it. Nothing is signed. */
  lookAtWish: (wish: ProposalWish) => Promise<ReadAction>;
  /** Signs the proposal in the organisation's name, with its own vote for it. It counts when the ledger has it. */
  propose: (wish: ProposalWish) => Promise<{ readonly proposal: string }>;
  vote: (parameters: { readonly proposal: string; readonly support: boolean }) => Promise<void>;
  /** Has the votes counted again. */
  settle: (parameters: { readonly proposal: string }) => Promise<void>;
  /** Who asks to be admitted in this file of `anamnesis consortium join`. */
  lookAtRequest: (parameters: { readonly file: Uint8Array }) => Promise<NewMember>;
  /** Brings such a request to the ledger. */
  relayRequest: (parameters: { readonly file: Uint8Array }) => Promise<void>;
}
