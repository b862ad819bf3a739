import { afterAll, beforeAll, expect, it } from "vitest";
import { LargeDocument } from "./largeDocument.ts";

const SIZE = 32_000_000;
/** Kept whole at any one place, the document would be there at least three times: received, copied, hashed. */
const MOST_GROWTH = 2 * SIZE;
const LONG = 300_000;

let large: LargeDocument;
beforeAll(async () => {
  large = await LargeDocument.start();
}, LONG);
afterAll(() => large?.stop(), LONG);

it(
  "a document of 32 MB is sealed, replicated, opened and read in part while the nodes keep little of it in memory",
  async () => {
    const { growth, digests, part } = await large.play(1, SIZE);
    expect(digests[1]).toEqual(digests[0]);
    expect(Buffer.compare(part[1], part[0])).toBe(0);
    expect(part[1]).toHaveLength(100_000);
    for (const stage of Object.values(growth)) {
      for (const grown of Object.values(stage)) expect(grown).toBeLessThan(MOST_GROWTH);
    }
  },
  LONG,
);
