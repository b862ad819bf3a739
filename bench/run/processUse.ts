import { readFile } from "node:fs/promises";

/** What a process has used since it began. */
export interface ProcessUse {
  readonly cpuMs: number;
  /** Resident memory now and at its highest, bytes. */
  readonly rss: number;
  readonly peakRss: number;
}

/** Ticks of the kernel's accounting a second (USER_HZ), fixed on Linux for all programs. */
const TICKS = 100;

/** From /proc (proc(5)), which Linux alone has; `null` elsewhere and when the process has ended. */
export async function processUse(pid: number): Promise<ProcessUse | null> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/status`, "utf8"),
    ]);
    // The name in parentheses may hold spaces; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const kilobytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
    return {
      cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS,
      rss: kilobytes("VmRSS") * 1024,
      peakRss: kilobytes("VmHWM") * 1024,
    };
  } catch {
    return null;
  }
}
