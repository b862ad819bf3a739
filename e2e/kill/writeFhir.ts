import { DEMO_CLIENT, demoClientKey } from "@anamnesis/cli/demo/start/fhirClient";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { AnamnesisError } from "@anamnesis/core/errors";
import { requestFhirToken } from "@anamnesis/sdk/fhirToken";
import { expect } from "vitest";
import type { KillableConsortium } from "./killableConsortium.ts";
import { persist } from "./persist.ts";

const SYSTEM = "urn:test:kills";

/** Writes a Patient at the first hospital's FHIR server, as a program that asks again until it is answered: it stands there once, in one version. */
export async function writeFhir(consortium: KillableConsortium, name: string): Promise<void> {
  const key = await demoClientKey(consortium.state);
  const node = consortium.world.nodes.north.url;
  const ask = (method: string, path: string, headers: object, body: string | null) =>
    persist("an answer of the FHIR server", async () => {
      const { token } = await requestFhirToken({
        runtime: systemRuntime,
        node,
        clientId: DEMO_CLIENT,
        key,
        scope: "system/*.cruds",
      });
      const answer = await fetch(`${node}/fhir/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/fhir+json",
          ...headers,
        },
        body,
      }).catch(() => null);
      if (answer === null || answer.status >= 500) throw noAnswer(answer?.status ?? null);
      const text = await answer.text().catch(() => null);
      if (text === null) throw noAnswer(answer.status);
      return { status: answer.status, json: JSON.parse(text) as FoundBundle };
    });
  const identifier = [{ system: SYSTEM, value: name }];
  const condition = `identifier=${SYSTEM}|${name}`;
  const written = await ask(
    "POST",
    "Patient",
    { "if-none-exist": condition },
    JSON.stringify({ resourceType: "Patient", identifier }),
  );
  expect([200, 201]).toContain(written.status);
  const found = await ask("GET", `Patient?${encodeURI(condition)}&_total=accurate`, {}, null);
  expect(found.json).toMatchObject({ total: 1, entry: [{ resource: { meta: { versionId: "1" } } }] });
}

interface FoundBundle {
  readonly total?: number;
}

function noAnswer(status: number | null): AnamnesisError<"node-unreachable"> {
  return new AnamnesisError({
    code: "node-unreachable",
    rule: "The node must be running and answer in time.",
    fix: "Ask again.",
    meta: { status },
  });
}
