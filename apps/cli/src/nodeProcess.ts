import { type ChildProcess, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { AnamnesisError } from "@anamnesis/core/errors";
import { parseOrganisationId, type OrganisationId } from "@anamnesis/core/ids";

/** What a node's process is told besides: for those who measure it or break it. */
export interface NodeLaunch {
  /** The file that it runs; the node's own program by default. */
  readonly main?: string;
  /** Arguments of Node itself. */
  readonly execArgv?: readonly string[];
  /** Beside the variables that every node gets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a node's process is started with. */
export interface NodeProcessOptions extends NodeLaunch {
  /** The node's configuration file (JSON). */
  readonly configPath: string;
  readonly passphrasePath: string;
  /** Of its database on a PostgreSQL server; the embedded one by default. */
  readonly databaseUrl?: string | undefined;
  /** Its log is appended here. */
  readonly logPath: string;
  /** Called when it ends without having been told to. */
  readonly onDeath?: (exitCode: number | null) => void;
}

export interface NodeProcess {
  /** `null` when it could not be started at all. */
  readonly pid: number | null;
  /** Resolves when it listens. Rejects with what the node says when it cannot start, or with `node-failed`. */
  readonly ready: Promise<{ readonly url: string; readonly organisation: OrganisationId }>;
  /** SIGTERM, then waits until it has ended; SIGKILL after 20 s. Also before it is ready. */
  stop(): Promise<void>;
  /** SIGKILL, then waits until it has ended. Its death is told. */
  kill(): Promise<void>;
}

/** Milliseconds: a node opens its database and its log before it listens, and three of them share a machine that may have other work. */
const READY_DEADLINE = 180_000;
const STOP_DEADLINE = 20_000;

/**
 * The young generation has one size from the beginning, half spaces of 16 MiB: what a node takes shows at its start and not in its first busy minute, and pieces of a large document that are done with do not wait
 * in it while V8 lets it grow to half spaces of 64 MiB, its own limit in Node 24.
 */
const NODE_ARGUMENTS = [
  "--disable-warning=ExperimentalWarning",
  "--min-semi-space-size=16",
  "--max-semi-space-size=16",
];

/** The file that a node's process runs. */
export const NODE_MAIN = fileURLToPath(import.meta.resolve("@anamnesis/node/main"));
/** The file that a front's process runs. */
export const FRONT_MAIN = fileURLToPath(import.meta.resolve("@anamnesis/node/front"));

/**
 * Starts a node as a process of its own. It is the leader of its own process group, so that an interrupt on the terminal
 * reaches this program alone, which stops nodes and ledger in their order.
 */
export async function startNodeProcess(options: NodeProcessOptions): Promise<NodeProcess> {
  const log = await open(options.logPath, "a", 0o600);
  const before = (await log.stat()).size;
  const { main = NODE_MAIN, execArgv = [] } = options;
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, ...execArgv, main], {
    stdio: ["ignore", "pipe", log.fd],
    detached: true,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ANAMNESIS_CONFIG: options.configPath,
      ANAMNESIS_PASSPHRASE_FILE: options.passphrasePath,
      ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
      ...options.env,
    },
  });
  await log.close();
  let stopping = false;
  let ended = false;
  let listening = false;
  const end = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", () => resolve(null));
  });
  void end.then((code) => {
    ended = true;
    if (listening && !stopping) options.onDeath?.(code);
  });
  const untilReady = async (): Promise<{ url: string; organisation: OrganisationId }> => {
    const line = await Promise.race([
      firstLine(child),
      end.then(() => null),
      new Promise<null>((resolve) => setTimeout(resolve, READY_DEADLINE, null).unref()),
    ]);
    const announced = line === null ? null : parseReady(line);
    if (announced === null) {
      if (!ended) child.kill("SIGKILL");
      await end;
      throw await whyItEnded(options.logPath, before);
    }
    listening = true;
    return announced;
  };
  const ready = untilReady();
  // Who stops it before it is ready need not look at this.
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? null,
    ready,
    stop: async () => {
      stopping = true;
      if (!ended) child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE);
      await end;
      clearTimeout(timer);
    },
    kill: async () => {
      if (!ended) child.kill("SIGKILL");
      await end;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | null> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const at = text.indexOf("\n");
    if (at >= 0) {
      // Nothing else is expected; what comes must not fill the pipe.
      child.stdout?.resume();
      return text.slice(0, at);
    }
  }
  return null;
}

function parseReady(line: string): { url: string; organisation: OrganisationId } | null {
  try {
    const { url, organisation } = JSON.parse(line) as { url?: unknown; organisation?: unknown };
    if (typeof url !== "string" || typeof organisation !== "string") return null;
    return { url, organisation: parseOrganisationId(organisation) };
  } catch {
    return null;
  }
}

/** A node that cannot start ends with three lines: error, fix, code. They are its own words and carry no secrets. */
async function whyItEnded(logPath: string, from: number): Promise<AnamnesisError> {
  const file = await open(logPath, "r");
  let text: string;
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size - from, 64 * 1024));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    text = bytes.toString("utf8");
  } finally {
    await file.close();
  }
  const match = /^error: (.*)\n {2}fix: (.*)\n {2}code: ([a-z0-9-]+)$/m.exec(text);
  const [, rule, fix, code] = match ?? [];
  if (rule !== undefined && fix !== undefined && code !== undefined)
    return new AnamnesisError({ code, rule, fix });
  return new AnamnesisError({
    code: "node-failed",
    rule: "A node must start and listen.",
    fix: "Read its log for the reason; check free memory and disk space.",
  });
}
