import { concatBytes, fromHex, toHex, utf8ToBytes } from "../encoding/bytes.ts";
import { abiWord, type TypedData } from "../encoding/eip712.ts";
import type { Address, Digest, Hash32, Hex, OrganisationId } from "../ids.ts";
import {
  badPayload,
  decodeNewMember,
  encodeNewMember,
  type NewMember,
  smallUint,
  wordAt,
} from "./newMember.ts";

/** What members set for themselves, in the order of the contract. */
export const PARAMETERS = ["quorum", "votingPeriod", "minimumMembers", "maxPause"] as const;
export type Parameter = (typeof PARAMETERS)[number];

/** Values of the parameters, within bounds that the members cannot move. */
export interface ConsortiumParameters {
  /** Hundredths of a per cent of the active members of which more must agree; 5,000 to 10,000. */
  readonly quorum: number;
  /** Seconds that a proposal stays open: an hour to 90 days. */
  readonly votingPeriod: number;
  /** Active members below which no vote gets: 2 or more. */
  readonly minimumMembers: number;
  /** Seconds that one pause may last: an hour to 30 days. */
  readonly maxPause: number;
}

const DAY = 86_400;

/** More than half, 14 days, 2 members, 7 days. */
export const DEFAULT_PARAMETERS: ConsortiumParameters = {
  quorum: 5_000,
  votingPeriod: 14 * DAY,
  minimumMembers: 2,
  maxPause: 7 * DAY,
};

/** In the order of the contract. */
export const PROPOSAL_ACTIONS = [
  "admit",
  "suspend",
  "reinstate",
  "remove",
  "set-parameter",
  "rotate-key",
  "adopt-contract",
  "pause",
  "lift-pause",
] as const;

/** What is put to the vote. */
export type ProposalAction =
  /** Exactly as the entrant requested it. */
  | { readonly type: "admit"; readonly entrant: NewMember }
  | { readonly type: "suspend"; readonly organisation: OrganisationId }
  | { readonly type: "reinstate"; readonly organisation: OrganisationId }
  /** For ever: an organisation that comes back has a new id. */
  | { readonly type: "remove"; readonly organisation: OrganisationId }
  | { readonly type: "set-parameter"; readonly parameter: Parameter; readonly value: number }
  | {
      readonly type: "rotate-key";
      readonly organisation: OrganisationId;
      /** The new key, which no member ever had. */
      readonly signer: Address;
      readonly keyCard: Digest;
      /** The new key's own signature over `acceptKeyTypedData`, 65 bytes r ‖ s ‖ v. */
      readonly acceptance: Hex;
    }
  | {
      readonly type: "adopt-contract";
      /** As `contractName` makes it. */
      readonly contract: Hash32;
      readonly target: Address;
      /** keccak256 of the code that stands there. */
      readonly codehash: Hash32;
      /** 1, 2, 3, … for each name. */
      readonly version: number;
    }
  | {
      readonly type: "pause";
      readonly target: Address;
      /** 4 bytes. */
      readonly selector: Hex;
      /** Seconds since 1970: when it goes on by itself. */
      readonly until: number;
    }
  | { readonly type: "lift-pause"; readonly target: Address; readonly selector: Hex };

/** Who has no vote on this: the member that would be suspended or removed. */
export function excludedFrom(action: ProposalAction): OrganisationId | null {
  return action.type === "suspend" || action.type === "remove" ? action.organisation : null;
}

/** A contract's name as the ledger has it: at most 32 bytes of UTF-8, padded on the right. Throws `bad-payload`. */
export function contractName(text: string): Hash32 {
  const bytes = utf8ToBytes(text);
  if (bytes.length === 0 || bytes.length > 32) throw badPayload();
  return toHex(concatBytes(bytes, new Uint8Array(32 - bytes.length)));
}

/** For people: the text of a name, or its hexadecimal when it is none. */
export function contractNameText(name: Hash32): string {
  const text = new TextDecoder().decode(fromHex(name)).replace(/\0+$/, "");
  return /^[\x21-\x7e]+$/.test(text) ? text : name;
}

