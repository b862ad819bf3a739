import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_CLIENT } from "@anamnesis/cli/demo/start/fhirClient";
import { until } from "@anamnesis/cli/demo/until";
import { readPatientKeys } from "@anamnesis/cli/files/keyFiles";
import { readFhirClientKey } from "@anamnesis/cli/files/fhirClientKey";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { CLI_MAIN, type CliRun, runCli } from "@anamnesis/cli/testing/runCli";
import { ownerAccess } from "@anamnesis/sdk/access";
import { requestFhirToken } from "@anamnesis/sdk/fhirToken";
import { openRecords } from "@anamnesis/sdk/open";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KillableConsortium } from "./kill/killableConsortium.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 300_000;

let consortium: KillableConsortium;
let folder = "";
let env: Readonly<Record<string, string>> = {};

const at = (name: string): string => join(folder, name);
const node = (): string => consortium.world.nodes.north.url;
const adminFlags = () => [
  "--admin",
  join(consortium.state.keys, "administrator-north.age"),
  "--node",
  node(),
];
const clientFlags = () => ["--client", DEMO_CLIENT, "--key", consortium.state.fhirClient];

const run = (...args: readonly string[]): Promise<CliRun> => runCli([...args, "--json"], env);

/** Runs a command that has to succeed. */
async function told<T = Record<string, unknown>>(...args: readonly string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await run(...args);
  expect([args.slice(0, 2), exitCode, stderr]).toEqual([args.slice(0, 2), 0, expect.any(String)]);
  return JSON.parse(stdout) as T;
}

/** Ends a command by SIGKILL as soon as `holds`. */
async function killedOnce(holds: () => Promise<boolean>, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CLI_MAIN, ...args], {
    stdio: "ignore",
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"], ...env },
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once("close", (_code, signal) => resolve(signal)),
  );
  await until({ what: "the moment of the kill", deadline: LONG, pause: 5 }, async () =>
    child.exitCode !== null || (await holds()) ? true : null,
  );
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
}

async function ask(method: string, path: string, body: object | null = null): Promise<FhirJson> {
  const { token } = await requestFhirToken({
    runtime: systemRuntime,
    node: node(),
    clientId: DEMO_CLIENT,
    key: await readFhirClientKey(consortium.state.fhirClient),
    scope: "system/*.cruds",
  });
  const answer = await fetch(`${node()}/fhir/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/fhir+json" },
    body: body === null ? null : JSON.stringify(body),
  });
  expect([method, path, answer.ok]).toEqual([method, path, true]);
  return (await answer.json()) as FhirJson;
}

interface FhirJson {
  readonly id: string;
  readonly total?: number;
  readonly entry?: readonly { readonly resource: Readonly<Record<string, unknown>> }[];
}

const filesOf = async (path: string): Promise<readonly string[]> => readdir(path).catch(() => []);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fhir-verbs-"));
  consortium = await KillableConsortium.start();
  await consortium.form();
  env = { ANAMNESIS_PASSPHRASE_FILE: consortium.state.passphrase };
}, LONG);
afterAll(async () => {
  await consortium?.stop();
  await rm(folder, { recursive: true, force: true });
}, LONG);

describe("fhir client and token", () => {
  it("make a key whose public half goes into the configuration, and a token with it", async () => {
    const client = await told<{
      readonly clientId: string;
      readonly jwks: { readonly keys: readonly object[] };
    }>("fhir", "client", "ward", "--out", at("ward.jwk"));
    const { d, ...half } = await readFhirClientKey(at("ward.jwk"));
    expect(client).toMatchObject({ clientId: "ward", jwks: { keys: [half] } });
    expect(JSON.stringify(client)).not.toContain(d);
    const stranger = await run(
      "fhir",
      "token",
      "--client",
      "ward",
      "--key",
      at("ward.jwk"),
      "--node",
      node(),
    );
    expect(stranger).toMatchObject({ exitCode: 1, code: "fhir-token-refused" });
    const { token, scope } = await told(
      "fhir",
      "token",
      ...clientFlags(),
      "--node",
      node(),
      "--scope",
      "system/Patient.rs",
    );
    expect(scope).toBe("system/Patient.rs");
    const headers = { authorization: `Bearer ${String(token)}` };
    expect((await fetch(`${node()}/fhir/Patient`, { headers })).status).toBe(200);
    expect((await fetch(`${node()}/fhir/Encounter`, { headers })).status).toBe(403);
  });
});

describe("fhir enrol", () => {
  const flags = () => {
    const { nodes } = consortium.world;
    const homes = ["--home", nodes.north.organisation, nodes.south.organisation];
    return ["fhir", "enrol", "--keys", at("desk"), ...homes, ...adminFlags()];
  };

  it("takes over all who wait, and goes on where a kill ended it", async () => {
    const patients: string[] = [];
    for (let i = 0; i < 3; i++)
      patients.push((await ask("POST", "Patient", { resourceType: "Patient", birthDate: "1950-02-03" })).id);
    patients.sort();
    const [first = "", second = ""] = patients;
    // The second one's keys are on the disk, and their cards perhaps not everywhere.
    await killedOnce(
      async () => (await filesOf(join(at("desk"), second))).includes("keys.age"),
      [...flags(), "--waiting"],
    );
    const kit = await readFile(join(at("desk"), second, "kit"), "utf8");
    const { dead } = await consortium.killAt("north", "after", "fhir.bind");
    const [refused] = await Promise.all([
      run(...flags(), "--waiting"),
      dead.then(() => consortium.restart("north")),
    ]);
    expect(refused.exitCode).toBe(1);
    await until({ what: "a node that takes requests", deadline: LONG, pause: 200 }, async () =>
      (await run(...flags(), "--waiting")).exitCode === 0 ? true : null,
    );
    expect(await readFile(join(at("desk"), second, "kit"), "utf8")).toBe(kit);
    expect((await filesOf(at("desk"))).toSorted()).toEqual(patients);
    expect(await told(...flags(), "--waiting")).toEqual({ enrolled: [], known: 0 });
    expect(await told(...flags(), `Patient/${first}`)).toEqual({ enrolled: [], known: 1 });
    const passphrase = (await readFile(consortium.state.passphrase, "utf8")).trim();
    const keys = await readPatientKeys(join(at("desk"), second, "keys.age"), { passphrase });
    await until({ what: "a sealed Patient", deadline: LONG, pause: 300 }, async () => {
      const { opened } = await openRecords({
        runtime: systemRuntime,
        consortium: consortium.world.consortium,
        access: ownerAccess(keys, "general"),
        purpose: "PATRQT",
      });
      return opened.some(({ source }) => source?.key === `Patient/${second}`) ? true : null;
    });
  });

  it("names whom it means, and nobody who is not there", async () => {
    expect(await run(...flags())).toMatchObject({ exitCode: 1, code: "which-patients" });
    expect(await run(...flags(), "Patient/unknown")).toMatchObject({ exitCode: 1, code: "no-such-patient" });
  });
});
