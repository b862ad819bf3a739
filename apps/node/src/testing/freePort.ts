import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the range from which systems give ports to outgoing connections: those could take it before its server listens, and while that is restarted. */
const FREE_FROM = 20_000;
const FREE_TO = 32_000;

/** A port of 127.0.0.1 at which nobody listens, for a server that is started, and started again, at one address. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FREE_FROM, FREE_TO);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
