import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Somebody else's page. On another port of the portal's own host name its requests carry the session's cookie: `SameSite` looks at no port. */
export interface Attacker {
  readonly url: string;
  close(): Promise<void>;
}

/** A page that shows `portal` in a frame, and whose visit sends what would end the session and put another vault in its place. */
export async function startAttacker(portal: string): Promise<Attacker> {
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html; charset=utf-8");
    answer.end(attack(portal));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/`, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
}

/** Every form of request that a page may send to another origin without asking first, and one that asks. */
function attack(portal: string): string {
  return `<!doctype html><title>You have won</title>
<iframe name="portal" src="${portal}/"></iframe>
<iframe name="sink"></iframe>
<form method="post" action="${portal}/portal/v1/session/end" enctype="text/plain" target="sink"><input name='{"everywhere":true,"a":"' value='"}'></form>
<script>
const end = "${portal}/portal/v1/session/end";
const vault = "${portal}/portal/v1/vault";
const body = JSON.stringify({ everywhere: true });
const tries = [
  () => fetch(end, { method: "POST", mode: "no-cors", credentials: "include", body }),
  () => fetch(end, { method: "POST", mode: "no-cors", credentials: "include", headers: { "content-type": "text/plain" }, body }),
  () => fetch(end, { method: "POST", credentials: "include", headers: { "content-type": "application/json" }, body }),
  () => fetch(vault, { method: "PUT", credentials: "include", headers: { "content-type": "application/json" }, body: "{}" }),
  () => fetch(vault, { credentials: "include" }).then((answer) => answer.text()),
];
(async () => {
  const seen = [];
  for (const attempt of tries) seen.push(await attempt().then((answer) => typeof answer === "string" ? answer : answer.type, () => "refused"));
  document.forms[0].submit();
  document.body.append(Object.assign(document.createElement("output"), { textContent: JSON.stringify(seen) }));
})();
</script>`;
}
