import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import { AnamnesisError } from "@anamnesis/core/errors";

/** Below the range from which systems give ports to outgoing connections, which would take one before its node listens. */
const FREE_FROM = 20_000;
const FREE_TO = 32_000;
const ATTEMPTS = 100;

/**
 * `count` ports of 127.0.0.1 that nobody uses: `first` and those after it, or any when `first` is `null`.
 * Throws `port-in-use` with the port.
 */
export async function choosePorts(first: number | null, count: number): Promise<readonly number[]> {
  const servers: Server[] = [];
  try {
    for (let i = 0; i < count; i++)
      servers.push(first === null ? await listenAnywhere() : await listen(first + i));
    return servers.map(portOf);
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

async function listenAnywhere(): Promise<Server> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    const server = await listen(randomInt(FREE_FROM, FREE_TO)).catch(() => null);
    if (server !== null) return server;
  }
  return listen(randomInt(FREE_FROM, FREE_TO));
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", () =>
      reject(
        new AnamnesisError({
          code: "port-in-use",
          rule: "The demo needs ports in a row on 127.0.0.1: one for each node, and one before them for the embedded chain.",
          fix: "End the program that uses the port, or give another first port with --port; without --port free ones are taken.",
          meta: { port },
        }),
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
