import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { AnamnesisError } from "@anamnesis/core/errors";

/** Below the range from which systems give ports to outgoing connections, which could take one before the chain listens. */
const PORTS_FROM = 20_000;
const PORTS_TO = 32_000;
const PORT_ATTEMPTS = 100;

/** A port of 127.0.0.1 on which nobody listens. Throws `port-in-use`. */
export async function anyFreePort(): Promise<number> {
  for (let attempt = 1; attempt < PORT_ATTEMPTS; attempt++) {
    const port = await freePort(randomInt(PORTS_FROM, PORTS_TO)).catch(() => null);
    if (port !== null) return port;
  }
  return freePort(randomInt(PORTS_FROM, PORTS_TO));
}

/** `wanted` when nobody listens there. Throws `port-in-use`. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", () =>
      reject(
        new AnamnesisError({
          code: "port-in-use",
          rule: "The embedded chain needs a port of its own on 127.0.0.1.",
          fix: "End the program that uses the port, or choose another.",
          meta: { port: wanted },
        }),
      ),
    );
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}
