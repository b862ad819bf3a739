import { keccak_256 } from "@noble/hashes/sha3.js";
import { toHex, utf8ToBytes } from "../encoding/bytes.ts";
import type { Address, Hex } from "../ids.ts";
import type { Intent, IntentContract, LedgerIdentity } from "./intents.ts";

const ENTRANT = "(bytes32,uint8,address,bytes32,bool,string,string)";
const INCLUSION = "(uint64,bytes32,uint32,bytes32,uint32,bytes32[])";

/**
 * The contracts' functions that members can pause, by the intent that each takes. What patients sign asks nobody, and votes cannot
 * be stopped, so that a pause can always be lifted.
 */
export const PAUSABLE = {
  SetEndpoint: ["consortium", "setEndpoint(bytes32,string,uint64,bytes)"],
  RequestJoin: ["consortium", `requestJoin(${ENTRANT},bytes)`],
  AdoptCommittee: ["consortium", "adoptCommittee(bytes32,(bytes32,uint8,uint32,bytes32[]),bytes[])"],
  SetActor: ["directory", "setActor((bytes32,bytes32,uint8,address,bytes32,bool,uint64),bytes)"],
  AnchorBatch: ["records", "anchor((bytes32,uint64,bytes32,uint32,bytes32),bytes)"],
  AnchorLogHead: ["receipts", "anchorHead((bytes32,uint64,bytes32,bytes32),bytes)"],
  AmendRecord: ["records", `amend((bytes32,bytes32,bytes32),bytes32,${INCLUSION},bytes)`],
  RetractRecord: ["records", `retract((bytes32,bytes32),bytes32,${INCLUSION},bytes)`],
  NameEndorsers: ["records", `nameEndorsers((bytes32,bytes32,bytes32,uint8,bytes32[]),${INCLUSION},bytes)`],
  EndorseRecord: ["records", "endorse((bytes32,bytes32,bytes32,bytes32),bytes32[],bytes)"],
  EraseRecord: ["records", "erase(bytes32,(bytes32,bytes)[])"],
} as const satisfies {
  readonly [T in Intent["type"]]?: readonly [IntentContract, string];
};
export type PausableIntent = keyof typeof PAUSABLE;

/** Selectors of proposing, voting and counting again, which cannot be paused. */
export const VOTING: readonly Hex[] = [
  "propose((bytes32,uint8,bytes,bytes32),bytes)",
  "vote((bytes32,bytes32,bool),bytes)",
  "settle(bytes32)",
].map(selectorOf);

/** A function as a pause names it. */
export interface LedgerFunction {
  readonly target: Address;
  /** First 4 bytes of keccak256 of the signature. */
  readonly selector: Hex;
}

/** The function that takes this kind of intent. */
export function functionOf({ contracts }: LedgerIdentity, type: PausableIntent): LedgerFunction {
  const [contract, signature] = PAUSABLE[type];
  return { target: contracts[contract], selector: selectorOf(signature) };
}

/** The kind of intent that this function takes; `null` when it is another one. */
export function intentOfFunction(identity: LedgerIdentity, of: LedgerFunction): PausableIntent | null {
  const types = Object.keys(PAUSABLE) as PausableIntent[];
  const found = types.find((type) => {
    const { target, selector } = functionOf(identity, type);
    return target === of.target && selector === of.selector;
  });
  return found ?? null;
}

export function isVoting({ contracts }: LedgerIdentity, { target, selector }: LedgerFunction): boolean {
  return target === contracts.consortium && VOTING.includes(selector);
}

function selectorOf(signature: string): Hex {
  return toHex(keccak_256(utf8ToBytes(signature)).subarray(0, 4));
}