/** What the new key of an organisation signs before the members vote about it (EIP-712, in the consortium's domain). */
export function acceptKeyTypedData(
  domain: TypedData["domain"],
  key: { readonly organisation: OrganisationId; readonly signer: Address; readonly keyCard: Digest },
): TypedData {
  const { organisation, signer, keyCard } = key;
  return {
    domain,
    primaryType: "AcceptKey",
    fields: [
      { type: "bytes32", name: "organisation" },
      { type: "address", name: "signer" },
      { type: "bytes32", name: "keyCard" },
    ],
    message: { organisation, signer, keyCard },
  };
}

const STATIC = {
  suspend: ["bytes32"],
  reinstate: ["bytes32"],
  remove: ["bytes32"],
  "set-parameter": ["uint8", "uint64"],
  "rotate-key": ["bytes32", "address", "bytes32", "bytes32", "bytes32", "uint8"],
  "adopt-contract": ["bytes32", "address", "bytes32", "uint64"],
  pause: ["address", "bytes4", "uint64"],
  "lift-pause": ["address", "bytes4"],
} as const;

/** The action's payload as docs/formats.md has it. Throws `bad-typed-data`. */
export function encodePayload(action: ProposalAction): Uint8Array {
  if (action.type === "admit") return encodeNewMember(action.entrant);
  const values = valuesOf(action);
  return concatBytes(...STATIC[action.type].map((type, i) => abiWord(type, values[i])));
}

function valuesOf(action: Exclude<ProposalAction, { type: "admit" }>): readonly unknown[] {
  switch (action.type) {
    case "set-parameter":
      return [PARAMETERS.indexOf(action.parameter), action.value];
    case "rotate-key": {
      const { organisation, signer, keyCard, acceptance } = action;
      const part = (start: number, end: number): Hex => `0x${acceptance.slice(2 + 2 * start, 2 + 2 * end)}`;
      const v = acceptance.length === 132 ? Number.parseInt(acceptance.slice(130), 16) : -1;
      return [organisation, signer, keyCard, part(0, 32), part(32, 64), v];
    }
    case "adopt-contract":
      return [action.contract, action.target, action.codehash, action.version];
    case "pause":
      return [action.target, action.selector, action.until];
    case "lift-pause":
      return [action.target, action.selector];
    default:
      return [action.organisation];
  }
}

/** @param type by its place in `PROPOSAL_ACTIONS`. Throws `bad-payload`. */
export function decodePayload(type: number, payload: Uint8Array): ProposalAction {
  const name = PROPOSAL_ACTIONS[type];
  if (name === undefined) throw badPayload();
  if (name === "admit") return { type: name, entrant: decodeNewMember(payload) };
  if (payload.length !== STATIC[name].length * 32) throw badPayload();
  const hash = <T extends Hash32>(index: number): T => toHex<T>(wordAt(payload, index * 32));
  const address = (index: number): Address => toHex<Address>(wordAt(payload, index * 32).subarray(12));
  const uint = (index: number): number => smallUint(wordAt(payload, index * 32));
  const selector = (index: number): Hex => toHex(wordAt(payload, index * 32).subarray(0, 4));
  switch (name) {
    case "set-parameter": {
      const parameter = PARAMETERS[uint(0)];
      if (parameter === undefined) throw badPayload();
      return { type: name, parameter, value: uint(1) };
    }
    case "rotate-key": {
      const acceptance = toHex(concatBytes(payload.subarray(96, 160), Uint8Array.of(uint(5))));
      return { type: name, organisation: hash(0), signer: address(1), keyCard: hash(2), acceptance };
    }
    case "adopt-contract":
      return { type: name, contract: hash(0), target: address(1), codehash: hash(2), version: uint(3) };
    case "pause":
      return { type: name, target: address(0), selector: selector(1), until: uint(2) };
    case "lift-pause":
      return { type: name, target: address(0), selector: selector(1) };
    default:
      return { type: name, organisation: hash(0) };
  }
}
