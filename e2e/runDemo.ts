import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const CLI_MAIN = fileURLToPath(import.meta.resolve("@anamnesis/cli/main"));

/** What `--json` writes. */
export interface DemoReport {
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly environment: { readonly node: string; readonly platform: string; readonly cores: number };
  readonly totals: Readonly<Record<string, number | null>>;
  readonly steps: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly milliseconds: number;
    readonly facts: Readonly<Record<string, number | string | boolean | null>>;
  }[];
}

export interface Finished {
  readonly exitCode: number | null;
  readonly output: string;
}

const running = new Set<CommandProcess>();

/** For `afterAll`: a test that failed or ran out of time leaves no process behind. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((command) => command.stop()));
}

/** The real command as a process of its own. */
export class CommandProcess {
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcess;
  #output = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CLI_MAIN, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"], ...env },
    });
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (this.#output += chunk.toString("utf8")));
    }
    this.finished = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (exitCode) => {
        running.delete(this);
        resolve({ exitCode, output: this.#output });
      });
    });
  }

  /** Resolves when the command has written `text`, or has ended; what it wrote so far. */
  async until(text: string): Promise<string> {
    const written = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#output.includes(text)) resolve();
      };
      this.#child.stdout?.on("data", look);
      look();
    });
    await Promise.race([written, this.finished]);
    return this.#output;
  }

  async stop(): Promise<Finished> {
    if (this.#child.exitCode === null) this.#child.kill("SIGTERM");
    return this.finished;
  }
}

export async function readReport(path: string): Promise<DemoReport> {
  return JSON.parse(await readFile(path, "utf8")) as DemoReport;
}

/** Figures of the step whose name begins so. */
export function factsOf(report: DemoReport, name: string): DemoReport["steps"][number]["facts"] {
  return report.steps.find((step) => step.name.startsWith(name))?.facts ?? {};
}
