import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type RequestListener,
  type Server,
} from "node:http";
import { type AddressInfo, connect } from "node:net";
import { isAnamnesisError } from "@anamnesis/core/errors";
import { afterEach, describe, expect, it } from "vitest";
import { createForwarder, type Forwarder } from "./forward.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).toReversed()) close();
});

async function listen(listener: RequestListener): Promise<{ readonly server: Server; readonly url: URL }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
}

/** A server that passes everything on to `main`; what is thrown is its answer's code. */
async function before(main: URL, stopping = false): Promise<URL> {
  const forwarder: Forwarder = createForwarder(main, () => stopping);
  closing.push(() => forwarder.close());
  const { url } = await listen((request, response) => {
    forwarder.forward(request, response, "198.51.100.1").catch((error: unknown) => {
      response.writeHead(503).end(isAnamnesisError(error) ? error.code : "defect");
    });
  });
  return url;
}

/** Sends bytes as they are and gives all that comes back until the other side closes. */
async function sendRaw(url: URL, text: string): Promise<string> {
  const socket = connect(Number(url.port), url.hostname);
  socket.write(text);
  let all = "";
  for await (const piece of socket) all += String(piece);
  return all;
}

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  let all = "";
  for await (const piece of message) all += String(piece);
  return all;
};

describe("what a front passes on", () => {
  it.each(["GET", "DELETE", "POST"])("keeps a body in pieces the body of its own %s", async (method) => {
    const seen: string[] = [];
    const { url } = await listen((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push(`${request.method} ${request.url} ${String(request.headers["x-forwarded-for"])} ${body}`);
        response.end("taken");
      });
    });
    const front = await before(url);
    const hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";
    const head = `${method} /a?b=%20c HTTP/1.1\r\nHost: h\r\nConnection: close, transfer-encoding, content-length\r\n`;
    const pieces = `Transfer-Encoding: chunked\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    expect(await sendRaw(front, head + pieces)).toMatch(/^HTTP\/1\.1 200/);
    expect(await sendRaw(front, `${head}Content-Length: ${hidden.length}\r\n\r\n${hidden}`)).toMatch(/ 200/);
    const one = `${method} /a?b=%20c 198.51.100.1 ${hidden}`;
    expect(seen).toEqual([one, one]);
  });

  it("gives status, several headers of one name and an empty answer back as they are", async () => {
    const { url } = await listen((_request, response) => {
      response.writeHead(304, { "set-cookie": ["a=1", "b=2"], etag: '"x"' }).end();
    });
    const asked = httpRequest(await before(url, true)).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    expect([answer.statusCode, answer.headers["set-cookie"], answer.headers.etag]).toEqual([
      304,
      ["a=1", "b=2"],
      '"x"',
    ]);
    // It stops, so the caller's next request is for another process.
    expect(answer.headers.connection).toBe("close");
  });

  it("says that the main process is away when it is, or ends before it answers", async () => {
    const { server, url } = await listen((request) => request.socket.destroy());
    const front = await before(url);
    expect(await (await fetch(front, { method: "POST", body: "x" })).text()).toBe("node-away");
    server.close();
    await once(server, "close");
    expect(await (await fetch(front)).text()).toBe("node-away");
  });

  it("breaks the caller's connection off when an answer ends in its middle", async () => {
    const { url } = await listen((_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => response.destroy());
    });
    const asked = httpRequest(await before(url)).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    await expect(bodyOf(answer)).rejects.toThrow(/aborted/);
  });

  it("lets go of what a caller does not wait for", async () => {
    const begun = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const { url } = await listen((request) => {
      request.socket.once("close", () => gone.resolve());
      begun.resolve();
    });
    const asked = httpRequest(await before(url));
    asked.on("error", () => undefined).end();
    await begun.promise;
    asked.destroy();
    await gone.promise;
  });
});
