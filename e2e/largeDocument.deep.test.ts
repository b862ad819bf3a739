import { afterAll, beforeAll, expect, it } from "vitest";
import { LargeDocument } from "./largeDocument.ts";

/** What a node may take besides what it held before, however large what goes through it is. */
const MOST_GROWTH = 64 * 1024 * 1024;
const LONG = 1_200_000;

let large: LargeDocument;
beforeAll(async () => {
  large = await LargeDocument.start();
}, LONG);
afterAll(() => large?.stop(), LONG);

it.each([
  ["one document of 100 MB", 1, 100_000_000],
  ["a bundle of 100 MB in 500 documents", 500, 200_000],
])(
  "%s goes the whole way while no node grows by 64 MiB",
  async (what, documents, bytes) => {
    const { growth, digests, part, size, seconds } = await large.play(documents, bytes);
    process.stdout.write(`${JSON.stringify({ what, size, seconds, growth })}\n`);
    expect(size).toBeGreaterThan(99_000_000);
    expect(digests[1]).toEqual(digests[0]);
    expect(Buffer.compare(part[1], part[0])).toBe(0);
    for (const stage of Object.values(growth)) {
      for (const grown of Object.values(stage)) expect(grown).toBeLessThan(MOST_GROWTH);
    }
  },
  LONG,
);
