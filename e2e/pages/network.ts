import { createServer, request, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** The way from a browser to the nodes, which can be cut: for pages and their workers alike. */
export interface Network {
  /** For a browser's context. */
  readonly proxy: { readonly server: string; readonly bypass: string };
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A forward proxy (RFC 9110 section 3.7) for plain HTTP on this machine. */
export async function startNetwork(): Promise<Network> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((incoming, answer) => {
    const { url = "", method, headers } = incoming;
    const outgoing = request(url, { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.rawHeaders);
      answered.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    answer.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.on("connection", (socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    // Browsers go to the own machine directly unless they are told not to.
    proxy: { server: `http://127.0.0.1:${port}`, bypass: "<-loopback>" },
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    close: () => closed(server),
  };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
}
