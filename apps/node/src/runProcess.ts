import { readFile } from "node:fs/promises";
import process from "node:process";
import { AnamnesisError, isAnamnesisError } from "@anamnesis/core/errors";

/** What a process runs until it is told to stop. */
export interface Running {
  readonly url: string;
  readonly organisation: string;
  stop(): Promise<void>;
}

/**
 * Runs a program of a node as this process: prints one line of JSON on standard output when it listens, stops on SIGTERM or SIGINT; what cannot start
 * says why on standard error and ends with 1.
 */
export async function runProcess(start: () => Promise<Running>): Promise<void> {
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    const { code, rule, fix } = startError(error);
    process.stderr.write(`error: ${rule}\n  fix: ${fix}\n  code: ${code}\n`);
    process.exit(1);
  }
  const { url, organisation } = running;
  process.stdout.write(`${JSON.stringify({ ready: true, url, organisation })}\n`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      void running.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/** Text of the file that `ANAMNESIS_CONFIG` names. Throws `bad-config`. */
export async function readConfig(): Promise<string> {
  const path = process.env["ANAMNESIS_CONFIG"];
  const text = path === undefined ? null : await readFile(path, "utf8").catch(() => null);
  if (text !== null) return text;
  throw new AnamnesisError({
    code: "bad-config",
    rule: "A node reads its configuration from a file.",
    fix: "Name the file in ANAMNESIS_CONFIG; docs/operations.md lists every key.",
  });
}

function startError(error: unknown): { code: string; rule: string; fix: string } {
  if (isAnamnesisError(error)) return { code: error.code, rule: error.rule, fix: error.fix };
  return { code: "internal", rule: "The node met a defect of its own.", fix: "Report it with the log." };
}
