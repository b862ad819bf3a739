import { createServer } from "node:http";
import { choosePorts } from "@anamnesis/cli/demo/start/ports";

export interface LateEngine {
  readonly rpcUrl: string;
  /** From now on a transaction reaches the engine at once, and its sender hears nothing until `punctual`. */
  late(): void;
  /** Answers that were held back are given, and later ones at once. */
  punctual(): void;
  /** How many transactions went through while their answer was held back. */
  readonly held: () => number;
  close(): Promise<void>;
}

/** A proxy before the engine's JSON-RPC that delays what the sender of a transaction most needs: the word that it was taken. */
export async function startLateEngine(engineUrl: string): Promise<LateEngine> {
  let waiting = Promise.resolve();
  let release = (): void => undefined;
  let held = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString("utf8");
      const headers = { "content-type": "application/json" };
      const answer = await fetch(engineUrl, { method: "POST", headers, body });
      const text = await answer.text();
      if (body.includes("eth_sendRawTransaction")) {
        const until = waiting;
        let over = false;
        void until.then(() => (over = true));
        await Promise.resolve();
        if (!over) held++;
        await until;
      }
      response.writeHead(answer.status, headers).end(text);
    })().catch(() => response.destroy());
  });
  const [port] = await choosePorts(null, 1);
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  return {
    rpcUrl: `http://127.0.0.1:${port}`,
    late: () => {
      waiting = new Promise((resolve) => (release = resolve));
    },
    punctual: () => {
      release();
      waiting = Promise.resolve();
    },
    held: () => held,
    close: async () => {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
