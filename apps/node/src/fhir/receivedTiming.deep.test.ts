import process from "node:process";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { signedRanks } from "@anamnesis/testkit/core/signedRanks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testSteps } from "./testing/testSteps.ts";
import { closeTestDatabases, startTestDatabase } from "../indexer/testing/testDatabase.ts";
import { ASKED, saidTo, type Side, sideOf } from "./testing/unseenSides.ts";

/**
 * The colleague without a consent measures how long answers take, at a node where records were received and at one where none ever were. Each question is asked of both, in an order by
 * lot; of nodes there are several, since two databases never are equally fast, and what is told from such a pair is that alone.
 */

const PAIRS = Number(process.env["ANAMNESIS_PAIRS"] ?? 2000);
/** Nodes of each of both kinds. */
const NODES = 4;
/** Questions to each node before they count. */
const WARM = 30;
/** What who asks once may know by the clock: 0.1 makes a guess of which is which right in 55 of 100 cases instead of 50. */
const MOST = 0.1;
/** Standard deviations that chance alone has in one of some thousand runs. */
const CHANCE = 4;
const HOUR = 3_600_000;

/** Only what begins so is asked, to look at some of them: `Observation?`. */
const BEGINS = process.env["ANAMNESIS_ASKED"] ?? "";
const READS = ASKED.filter(([method, url]) => method === "GET" && url.startsWith(BEGINS));

const there: Side[] = [];
const never: Side[] = [];
beforeAll(async () => {
  await startTestDatabase();
  for (let i = 0; i < NODES; i++) {
    there.push(await sideOf(true));
    never.push(await sideOf(false));
  }
}, HOUR);
afterAll(closeTestDatabases);

/** Milliseconds until the answer leaves the node. */
async function timed(side: Side, asked: (typeof ASKED)[number]): Promise<number> {
  const { method, url, body, headers } = saidTo(side, asked);
  const begin = performance.now();
  await testSteps(() => side.asker.send(method, url, body, headers));
  return performance.now() - begin;
}

it(
  `nothing of it is told by the clock, by ranks of ${PAIRS} pairs of answers for each question`,
  async () => {
    const random = seededRandom("order of sides");
    const told: string[] = [];
    for (const asked of READS) {
      const hidden: number[] = [];
      const absent: number[] = [];
      for (let i = -WARM * NODES; i < PAIRS; i++) {
        const node = (i + WARM * NODES) % NODES;
        const sides = [
          [there[node] as Side, hidden],
          [never[node] as Side, absent],
        ] as const;
        const lot = ((random(1)[0] ?? 0) & 1) === 1;
        for (const [side, times] of lot ? sides : sides.toReversed()) {
          const time = await timed(side, asked);
          if (i >= 0) times.push(time);
        }
      }
      const { z, correlation } = signedRanks(hidden, absent);
      process.stdout.write(`${correlation.toFixed(3)} (z ${z.toFixed(1)}) ${asked[0]} ${asked[1]}\n`);
      if (Math.abs(correlation) > MOST && Math.abs(z) > CHANCE)
        told.push(`${asked[0]} ${asked[1]}: ${correlation.toFixed(3)}`);
    }
    expect(told).toEqual([]);
  },
  HOUR,
);
