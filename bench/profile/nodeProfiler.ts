import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { ORGANISATIONS } from "@anamnesis/cli/demo/cast";
import { until } from "@anamnesis/cli/demo/until";

/** Takes CPU profiles of the nodes' processes, which were started with `preload.ts`, and of this process, phase by phase. */
export class NodeProfiler {
  readonly #folder: string;
  readonly #curve: string;
  readonly #pids: Readonly<Record<string, number>>;
  #phases = 0;

  constructor(folder: string, curve: string, pids: Readonly<Record<string, number>>) {
    this.#folder = folder;
    this.#curve = curve;
    this.#pids = pids;
  }

  /** Afterwards the folder has `<curve>-<phase>-<process>.cpuprofile` for each, and a node's `….statements.json`. */
  async during<T>(phase: string, work: () => Promise<T>): Promise<T> {
    await mkdir(this.#folder, { recursive: true });
    const number = ++this.#phases;
    this.#signal();
    for (const key of ORGANISATIONS) {
      const mark = this.#path(key, `${number}.started`);
      await appears(mark);
      await rm(mark);
    }
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: 500 });
    await session.post("Profiler.start");
    try {
      return await work();
    } finally {
      const { profile } = await session.post("Profiler.stop");
      session.disconnect();
      this.#signal();
      await writeFile(this.#named(phase, "client"), JSON.stringify(profile));
      for (const key of ORGANISATIONS) {
        const path = this.#path(key, `${number}.cpuprofile`);
        await appears(path);
        await rename(path, this.#named(phase, key));
        await rename(
          this.#path(key, `${number}.statements.json`),
          this.#named(phase, key).replace(/cpuprofile$/, "statements.json"),
        );
      }
    }
  }

  #path(key: string, rest: string): string {
    return join(this.#folder, `${this.#curve}-${key}-${rest}`);
  }

  #named(phase: string, name: string): string {
    return join(this.#folder, `${this.#curve}-${phase}-${name}.cpuprofile`);
  }

  #signal(): void {
    for (const key of ORGANISATIONS) process.kill(this.#pids[key] as number, "SIGUSR2");
  }
}

async function appears(path: string): Promise<void> {
  await until({ what: "a process writing its profile" }, () =>
    access(path).then(
      () => true,
      () => null,
    ),
  );
}
