import { hasCode } from "@anamnesis/core/errors";

/** Owners one after the other had a receipt key each: which of them something was sealed to shows when it opens. Throws what `open` throws of the last one. @param seeds as `receiptKeys` gives them, at least one. */
export async function withAnySeed<T>(
  seeds: readonly Uint8Array[],
  open: (seed: Uint8Array) => Promise<T>,
): Promise<T> {
  for (const seed of seeds.slice(0, -1)) {
    try {
      return await open(seed);
    } catch (error) {
      if (!hasCode(error, "hpke-open")) throw error;
    }
  }
  return open(seeds.at(-1) as Uint8Array);
}
