import { DEMO_CLIENT, demoClientKey } from "@anamnesis/cli/demo/start/fhirClient";
import { until } from "@anamnesis/cli/demo/until";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { requestFhirToken } from "@anamnesis/sdk/fhirToken";
import { admission, permitOrganisation } from "@anamnesis/sdk/permit";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { expect } from "vitest";
import type { KillableConsortium } from "./killableConsortium.ts";
import { Patient } from "./patient.ts";
import { persist } from "./persist.ts";

const SYSTEM = "urn:test:kills";
const DAY = 24 * 3600;

/** Writes a Patient at the first hospital's FHIR server, as a program that asks again until it is answered: it stands there once, in one version. Gives its id. */
export async function writeFhir(consortium: KillableConsortium, name: string): Promise<string> {
  const identifier = [{ system: SYSTEM, value: name }];
  return writeOnce(consortium, name, { resourceType: "Patient", identifier });
}

/** Writes a resource about a Patient, and deletes it: nothing of it is to be sealed. */
export async function writeAndDelete(consortium: KillableConsortium, name: string): Promise<void> {
  const subject = { reference: `Patient/${await writeFhir(consortium, name)}` };
  const identifier = [{ system: SYSTEM, value: name }];
  const code = { text: "falls" };
  const flag = { resourceType: "Flag", status: "active", code, subject, identifier };
  const id = await writeOnce(consortium, name, flag);
  expect((await ask(consortium, "DELETE", `Flag/${id}`)).status).toBe(204);
  await settled(consortium);
  const { json } = await ask(consortium, "GET", `Flag/${id}/_history`);
  expect(json.entry).toHaveLength(2);
}

/** Binds a Patient to the segments of somebody who enrolled for it, until it is: the same ones again change nothing, and all of it is sealed. */
export async function bindFhir(consortium: KillableConsortium, name: string): Promise<void> {
  const { nodes, admins } = consortium.world;
  const { organisation, url } = nodes.north;
  const person = new Patient(consortium.world);
  await persist("enrolling somebody to bind", () => person.enrol());
  const patient = await writeFhir(consortium, name);
  const given = admission.encode(
    await permitOrganisation({
      keys: person.keys,
      identity: consortium.world.consortium.identity,
      organisation,
      notAfter: (systemRuntime.now() + DAY) as UnixSeconds,
      random: systemRuntime.random,
    }),
  );
  const admin = connect(systemRuntime, url, httpSigner(admins.north.ed25519));
  await persist("binding", () =>
    admin.call(adminRoutes.bindPatient, {}, { patient, admission: given, replace: false }),
  );
  const asked = { patients: [patient], after: null };
  const { patients } = await persist("what became of a Patient", () =>
    admin.call(adminRoutes.fhirPatients, {}, asked),
  );
  expect(patients).toEqual([{ patient, bound: true, waiting: 0 }]);
  await settled(consortium);
  const sealed = await ask(consortium, "GET", `Provenance?target=Patient/${patient}&_total=accurate`);
  expect(sealed.json).toMatchObject({ total: 1 });
}

/** Nothing is left that could be sealed or taken note of. */
async function settled({ world }: KillableConsortium): Promise<void> {
  await until({ what: "the sealing of what was written", deadline: 120_000, pause: 300 }, async () => {
    const answer = await fetch(`${world.nodes.north.url}/health`).catch(() => null);
    const health = (await answer?.json().catch(() => null)) as {
      readonly checks?: Readonly<Record<string, { readonly detail: string }>>;
    } | null;
    return health?.checks?.["sealing"]?.detail.startsWith("0 versions to seal") === true ? true : null;
  });
}

async function writeOnce(
  consortium: KillableConsortium,
  name: string,
  resource: { readonly resourceType: string; readonly [element: string]: unknown },
): Promise<string> {
  const { resourceType: type } = resource;
  const condition = `identifier=${SYSTEM}|${name}`;
  const written = await ask(consortium, "POST", type, { "if-none-exist": condition }, resource);
  expect([200, 201]).toContain(written.status);
  const found = await ask(consortium, "GET", `${type}?${encodeURI(condition)}&_total=accurate`);
  expect(found.json).toMatchObject({ total: 1, entry: [{ resource: { meta: { versionId: "1" } } }] });
  return found.json.entry?.[0]?.resource.id ?? "";
}

async function ask(
  consortium: KillableConsortium,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body: object | null = null,
): Promise<{ readonly status: number; readonly json: FoundBundle }> {
  const key = await demoClientKey(consortium.state);
  const node = consortium.world.nodes.north.url;
  return persist("an answer of the FHIR server", async () => {
    const { token } = await requestFhirToken({
      runtime: systemRuntime,
      node,
      clientId: DEMO_CLIENT,
      key,
      scope: "system/*.cruds",
    });
    const answer = await fetch(`${node}/fhir/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/fhir+json", ...headers },
      body: body === null ? null : JSON.stringify(body),
    }).catch(() => null);
    if (answer === null || answer.status >= 500) throw noAnswer(answer?.status ?? null);
    const text = await answer.text().catch(() => null);
    if (text === null) throw noAnswer(answer.status);
    return { status: answer.status, json: JSON.parse(text === "" ? "{}" : text) as FoundBundle };
  });
}

interface FoundBundle {
  readonly total?: number;
  readonly entry?: readonly { readonly resource: { readonly id: string } }[];
}

function noAnswer(status: number | null): AnamnesisError<"node-unreachable"> {
  return new AnamnesisError({
    code: "node-unreachable",
    rule: "The node must be running and answer in time.",
    fix: "Ask again.",
    meta: { status },
  });
}
