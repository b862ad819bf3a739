import { spawn } from "node:child_process";
import { basename } from "node:path";
import { ROOT } from "./paths.ts";

interface Options {
  /** Keep the standard output for the caller instead of showing it. */
  readonly capture?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

interface Ended {
  /** 1 when a signal ended the program or it could not be started. */
  readonly code: number;
  /** Empty unless captured. */
  readonly output: string;
}

/** Runs a JavaScript program on this Node. */
export function runProgram(program: string, args: readonly string[], options: Options = {}): Promise<Ended> {
  return spawned(process.execPath, [program, ...args], options, false);
}

/** Runs a script of the package.json in `cwd`, without npm's own lines. */
export function runNpmScript(name: string, args: readonly string[], options: Options): Promise<Ended> {
  const cli = process.env.npm_execpath;
  const all = ["run", "--silent", name, "--", ...args];
  return cli !== undefined && basename(cli).startsWith("npm")
    ? spawned(process.execPath, [cli, ...all], options, false)
    : spawned("npm", all, options, process.platform === "win32");
}

function spawned(command: string, args: readonly string[], options: Options, shell: boolean): Promise<Ended> {
  const { capture = false, env = {}, cwd = ROOT } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: ["ignore", capture ? "pipe" : "inherit", "inherit"],
    });
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      console.error(`${basename(command)} could not be started (${error.code ?? "no code"}).`);
      resolve({ code: 1, output });
    });
    child.on("close", (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}
