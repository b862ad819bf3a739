import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a process holds in memory, from Linux's `/proc/<pid>/status`; bytes. */
export class ProcessMemory {
  readonly #folder: string;

  private constructor(pid: string) {
    this.#folder = join("/proc", pid);
  }

  /** The one process whose environment names `needle`, such as the path of its configuration. */
  static async of(needle: string): Promise<ProcessMemory> {
    for (const pid of await readdir("/proc")) {
      if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
      const environment = await readFile(join("/proc", pid, "environ"), "utf8").catch(() => "");
      if (environment.split("\0").includes(needle)) return new ProcessMemory(pid);
    }
    throw new TypeError("there is no such process");
  }

  /** Resident now. From here on `peak` counts anew (proc(5), clear_refs). */
  async reset(): Promise<number> {
    await writeFile(join(this.#folder, "clear_refs"), "5");
    return this.#field("VmRSS");
  }

  /** The most that was resident since `reset`. */
  async peak(): Promise<number> {
    return this.#field("VmHWM");
  }

  async #field(name: string): Promise<number> {
    const status = await readFile(join(this.#folder, "status"), "utf8");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  }
}
