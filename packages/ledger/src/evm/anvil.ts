import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AnamnesisError } from "@anamnesis/core/errors";
import { anyFreePort, freePort } from "./freePort.ts";

export interface AnvilOptions {
  /** A free one by default. */
  readonly port?: number;
  /** File that holds the chain between runs; written at `stop`. Without it the chain ends with the process. */
  readonly statePath?: string;
  /** Seconds between blocks, fractions allowed; 1 by default. */
  readonly blockTime?: number;
  /** 31337 by default. */
  readonly chainId?: number;
  /**
   * Blocks whose state stays readable, which replacing blocks by RPC needs; 0 by default. With any at all anvil 1.7.1
   * keeps some 150 kB for every block that it makes, without an end: for tests of minutes.
   */
  readonly keptStates?: number;
  /** The executable; the one that npm installed by default. */
  readonly binary?: string;
}

export interface Anvil {
  readonly rpcUrl: string;
  readonly port: number;
  readonly chainId: number;
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends the process and waits until the state is written. */
  stop(): Promise<void>;
}

type AnvilErrorCode = "anvil-missing" | "anvil-failed";

/** Milliseconds until the first answer; a state file of some hundred megabytes takes seconds to load. */
const READY_DEADLINE = 30_000;
const READY_POLL = 20;
const BLOCK_GAS = 60_000_000;

/**
 * Starts a development chain on 127.0.0.1 with London rules and free transactions. It is no ledger for production: one
 * machine decides, and an end by SIGKILL loses what was not saved. Throws `port-in-use`, `anvil-missing`, `anvil-failed`.
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const port = options.port === undefined ? await anyFreePort() : await freePort(options.port);
  const chainId = options.chainId ?? 31_337;
  const [command, ...before] = options.binary === undefined ? findAnvil() : [options.binary];
  const child = spawn(command, [...before, ...argumentsOf(options, port, chainId)], {
    stdio: "ignore",
    // A Ctrl-C at a terminal goes to its whole process group; the chain ends when `stop` says so, after those who use it.
    detached: true,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const rpcUrl = `http://127.0.0.1:${port}`;
  await untilReady(child, rpcUrl, chainId);
  return {
    rpcUrl,
    port,
    chainId,
    pid: child.pid as number,
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function argumentsOf(options: AnvilOptions, port: number, chainId: number): readonly string[] {
  return [
    "--quiet",
    "--host=127.0.0.1",
    `--port=${port}`,
    `--chain-id=${chainId}`,
    "--hardfork=london",
    "--base-fee=0",
    "--gas-price=0",
    `--gas-limit=${BLOCK_GAS}`,
    `--block-time=${options.blockTime ?? 1}`,
    // Accounts with well-known keys would change nothing (no contract trusts a sender), and nothing needs coins.
    "--accounts=1",
    "--disable-default-create2-deployer",
    "--no-cors",
    // Without a number no state but the newest is kept: about 3 kB a block, its header, instead of 150 in memory or on disk.
    `--prune-history${options.keptStates === undefined ? "" : `=${options.keptStates}`}`,
    ...(options.statePath === undefined ? [] : [`--state=${options.statePath}`]),
  ];
}

/** The native executable of the platform package; npm's launcher, a script, where the package is another. */
function findAnvil(): readonly [string, ...string[]] {
  const require = createRequire(import.meta.url);
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const platform = `@foundry-rs/anvil-${process.platform}-${arch}`;
  const executable = process.platform === "win32" ? "anvil.exe" : "anvil";
  try {
    return [join(dirname(require.resolve(`${platform}/package.json`)), "bin", executable)];
  } catch {
    try {
      const launcher = join(dirname(require.resolve("@foundry-rs/anvil/package.json")), "bin.mjs");
      return [process.execPath, launcher];
    } catch {
      throw anvilError("anvil-missing");
    }
  }
}

async function untilReady(child: ChildProcess, rpcUrl: string, chainId: number): Promise<void> {
  let failure: AnvilErrorCode | null = null;
  child.once("error", () => (failure = "anvil-missing"));
  child.once("exit", () => (failure ??= "anvil-failed"));
  const deadline = performance.now() + READY_DEADLINE;
  while (performance.now() < deadline) {
    if (failure !== null) throw anvilError(failure);
    if (await answers(rpcUrl, chainId)) return;
    await delay(READY_POLL);
  }
  child.kill("SIGKILL");
  throw anvilError("anvil-failed");
}

async function answers(rpcUrl: string, chainId: number): Promise<boolean> {
  try {
    const response = await fetch(rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
      signal: AbortSignal.timeout(1_000),
    });
    const answer: unknown = await response.json();
    return (
      typeof answer === "object" &&
      answer !== null &&
      "result" in answer &&
      answer.result === `0x${chainId.toString(16)}`
    );
  } catch {
    return false;
  }
}

function anvilError(code: AnvilErrorCode): AnamnesisError<AnvilErrorCode> {
  const parts: Record<AnvilErrorCode, { rule: string; fix: string }> = {
    "anvil-missing": {
      rule: "The embedded chain is the program anvil, which npm installs.",
      fix: "Run npm install, or give the path of anvil; on a platform without it, configure another EVM network.",
    },
    "anvil-failed": {
      rule: "The embedded chain must start and answer.",
      fix: "Check that its state file is whole and writable (or start afresh), and that there is memory left.",
    },
  };
  return new AnamnesisError({ code, ...parts[code] });
}
