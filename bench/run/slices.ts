import { rate } from "./rate.ts";

/** Milliseconds of one way's turn: short, so that what else the machine does meets all ways alike. */
const SLICE = 40;

/** One way's figures: `perRequest[i]` of all ways were measured one after the other. */
export interface Slices {
  /** Milliseconds for a request, by the clock, in each turn. */
  readonly perRequest: readonly number[];
  /** Milliseconds of each single request. */
  readonly samples: readonly number[];
}

/** Measures several ways of the same in short turns, `time` milliseconds for each way in all, who begins going round. */
export async function inSlices(
  time: number,
  ways: readonly ((i: number) => Promise<unknown>)[],
  width: number = 1,
): Promise<readonly Slices[]> {
  const turns = Math.max(3, Math.round(time / SLICE));
  const found = ways.map(() => ({ perRequest: [] as number[], samples: [] as number[] }));
  for (let turn = 0; turn < turns; turn++) {
    for (let step = 0; step < ways.length; step++) {
      const at = (turn + step) % ways.length;
      const [work, figures] = [ways[at], found[at]];
      if (work === undefined || figures === undefined) continue;
      const { perSecond, samples } = await rate(SLICE, (i) => work(turn * 1009 + i), width);
      figures.perRequest.push(1000 / perSecond);
      figures.samples.push(...samples);
    }
  }
  return found;
}
