import type { Row } from "../run/report.ts";
import { type BenchWorld, PROCESSES } from "./benchWorld.ts";

export interface Measured<T> {
  readonly result: T;
  readonly ms: number;
  /** CPU milliseconds of each process meanwhile, system calls included. */
  readonly cpuMs: Readonly<Record<string, number | null>>;
}

/** Time and each process's CPU of `work`. */
export async function measured<T>({ use }: BenchWorld, work: () => Promise<T>): Promise<Measured<T>> {
  const before = await use();
  const begin = performance.now();
  const result = await work();
  const ms = performance.now() - begin;
  const after = await use();
  const cpuMs = Object.fromEntries(
    PROCESSES.map((name) => {
      const [from, to] = [before[name], after[name]];
      return [name, from === null || to === null ? null : to.cpuMs - from.cpuMs];
    }),
  );
  return { result, ms, cpuMs };
}

/** CPU milliseconds a record, process by process and together: what other work on the machine disturbs least. */
export function cpuRow(what: string, { cpuMs, ms }: Measured<unknown>, records: number): Row {
  const each = Object.entries(cpuMs).map(
    ([name, used]) => [name, used === null ? null : used / records] as const,
  );
  const together = Object.values(cpuMs).reduce<number>((sum, used) => sum + (used ?? 0), 0);
  return {
    work: what,
    ...Object.fromEntries(each),
    together: together / records,
    "cores busy": together / ms,
  };
}
