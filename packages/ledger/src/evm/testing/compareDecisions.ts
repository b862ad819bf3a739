import { BASES, decide, decideSegment, type Decision, DENIAL_CODES } from "@anamnesis/core/consent/decide";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";
import type { DecisionInput } from "@anamnesis/testkit/core/decisionInput";
import { outcomeOf } from "@anamnesis/testkit/core/decisionVectors";
import { randomDecision, randomNumbers } from "@anamnesis/testkit/core/randomDecision";
import { toFunctionSelector } from "viem";
import { argumentsEncoder } from "./abiWords.ts";
import { decisionCase, decisionWords } from "./decisionCase.ts";
import { decideharnessAbi, decideharnessBytecode } from "./generated/decideharness.ts";

const [DECIDE_ALL] = decideharnessAbi;
const SELECTOR = toFunctionSelector(DECIDE_ALL);
const encodeArguments = argumentsEncoder(DECIDE_ALL.inputs);
const HARNESS = `0x${"de".repeat(20)}`;
const DECISION_DIGITS = 3 * 64;

async function rpc(rpcUrl: string, body: string): Promise<Hex> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const answer = (await response.json()) as { readonly result?: Hex; readonly error?: unknown };
  if (answer.result === undefined) {
    throw new AnamnesisError({
      code: "call-refused",
      rule: "The chain runs the harness's calls.",
      fix: "Look at the cause for what it refused.",
      cause: answer.error,
    });
  }
  return answer.result;
}

/** Puts the harness on the chain, where calls find it: a creation that is only called answers with the contract's code. */
export async function placeHarness(rpcUrl: string): Promise<void> {
  const call = (method: string, params: readonly unknown[]) =>
    rpc(rpcUrl, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  const code = await call("eth_call", [{ data: decideharnessBytecode }, "latest"]);
  await call("anvil_setCode", [HARNESS, code]);
}

/** The contract's decisions in one call, three words of hexadecimal each: basis, code, id. */
export async function decideOnChain(
  rpcUrl: string,
  inputs: readonly DecisionInput[],
  whole: boolean,
): Promise<readonly string[]> {
  const data = SELECTOR + encodeArguments([inputs.map(decisionCase), whole]);
  const result = await rpc(
    rpcUrl,
    `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"${HARNESS}","data":"${data}"},"latest"]}`,
  );
  // 0x, offset and length come before the decisions.
  const decisions = result.slice(2 + 2 * 64);
  return inputs.map((_, i) => decisions.slice(i * DECISION_DIGITS, (i + 1) * DECISION_DIGITS));
}

/** What TypeScript decides, on the record or on the segment alone. */
export function decideHere({ request, authority, record, state }: DecisionInput, whole: boolean): Decision {
  return whole ? decide(request, authority, record, state) : decideSegment(request, authority, state);
}

/** Cases in one call, 4 kB each on average: anvil takes bodies of up to 2 MB of hexadecimal. */
const CASES_PER_CALL = 200;
/** Of them so many without a record. */
const SEGMENT_CALLS = 8;

export interface Comparison {
  /** How often each basis and code came out of TypeScript. */
  readonly histogram: ReadonlyMap<string, number>;
  /** Inputs on which the two differ. */
  readonly differences: readonly { readonly input: DecisionInput; readonly whole: boolean }[];
}

/** Decides `cases` generated inputs in TypeScript and in Solidity. Every eighth call is about the segment alone. */
export async function compareDecisions(rpcUrl: string, seed: number, cases: number): Promise<Comparison> {
  const random = randomNumbers(seed);
  const histogram = new Map<string, number>([...BASES, ...DENIAL_CODES].map((outcome) => [outcome, 0]));
  const differences: Comparison["differences"][number][] = [];
  const compare = async (inputs: readonly DecisionInput[], whole: boolean): Promise<void> => {
    const there = decideOnChain(rpcUrl, inputs, whole);
    const here = inputs.map((input) => decideHere(input, whole));
    for (const decision of here) {
      const outcome = outcomeOf(decision);
      histogram.set(outcome, (histogram.get(outcome) ?? 0) + 1);
    }
    for (const [i, words] of (await there).entries()) {
      if (words !== decisionWords(here[i] as Decision))
        differences.push({ input: inputs[i] as DecisionInput, whole });
    }
  };
  let before: Promise<void> = Promise.resolve();
  for (let done = 0, calls = 0; done < cases; calls++) {
    const size = Math.min(CASES_PER_CALL, cases - done);
    const inputs = Array.from({ length: size }, () => randomDecision(random));
    const running = compare(inputs, calls % SEGMENT_CALLS !== 0);
    // One call runs while the next one is made.
    await before;
    before = running;
    done += size;
  }
  await before;
  return { histogram, differences };
}
