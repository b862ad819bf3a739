import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface Connections {
  /** Ends each connection as soon as no request is under way on it, at once where there is none. */
  endWhenIdle(): void;
  /** Ends all, whatever is under way. */
  endAll(): void;
}

/**
 * Follows a server's connections, so that closing it ends them: Node's own `close` leaves alone who has sent no whole request, looks at its timeouts no more, and
 * keeps a connection for further requests when the last of those under way is answered.
 */
export function followConnections(server: Server): Connections {
  /** With the answers that are not out yet. */
  const open = new Map<Socket, Set<ServerResponse>>();
  let closing = false;
  server.on("connection", (socket) => {
    // Accepted in the moment before the port was free.
    if (closing) return void socket.destroy();
    open.set(socket, new Set());
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    const answers = open.get(socket);
    answers?.add(response);
    response.once("close", () => {
      answers?.delete(response);
      if (closing && answers?.size === 0) socket.destroySoon();
    });
  });
  return {
    endWhenIdle: () => {
      closing = true;
      for (const [socket, answers] of open) {
        if (answers.size === 0) socket.destroy();
        for (const answer of answers) if (!answer.headersSent) answer.setHeader("connection", "close");
      }
    },
    endAll: () => {
      for (const socket of open.keys()) socket.destroy();
    },
  };
}
