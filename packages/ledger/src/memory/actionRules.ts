import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { type OrganisationId, parseUnixSeconds } from "@anamnesis/core/ids";
import { isVoting } from "@anamnesis/core/ledger/functions";
import { ledgerDomain } from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf } from "@anamnesis/core/ledger/newMember";
import { acceptKeyTypedData, type Parameter, type ProposalAction } from "@anamnesis/core/ledger/proposal";
import type { LedgerEventBody } from "@anamnesis/core/ports/ledger";
import type { RefusalCode } from "../refusal.ts";
import { isPaused, pauseKey } from "./authorise.ts";
import { codeHashOf } from "./code.ts";
import { problemOfEntrant } from "./joinRules.ts";
import type { LedgerState, MemberState } from "./state.ts";

type ActionOf<T extends ProposalAction["type"]> = Extract<ProposalAction, { type: T }>;
/** The rule that it would break now, or what it does. */
type Ruled = RefusalCode | { readonly change: () => void; readonly event: LedgerEventBody };

const HOUR = 3_600;
const DAY = 86_400;
const BOUNDS: { readonly [P in Parameter]: readonly [least: number, most: number] } = {
  quorum: [5_000, 10_000],
  votingPeriod: [HOUR, 90 * DAY],
  minimumMembers: [2, 2 ** 32 - 1],
  maxPause: [HOUR, 30 * DAY],
};

/** `Consortium._carryOut`: looked at when it is proposed, and again by the vote that makes it enough. */
export function actionRule(state: LedgerState, action: ProposalAction): Ruled {
  switch (action.type) {
    case "admit":
      return admit(state, action);
    case "set-parameter":
      return setParameter(state, action);
    case "rotate-key":
      return rotateKey(state, action);
    case "adopt-contract":
      return adoptContract(state, action);
    case "pause":
      return pause(state, action);
    case "lift-pause":
      return liftPause(state, action);
    default:
      return changeStatus(state, action);
  }
}

function admit(state: LedgerState, { entrant }: ActionOf<"admit">): Ruled {
  if (!state.requests.has(joinRequestIdOf(entrant))) return "unknown-request";
  const problem = problemOfEntrant(state, entrant);
  if (problem !== null) return problem;
  return {
    change: () => {
      state.members.set(entrant.organisation, { ...entrant, endpointVersion: 0, status: "active" });
      state.holders.set(entrant.signer, entrant.organisation);
    },
    event: { type: "member-admitted", ...entrant },
  };
}

function changeStatus(state: LedgerState, action: ActionOf<"suspend" | "reinstate" | "remove">): Ruled {
  const { type, organisation } = action;
  const member = state.members.get(organisation);
  if (type === "reinstate" && member?.status === "active") return "member-not-suspended";
  if (type === "suspend" && member?.status === "suspended") return "member-not-active";
  if (member === undefined) return "unknown-member";
  if (member.status === "removed") return "no-longer-member";
  // Of a suspended member nothing is left to lose.
  const problem = member.status === "active" ? problemWithout(state, organisation) : null;
  if (problem !== null) return problem;
  const as = (status: MemberState["status"]) => (): void => {
    state.members.set(organisation, { ...member, status });
  };
  if (type === "reinstate")
    return { change: as("active"), event: { type: "member-reinstated", organisation } };
  return type === "suspend"
    ? { change: as("suspended"), event: { type: "member-suspended", organisation } }
    : { change: as("removed"), event: { type: "member-removed", organisation } };
}

/** Rules that going on without this active member would break. */
function problemWithout(state: LedgerState, organisation: OrganisationId): RefusalCode | null {
  const left = [...state.members.values()].filter((member) => member.status === "active").length - 1;
  if (left < state.parameters.minimumMembers) return "too-few-members";
  const [committee] = state.committees.values();
  if (committee?.members.includes(organisation) !== true) return null;
  const custodians = committee.members.filter(
    (id) => id !== organisation && state.members.get(id)?.status === "active",
  );
  return custodians.length < committee.threshold ? "committee-below-threshold" : null;
}

function setParameter(state: LedgerState, { parameter, value }: ActionOf<"set-parameter">): Ruled {
  const [least, most] = BOUNDS[parameter];
  const active = [...state.members.values()].filter(({ status }) => status === "active").length;
  if (value < least || value > most) return "parameter-out-of-bounds";
  if (parameter === "minimumMembers" && value > active) return "parameter-out-of-bounds";
  return {
    change: () => {
      state.parameters = { ...state.parameters, [parameter]: value };
    },
    event: { type: "parameter-set", parameter, value },
  };
}

function rotateKey(state: LedgerState, action: ActionOf<"rotate-key">): Ruled {
  const { organisation, signer, keyCard, acceptance } = action;
  if (state.holders.has(signer)) return "signer-taken";
  const member = state.members.get(organisation);
  if (member === undefined) return "unknown-member";
  if (member.status === "removed") return "no-longer-member";
  const accepted = acceptKeyTypedData(ledgerDomain(state.identity, "consortium"), action);
  if (!verifyBy(typedDataDigest(accepted), fromHex(acceptance), signer)) return "key-not-accepted";
  return {
    change: () => {
      state.members.set(organisation, { ...member, signer, keyCard });
      state.holders.set(signer, organisation);
    },
    event: { type: "member-key-rotated", organisation, signer, keyCard },
  };
}

function adoptContract(state: LedgerState, action: ActionOf<"adopt-contract">): Ruled {
  const { contract, target, codehash, version } = action;
  const current = state.contracts.get(contract)?.version ?? 0;
  if (version !== current + 1) return "contract-version-conflict";
  if (codeHashOf(state.identity, target) !== codehash) return "other-code";
  return {
    change: () => state.contracts.set(contract, { target, version, codehash }),
    event: { type: "contract-adopted", contract, target, version, codehash },
  };
}

function pause(state: LedgerState, { target, selector, until }: ActionOf<"pause">): Ruled {
  if (isVoting(state.identity, { target, selector })) return "not-pausable";
  if (until <= state.time || until > state.time + state.parameters.maxPause) return "bad-pause";
  return {
    change: () => state.pauses.set(pauseKey({ target, selector }), until),
    event: { type: "function-paused", target, selector, until: parseUnixSeconds(until) },
  };
}

function liftPause(state: LedgerState, { target, selector }: ActionOf<"lift-pause">): Ruled {
  if (!isPaused(state, { target, selector })) return "not-paused";
  return {
    change: () => state.pauses.delete(pauseKey({ target, selector })),
    event: { type: "pause-lifted", target, selector },
  };
}
