import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { freePort } from "../../testing/freePort.ts";

/** As Debian's package `redis-server` installs it. */
const PROGRAM = "/usr/bin/redis-server";

export const REDIS_INSTALLED = existsSync(PROGRAM);

export interface RedisServer {
  readonly url: string;
  /** As a machine that loses its power. */
  stop(): Promise<void>;
  /** The same server again, at the same port, with nothing in it. */
  start(): Promise<void>;
}

/** A server of its own on loopback, in memory alone. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const password = "canary-redis-password";
  let stopIt: () => Promise<void> = async () => undefined;
  const start = async (): Promise<void> => {
    const child = spawn(
      PROGRAM,
      ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--requirepass", password],
      { stdio: ["ignore", "pipe", "ignore"], cwd: tmpdir() },
    );
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    stopIt = async () => {
      child.kill("SIGKILL");
      await ended;
    };
    for await (const line of createInterface({ input: child.stdout }))
      if (line.includes("Ready to accept connections")) break;
    child.stdout.resume();
  };
  await start();
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    start,
    stop: () => stopIt(),
  };
}
