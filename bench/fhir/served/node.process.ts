import { randomUUID } from "node:crypto";
import { migrate } from "@anamnesis/node/database/migrate";
import { openPglite } from "@anamnesis/node/database/pgliteDatabase";
import { openPostgres } from "@anamnesis/node/database/postgresDatabase";
import { createFhirEndpoint } from "@anamnesis/node/fhir/fhirEndpoint";
import { parsePolicy } from "@anamnesis/node/fhir/policy/parsePolicy";
import { createSteps } from "@anamnesis/node/http/createSteps";
import { createServer } from "@anamnesis/node/http/server";
import { startLedger } from "@anamnesis/node/indexer/testing/ledgerFixture";
import { testNode } from "@anamnesis/node/indexer/testing/testNode";
import { createOAuth, type OAuth } from "@anamnesis/node/oauth/createOAuth";
import { oauthMounts } from "@anamnesis/node/oauth/oauthMounts";
import { parseClients } from "@anamnesis/node/oauth/parseClients";
import { createSoftwareKeyLogin } from "@anamnesis/node/oauth/softwareKeyLogin";
import { askToken, assertion, clientKey, registered } from "@anamnesis/node/oauth/testing/oauthWorld";
import { systemClock } from "@anamnesis/node/runtime/systemClock";
import { systemRandom } from "@anamnesis/node/runtime/systemRandom";
import { exactTimers } from "@anamnesis/node/runtime/exactTimers";
import { systemTimers } from "@anamnesis/node/runtime/systemTimers";
import { startWorker } from "@anamnesis/node/runtime/worker";

/**
 * A node's FHIR server and authorisation server over HTTP on this machine alone, on a database that lasts: rules by role and sensitivity, scopes, opaque tokens, every access audited, and the pass that indexes
 * audits. `embedded <folder>` or `postgres <url>`. Says its address, then a new token for each line of its input, and ends with it.
 */
const [engine = "", place = ""] = process.argv.slice(2);
const db = engine === "postgres" ? await openPostgres(place, systemRandom) : await openPglite(place);
await migrate(db);
const key = await clientKey();
const scopes = ["system/*.cruds"];
const node = await testNode(startLedger(), "bench", { db });
const context = { ...node, clock: systemClock, random: systemRandom, timers: systemTimers };
const coarse = (code: string): void => void process.stderr.write(`steps by timers alone: ${code}\n`);
const clients = parseClients(
  [registered(key, { role: "practitioner", purposes: ["TREAT"], scopes })],
  "fhir.clients",
);
const login = createSoftwareKeyLogin(context, clients);
const kinds = ["general", "mental-health", "sexual-reproductive", "genetic", "personal"];
let oauth: OAuth | null = null;
let url = "";
const fhir = createFhirEndpoint(context, {
  packages: [],
  policy: parsePolicy({
    practitioner: { purposes: ["TREAT"], read: [{ types: "*", kinds }], write: [{ types: "*", kinds }] },
  }),
  tokens: { requesterOf: (given) => (oauth as OAuth).requesterOf(given) },
  base: () => `${url}/fhir`,
  now: () => Date.now(),
  newId: () => randomUUID(),
});
const server = await createServer({
  host: "127.0.0.1",
  port: 0,
  after: 0,
  handlers: [],
  raw: oauthMounts(() => oauth),
  context,
  fhir: { endpoint: fhir, inSteps: createSteps(exactTimers(coarse)) },
});
url = server.url;
oauth = createOAuth({ context, url, clients, login });
const worker = startWorker({
  name: "audit",
  interval: context.settings.anchorInterval,
  timers: systemTimers,
  log: context.log,
  metrics: context.metrics,
  run: () => fhir.indexAudits(),
});
process.stdout.write(`${url}/fhir\n`);
for await (const _ of process.stdin) {
  // A server's autovacuum counts what stands in its tables within a minute: what is measured is not that minute.
  await db.query("analyze");
  const { json } = await askToken(url, await assertion(url, key), scopes.join(" "));
  process.stdout.write(`${String(json["access_token"])}\n`);
}
await server.close();
await worker.stop();
await db.close();
