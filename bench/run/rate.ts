export interface Rate {
  readonly perSecond: number;
  /** By the CPU time of this process instead of the clock's: other work on the machine changes it little. */
  readonly perCpuSecond: number;
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
  const cpu = process.cpuUsage();
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
  const seconds = (performance.now() - begin) / 1000;
  return { perSecond: samples.length / seconds, perCpuSecond: samples.length / cpuSeconds(cpu), samples };
}

/** Calls a CPU second of what returns at once; called in rounds, so that the clock costs little. */
export function quickRate(time: number, work: () => void): number {
  const ROUND = 20;
  work();
  const cpu = process.cpuUsage();
  let count = 0;
  do {
    for (let i = 0; i < ROUND; i++) work();
    count += ROUND;
  } while (cpuSeconds(cpu) * 1000 < time);
  return count / cpuSeconds(cpu);
}

/** CPU seconds of this process since `begin`. */
export function cpuSeconds(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000_000;
}
