import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { AnamnesisError } from "@anamnesis/core/errors";

/** A running geth. */
export interface GethProcess {
  readonly pid: number;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/**
 * Starts the program, says its process id, and ends it when standard input closes: so it ends with this process, by its id, even
 * when this one is killed.
 */
const KEEPER = `
exec 3<&0
"$@" 3<&- </dev/null >&2 &
child=$!
echo "$child"
{ read -r _ <&3; kill -9 "$child"; } >/dev/null 2>&1 &
reader=$!
wait "$child"
kill "$reader"
`;

/** @param logPath where its output goes, after what is there. Throws `geth-failed`. */
export async function startGethProcess(
  program: string,
  args: readonly string[],
  logPath: string,
): Promise<GethProcess> {
  const log = await open(logPath, "a");
  const keeper = spawn("/bin/sh", ["-c", KEEPER, "sh", program, ...args], {
    stdio: ["pipe", "pipe", log.fd],
    // A Ctrl-C at a terminal goes to its whole process group; who started the network ends it.
    detached: true,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
  });
  const [stdin, stdout] = [keeper.stdin as Writable, keeper.stdout as Readable];
  // The keeper may be gone before its input is closed.
  stdin.on("error", () => undefined);
  const ended = once(keeper, "exit").then(
    () => void stdin.destroy(),
    () => undefined,
  );
  await log.close();
  const pid = Number(await firstLine(stdout));
  if (!Number.isSafeInteger(pid) || pid <= 0) throw gethFailed("not-started");
  return {
    pid,
    ended,
    end: async (signal) => {
      try {
        // A stopped process takes no SIGTERM.
        process.kill(pid, "SIGCONT");
        process.kill(pid, signal);
      } catch {
        // It has ended already.
      }
      await ended;
    },
  };
}

async function firstLine(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) return line;
  return "";
}

export function gethFailed(reason: string): AnamnesisError<"geth-failed"> {
  return new AnamnesisError({
    code: "geth-failed",
    rule: "geth starts, finds its peers and makes blocks.",
    fix: "Read its log in the folder of the network; build it anew with npm run setup:geth.",
    meta: { reason },
  });
}
