import { afterAll, beforeAll, expect, test } from "vitest";
import { type Anvil, startAnvil } from "./anvil.ts";
import { compareDecisions, placeHarness } from "./testing/compareDecisions.ts";

const CASES = 1_000_000;
const LEAST = 2_000;

let anvil: Anvil;

beforeAll(async () => {
  // No block comes while calls run.
  anvil = await startAnvil({ blockTime: 86_400 });
  await placeHarness(anvil.rpcUrl);
});

afterAll(async () => anvil.stop());

test(`the contract decides ${CASES} other cases as TypeScript does`, async () => {
  const started = performance.now();
  const { histogram, differences } = await compareDecisions(anvil.rpcUrl, 20_260_101, CASES);
  expect(differences.slice(0, 3)).toEqual([]);
  expect([...histogram].filter(([, count]) => count < LEAST)).toEqual([]);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${CASES} cases in ${seconds} s: ${JSON.stringify(Object.fromEntries(histogram))}`);
});
