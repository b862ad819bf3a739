import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_CLIENT } from "@anamnesis/cli/demo/start/fhirClient";
import { until } from "@anamnesis/cli/demo/until";
import { readPatientKeys } from "@anamnesis/cli/files/keyFiles";
import { readFhirClientKey } from "@anamnesis/cli/files/fhirClientKey";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { CLI_MAIN, type CliRun, runCli } from "@anamnesis/cli/testing/runCli";
import { ownerAccess } from "@anamnesis/sdk/access";
import { withoutSegmentTag } from "@anamnesis/fhir-server/resource/segmentTag";
import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { rewriteLinks } from "@anamnesis/fhir/bundle/references";
import { resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import type { JsonObject, JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { writeCanonicalJson } from "@anamnesis/fhir/json/writeJson";
import { IMPORT_SYSTEM } from "@anamnesis/sdk/fhir/importToFhir";
import { Browser } from "@anamnesis/node/oauth/testing/browser";
import {
  assertion,
  type ClientKey,
  clientKey,
  post,
  registered,
} from "@anamnesis/node/oauth/testing/oauthWorld";
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

/** Each imported resource as it stands at its source, without id, by its name there. */
const source = new Map<string, string>();

/** `Type/id` here, by the name at the source. */
async function targets(journal: string): Promise<ReadonlyMap<string, string>> {
  const lines = (await readFile(journal, "utf8")).trim().split("\n");
  return new Map(
    lines.map((line) => {
      const { key, target } = JSON.parse(line) as { readonly key: string; readonly target: string };
      return [key.slice(key.indexOf("|") + 1), target];
    }),
  );
}

/** Each exported resource as it stood at its source: what the server gives besides is left out, and ids are the source's again. */
async function exported(
  out: string,
  names: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const back = new Map([...names].map(([name, target]) => [target, name]));
  const found = new Map<string, string>();
  for (const file of (await readdir(out)).filter((name) => name.endsWith(".ndjson"))) {
    for (const line of (await readFile(join(out, file), "utf8")).trim().split("\n")) {
      const resource = parseJson(line) as JsonObject;
      const name = back.get(`${file.replace(".ndjson", "")}/${resource["id"] as string}`);
      if (name === undefined) continue;
      const linked = rewriteLinks(resource, (_kind, target) => back.get(target) ?? null) as JsonObject;
      expect(found.has(name)).toBe(false);
      found.set(name, bare(linked));
    }
  }
  return found;
}

function bare({ id: _id, meta, ...rest }: JsonObject): string {
  const { versionId: _v, lastUpdated: _l, tag, ...kept } = (meta ?? {}) as Record<string, JsonValue>;
  const tags = ((tag ?? []) as readonly JsonObject[]).filter(({ system }) => system !== IMPORT_SYSTEM);
  const given = { ...kept, ...(tags.length === 0 ? {} : { tag: tags }) };
  return writeCanonicalJson(
    withoutSegmentTag(Object.keys(given).length === 0 ? rest : { ...rest, meta: given }),
  );
}

describe("fhir import", () => {
  const flags = () => [
    "--system",
    "urn:test:import",
    "--journal",
    at("import.journal"),
    ...clientFlags(),
    "--node",
    node(),
  ];
  let server: Server;
  let bundles = "";

  beforeAll(async () => {
    bundles = at("bundles");
    await mkdir(bundles);
    const texts = [1, 2, 3].map((seed) => generatePatientBundle({ seed, encounters: 14 }));
    const options = { system: "urn:test:import", identities: memoryIdentities() };
    const all = texts.map((text) => parseBundle(text));
    for (const bundle of all) resourcesOf(bundle, options);
    const resources = all.map((bundle) => resourcesOf(bundle, options));
    for (const { resourceType, id, resource } of resources.flat())
      source.set(`${resourceType}/${id}`, bare(resource));
    await writeFile(join(bundles, "a.json"), texts[0] ?? "");
    // What refers to it first, a resource a line.
    const lines = (resources[1] ?? []).toReversed().map(({ json }) => new TextDecoder().decode(json()));
    await writeFile(join(bundles, "b.ndjson"), lines.join("\n"));
    server = createServer((_request, response) => response.end(texts[2]));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  }, LONG);
  afterAll(() => server.close());

  it("makes each resource once, whichever process is killed in the middle, and knows it afterwards", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/Bundle`;
    const args = ["fhir", "import", bundles, url, ...flags()];
    const lines = async (): Promise<number> =>
      (await readFile(at("import.journal"), "utf8").catch(() => "")).split("\n").length - 1;
    // The server keeps a transaction and dies before it says so.
    const { dead } = await consortium.killAt("north", "after", "fhir.write");
    const [refused] = await Promise.all([run(...args), dead.then(() => consortium.restart("north"))]);
    expect(refused).toMatchObject({ exitCode: 1, code: "node-unreachable" });
    expect(await lines()).toBe(0);
    await until({ what: "a node that answers", deadline: LONG, pause: 200 }, async () =>
      (await run("fhir", "token", ...clientFlags(), "--node", node())).exitCode === 0 ? true : null,
    );
    await killedOnce(async () => (await lines()) > 0, args);
    const before = await lines();
    expect(before).toBeLessThan(source.size);
    const done = await told<{ readonly created: number; readonly updated: number; readonly known: number }>(
      ...args,
    );
    expect(done.created + done.updated + done.known).toBe(source.size);
    expect(done.updated).toBeGreaterThan(0);
    expect(done.created).toBeGreaterThan(0);
    expect(await told(...args)).toEqual({ created: 0, updated: 0, known: source.size });
    // Also without a journal.
    const forgotten = args.map((arg) => (arg === at("import.journal") ? at("another.journal") : arg));
    expect(await told(...forgotten)).toMatchObject({ created: 0, updated: source.size });
    const names = await targets(at("import.journal"));
    expect(await targets(at("another.journal"))).toEqual(names);
    for (const type of ["Patient", "Observation", "Encounter"]) {
      const wanted = [...source.keys()].filter((name) => name.startsWith(`${type}/`)).length;
      const { total } = await ask("GET", `${type}?_tag=${IMPORT_SYSTEM}|&_total=accurate&_count=1`);
      expect([type, total]).toEqual([type, wanted]);
    }
    const { json } = { json: await ask("GET", `Patient?_tag=${IMPORT_SYSTEM}|`) };
    expect(
      json.entry?.map(({ resource }) => (resource["meta"] as { readonly versionId: string }).versionId),
    ).toEqual(["1", "1", "1"]);
  });

  it("writes another version where the source has one", async () => {
    const [name = "", text = ""] = [...source].find(([key]) => key.startsWith("Patient/")) ?? [];
    const resource = { ...(JSON.parse(text) as object), id: name.slice("Patient/".length), active: false };
    await writeFile(at("changed.json"), JSON.stringify(resource));
    expect(await told("fhir", "import", at("changed.json"), ...flags())).toEqual({
      created: 0,
      updated: 1,
      known: 0,
    });
    const target = (await targets(at("import.journal"))).get(name);
    expect(await ask("GET", target ?? "")).toMatchObject({ active: false, meta: { versionId: "2" } });
    await writeFile(
      at("changed.json"),
      JSON.stringify({ ...(JSON.parse(text) as object), id: name.slice("Patient/".length) }),
    );
    expect(await told("fhir", "import", at("changed.json"), ...flags())).toMatchObject({ updated: 1 });
  });

  it("says what the server refuses by its place, and nothing of it", async () => {
    const canary = "CanaryZephyrine";
    await writeFile(
      at("bad.json"),
      JSON.stringify({ resourceType: "Patient", id: "bad", birthDate: canary }),
    );
    const refused = await run("fhir", "import", at("bad.json"), ...flags());
    expect(refused).toMatchObject({ exitCode: 1, code: "fhir-refused" });
    expect(refused.stderr).toContain("422");
    expect(refused.stderr).not.toContain(canary);
  });
});

describe("export", () => {
  it("writes all that a program may read, equal to what was imported, also after a kill", async () => {
    const args = ["export", ...clientFlags(), "--node", node(), "--out", at("program")];
    const lines = async (): Promise<number> =>
      (await readFile(join(at("program"), "export.journal"), "utf8").catch(() => "")).split("\n").length - 1;
    await killedOnce(async () => (await lines()) > 12, args);
    await appendFile(join(at("program"), "Patient.ndjson"), '{"resourceType":"Pat');
    const done = await told<{
      readonly resources: number;
      readonly files: readonly object[];
      readonly forbidden: readonly string[];
    }>(...args);
    expect(done.forbidden).toEqual([]);
    const manifest = JSON.parse(await readFile(join(at("program"), "manifest.json"), "utf8")) as {
      readonly files: readonly object[];
    };
    expect(manifest.files).toEqual(done.files);
    const patients = await readFile(join(at("program"), "Patient.ndjson"));
    expect(done.files).toContainEqual({
      type: "Patient",
      file: "Patient.ndjson",
      count: 3,
      bytes: patients.length,
      sha256: createHash("sha256").update(patients).digest("hex"),
    });
    expect(await exported(at("program"), await targets(at("import.journal")))).toEqual(source);
    expect(await told(...args)).toMatchObject({ resources: done.resources });
    await writeFile(join(at("program"), "Patient.ndjson"), patients.subarray(1));
    expect(await run(...args)).toMatchObject({ exitCode: 1, code: "export-corrupt" });
  });

  it("goes on with its own alone", async () => {
    const patient = ["export", "--keys", at("patient.age"), "--node", node(), "--out", at("program")];
    expect(await run(...patient)).toMatchObject({ exitCode: 1, code: "missing-file" });
    const client = [
      "export",
      ...clientFlags(),
      "--node",
      node(),
      "--out",
      at("program"),
      "--types",
      "Patient",
    ];
    expect(await run(...client)).toMatchObject({ exitCode: 1, code: "export-of-another" });
    expect(await run(...client.filter((arg) => arg !== "--client" && arg !== DEMO_CLIENT))).toMatchObject({
      exitCode: 1,
      code: "who-exports",
    });
  });
});

describe("fhir enrol", () => {
  /** Ids of Patients that came by an import. */
  const imported = async (): Promise<readonly string[]> =>
    [...(await targets(at("import.journal"))).values()].flatMap((target) =>
      target.startsWith("Patient/") ? [target.slice("Patient/".length)] : [],
    );
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
    const waiting = [...patients, ...(await imported())].toSorted();
    const [first = "", second = ""] = waiting;
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
    expect(await filesOf(at("desk"))).toEqual(expect.arrayContaining(patients));
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

  it("binds what was imported, and its person exports all of it, also after a kill", async () => {
    const names = await targets(at("import.journal"));
    const wanted = [...names.values()].filter((target) => target.startsWith("Patient/"));
    const [first = ""] = wanted;
    const { entry } = await ask("GET", `${first}/$everything?_count=1000`);
    const versions = new Set<string>();
    for (const { resource } of entry ?? []) {
      const { resourceType, id } = resource as { readonly resourceType: string; readonly id: string };
      if (resourceType === "Provenance" || resourceType === "AuditEvent") continue;
      const history = await ask("GET", `${resourceType}/${id}/_history?_count=1000`);
      for (const one of history.entry ?? [])
        versions.add(writeCanonicalJson(parseJson(JSON.stringify(one.resource))));
    }
    expect(versions.size).toBeGreaterThan(50);
    const id = first.slice("Patient/".length);
    const keys = join(at("desk"), id, "keys.age");
    const args = ["export", "--keys", keys, "--node", node(), "--out", at("person")];
    const lines = async (): Promise<number> =>
      (await readFile(join(at("person"), "export.journal"), "utf8").catch(() => "")).split("\n").length - 1;
    await until({ what: "all of a person's records", deadline: LONG, pause: 1000 }, async () => {
      const { checks } = (await (await fetch(`${node()}/health`)).json()) as {
        readonly checks: Record<string, { readonly ok: boolean; readonly detail: string }>;
      };
      return checks["sealing"]?.detail.startsWith("0 ") === true ? true : null;
    });
    await killedOnce(async () => (await lines()) > 1, args);
    const done = await until({ what: "all that were anchored", deadline: LONG, pause: 1000 }, async () => {
      const now = await told<{
        readonly records: number;
        readonly refused: number;
        readonly files: readonly object[];
      }>(...args);
      return now.records === versions.size ? now : null;
    });
    expect(done.refused).toBe(0);
    const found = new Set<string>();
    for (const file of (await filesOf(at("person"))).filter((name) => name.endsWith(".ndjson"))) {
      for (const line of (await readFile(join(at("person"), file), "utf8")).trim().split("\n"))
        found.add(writeCanonicalJson(parseJson(JSON.stringify(JSON.parse(line)))));
    }
    expect(found).toEqual(versions);
  });

  it("names whom it means, and nobody who is not there", async () => {
    expect(await run(...flags())).toMatchObject({ exitCode: 1, code: "which-patients" });
    expect(await run(...flags(), "Patient/unknown")).toMatchObject({ exitCode: 1, code: "no-such-patient" });
  });
});

describe("fhir bind", () => {
  it("seals a Patient into the segments of who gave an admission, and then of nobody else", async () => {
    const { north, south } = consortium.world.nodes;
    const admissionOf = async (name: string): Promise<string> => {
      const keys = ["--keys", at(`${name}.age`), "--node", node()];
      await told(
        "enrol",
        ...keys,
        "--kit",
        at(`${name}-kit`),
        "--home",
        north.organisation,
        south.organisation,
      );
      await told("permit", ...keys, "--organisation", north.organisation, "--out", at(`${name}-admission`));
      return at(`${name}-admission`);
    };
    const { id } = await ask("POST", "Patient", { resourceType: "Patient", birthDate: "1950-02-03" });
    const bind = (patient: string, admission: string) =>
      ["fhir", "bind", patient, "--admission", admission, ...adminFlags()] as const;
    const own = await admissionOf("own");
    expect(await run(...bind("Patient/unknown", own))).toMatchObject({ exitCode: 1, code: "not-found" });
    expect(await run(...bind("Observation/1", own))).toMatchObject({ exitCode: 2, code: "wrong-usage" });
    expect(await told(...bind(`Patient/${id}`, own))).toEqual({ patient: id, bound: true });
    expect(await told(...bind(`Patient/${id}`, own))).toEqual({ patient: id, bound: true });
    const other = await admissionOf("other");
    expect(await run(...bind(`Patient/${id}`, other))).toMatchObject({ exitCode: 1, code: "patient-bound" });
    expect(await told(...bind(`Patient/${id}`, other), "--replace")).toEqual({ patient: id, bound: true });
  });
});

const BACK = "https://app.example/back";
const VERIFIER = "v".repeat(64);

interface BegunLogin {
  readonly browser: Browser;
  readonly page: string;
  readonly challenge: string;
}

/** From a program's start to the node's page that shows a challenge. */
async function beginLogin(client: string, scope: string): Promise<BegunLogin> {
  const browser = new Browser();
  const query = new URLSearchParams({
    client_id: client,
    response_type: "code",
    redirect_uri: BACK,
    scope,
    state: "mine",
    aud: `${node()}/fhir`,
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    code_challenge_method: "S256",
  });
  const { location: page } = await browser.get(`${node()}/oauth/auth?${query.toString()}`);
  const { status, text } = await browser.get(page);
  expect(status).toBe(200);
  return { browser, page, challenge: /0x[0-9a-f]{64}/.exec(text)?.[0] ?? expect.unreachable("a challenge") };
}

/** The program's token, once the page goes on. */
async function tokenOf({ browser, page }: BegunLogin, client: string, key: ClientKey): Promise<string> {
  const done = await browser.get(page);
  expect(done.status).toBe(303);
  const back = await browser.get(done.location);
  const claims = { iss: client, sub: client };
  const { status, json } = await post(node(), {
    grant_type: "authorization_code",
    code: new URL(back.location).searchParams.get("code") ?? "",
    redirect_uri: BACK,
    code_verifier: VERIFIER,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await assertion(node(), key, claims),
  });
  expect([status, json]).toEqual([200, expect.objectContaining({ token_type: "Bearer" })]);
  return String(json["access_token"]);
}

describe("fhir login", () => {
  it("signs for no login that nobody began", async () => {
    const actor = ["--actor", join(consortium.state.keys, "importer.age"), "--node", node()];
    const unknown = await run("fhir", "login", `0x${"11".repeat(32)}`, ...actor);
    expect(unknown).toMatchObject({ exitCode: 1, code: "not-found" });
    const malformed = await run("fhir", "login", "0x11", ...actor);
    expect(malformed).toMatchObject({ exitCode: 2, code: "wrong-usage" });
  });

  it(
    "lets a program ask in the name of who signed, a patient or one of the staff, and neither in the other's place",
    async () => {
      const actor = ["--actor", join(consortium.state.keys, "importer.age"), "--node", node()];
      const key = await clientKey();
      const patients = { clientId: "my-health", purposes: ["PATRQT"], scopes: ["patient/Consent.crs"] };
      const staff = { clientId: "ward", purposes: ["TREAT"], scopes: ["user/Patient.rs"] };
      const { config } = consortium.state.node("north");
      const settings = JSON.parse(await readFile(config, "utf8")) as { fhir: { clients: object[] } };
      for (const client of [patients, staff])
        settings.fhir.clients.push(
          registered(key, { role: "practitioner", redirectUris: [BACK], ...client }),
        );
      await consortium.kill("north");
      await writeFile(config, JSON.stringify(settings));
      await consortium.restart("north");
      await until({ what: "a node that takes signed requests", deadline: LONG, pause: 200 }, async () => {
        const { code } = await run("fhir", "login", `0x${"11".repeat(32)}`, ...actor);
        return code === "not-found" ? true : null;
      });
      const homes = [consortium.world.nodes.north, consortium.world.nodes.south];
      const home = ["--home", ...homes.map(({ organisation }) => organisation)];
      const keys = ["--keys", at("login.age"), "--node", node()];
      await told("enrol", ...keys, "--kit", at("login-kit"), ...home);

      const shown = ["--client", "my-health", "--scope", "patient/Consent.crs"];
      const own = await beginLogin("my-health", "patient/Consent.crs");
      expect(await run("fhir", "login", own.challenge, ...actor)).toMatchObject({ code: "not-found" });
      expect((await own.browser.get(own.page)).status).toBe(200);
      const signed = await told("fhir", "login", own.challenge, ...keys, ...shown, "--kind", "general");
      expect(signed).toEqual({ signed: true, purpose: "PATRQT" });
      const patient = await tokenOf(own, "my-health", key);
      const consents = await fetch(`${node()}/fhir/Consent`, {
        headers: { authorization: `Bearer ${patient}` },
      });
      expect([consents.status, await consents.json()]).toEqual([200, expect.objectContaining({ total: 0 })]);

      const ward = await beginLogin("ward", "user/Patient.rs");
      const ours = ["--client", "ward", "--scope", "user/Patient.rs"];
      expect(await run("fhir", "login", ward.challenge, ...keys, ...ours)).toMatchObject({
        code: "not-found",
      });
      expect(await told("fhir", "login", ward.challenge, ...actor)).toEqual({
        signed: true,
        purpose: "TREAT",
      });
      const headers = { authorization: `Bearer ${await tokenOf(ward, "ward", key)}` };
      expect((await fetch(`${node()}/fhir/Patient`, { headers })).status).toBe(200);
      expect((await fetch(`${node()}/fhir/Consent`, { headers })).status).toBe(403);
    },
    LONG,
  );
});
