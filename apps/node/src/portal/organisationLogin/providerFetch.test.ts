import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { providerFetch } from "./providerFetch.ts";

const asked: string[] = [];
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    if (path === "/moved") response.writeHead(302, { location: "/elsewhere" }).end();
    else if (path === "/broken") response.writeHead(502).end("{}");
    else if (path === "/large") response.end(Buffer.alloc(300 * 1024));
    else if (path === "/slow") response.write("{");
    else if (path !== "/silent") response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());

const GET = { method: "GET", headers: {} };
const unavailable = (why: string): object => ({ code: "provider-unavailable", cause: why });

describe("what a provider may answer", () => {
  it("is given as it came, and where it leads is not followed", async () => {
    const fetched = providerFetch(url);
    expect(await (await fetched(`${url}/good`, GET)).text()).toBe("{}");
    const { status } = await fetched(`${url}/moved`, GET);
    expect(status).toBe(302);
    expect(asked).not.toContain("/elsewhere");
  });

  // Milliseconds: what answers gets the time for it on any machine.
  it.each([
    ["/broken", "server-error", 30_000],
    ["/large", "too-large", 30_000],
    ["/slow", "timeout", 200],
    ["/silent", "timeout", 200],
  ])("%s is none: %s", async (path, why, patience) => {
    await expect(providerFetch(url, patience)(`${url}${path}`, GET)).rejects.toMatchObject(unavailable(why));
  });

  it("is asked over https alone, unless the provider is on this machine", async () => {
    const remote = providerFetch("https://login.hospital.example");
    await expect(remote(`${url}/good`, GET)).rejects.toMatchObject(unavailable("insecure-address"));
    const local = providerFetch(url);
    await expect(local("http://login.hospital.example/", GET)).rejects.toMatchObject(
      unavailable("insecure-address"),
    );
    await expect(local("http://localhost:1/", GET)).rejects.toMatchObject(unavailable("unreached"));
  });
});
