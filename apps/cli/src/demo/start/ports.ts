import { createServer, type Server } from "node:net";
import { AnamnesisError } from "@anamnesis/core/errors";

/**
 * `count` ports of 127.0.0.1 that nobody uses: `first` and those after it, or any when `first` is `null`.
 * Throws `port-in-use` with the port.
 */
export async function choosePorts(first: number | null, count: number): Promise<readonly number[]> {
  const servers: Server[] = [];
  try {
    for (let i = 0; i < count; i++) servers.push(await listen(first === null ? 0 : first + i));
    return servers.map(portOf);
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", () =>
      reject(
        new AnamnesisError({
          code: "port-in-use",
          rule: "The demo needs four ports in a row on 127.0.0.1: one for the chain and one for each node.",
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
