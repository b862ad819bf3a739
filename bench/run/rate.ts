export interface Rate {
  readonly perSecond: number;
  /** Milliseconds of each. */
  readonly samples: readonly number[];
}

/** Runs `work` for about `time` milliseconds, `width` at once, after one that does not count. */
export async function rate(
  time: number,
  work: (i: number) => Promise<unknown> | void,
  width: number = 1,
): Promise<Rate> {
  await work(0);
  const samples: number[] = [];
  const begin = performance.now();
  const end = begin + time;
  let next = 1;
  const lane = async (): Promise<void> => {
    do {
      const from = performance.now();
      await work(next++);
      samples.push(performance.now() - from);
    } while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return { perSecond: samples.length / ((performance.now() - begin) / 1000), samples };
}

/** Calls a second of what returns at once; called in rounds, so that the clock costs little. */
export function quickRate(time: number, work: () => void): number {
  const ROUND = 20;
  work();
  const begin = performance.now();
  let count = 0;
  do {
    for (let i = 0; i < ROUND; i++) work();
    count += ROUND;
  } while (performance.now() - begin < time);
  return count / ((performance.now() - begin) / 1000);
}
