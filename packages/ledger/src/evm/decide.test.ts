import { DENIAL_CODES } from "@anamnesis/core/consent/decide";
import { PERMITTED } from "@anamnesis/testkit/core/decisionInput";
import { DECISION_CASES } from "@anamnesis/testkit/core/decisionVectors";
import { randomDecision, randomNumbers } from "@anamnesis/testkit/core/randomDecision";
import { encodeAbiParameters } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Anvil, startAnvil } from "./anvil.ts";
import { argumentsEncoder } from "./testing/abiWords.ts";
import { compareDecisions, decideHere, decideOnChain, placeHarness } from "./testing/compareDecisions.ts";
import { decisionCase, decisionWords } from "./testing/decisionCase.ts";
import { decideharnessAbi } from "./testing/generated/decideharness.ts";

const CASES = 100_000;
/** Of 100,000: what a code or basis must at least have come out to count as reached. */
const LEAST = 200;

let anvil: Anvil;

beforeAll(async () => {
  // No block comes while calls run.
  anvil = await startAnvil({ blockTime: 86_400 });
  await placeHarness(anvil.rpcUrl);
});

afterAll(async () => anvil.stop());

test("encodes cases as viem does", () => {
  const random = randomNumbers(1);
  const cases = Array.from({ length: 50 }, () => decisionCase(randomDecision(random)));
  const { inputs } = decideharnessAbi[0];
  const encoded = argumentsEncoder(inputs)([cases, true]);
  expect(`0x${encoded}`).toBe(encodeAbiParameters(inputs, [cases, true] as never));
});

test.each([true, false])(
  "the contract decides the vectors as TypeScript does, with a record: %s",
  async (whole) => {
    const inputs = DECISION_CASES.map(([, change]) => change(PERMITTED));
    const there = await decideOnChain(anvil.rpcUrl, inputs, whole);
    const here = inputs.map((input) => decisionWords(decideHere(input, whole)));
    const names = DECISION_CASES.map(([name]) => name);
    expect(names.filter((_, i) => there[i] !== here[i])).toEqual([]);
  },
);

test(
  `the contract decides ${CASES} generated cases as TypeScript does, every code and basis among them`,
  { timeout: 300_000 },
  async () => {
    const { histogram, differences } = await compareDecisions(anvil.rpcUrl, 2026, CASES);
    expect(differences.slice(0, 3)).toEqual([]);
    expect([...histogram.values()].reduce((sum, count) => sum + count)).toBe(CASES);
    expect([...histogram].filter(([, count]) => count < LEAST)).toEqual([]);
    expect(histogram.size).toBe(4 + DENIAL_CODES.length);
  },
);
