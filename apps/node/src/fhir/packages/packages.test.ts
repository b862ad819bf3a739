import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { Database } from "@anamnesis/core/ports/database";
import { resourceDefinition } from "@anamnesis/fhir-server/definitions/structureDefinitions";
import { handle } from "@anamnesis/fhir-server/rest/handle";
import type { LoadedPackage } from "@anamnesis/fhir-server/validate/packages";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../../indexer/testing/testDatabase.ts";
import { BASE, FULL } from "../testing/testFhir.ts";
import { readFhirPackages } from "./readFhirPackages.ts";

const run = promisify(execFile);
const PROFILE = "http://example.org/fhir/StructureDefinition/dated-patient";
const GUIDE = "http://example.org/fhir/ImplementationGuide/test";

/** A Patient with a birth date. */
const profile = {
  resourceType: "StructureDefinition",
  url: PROFILE,
  name: "DatedPatient",
  status: "active",
  kind: "resource",
  abstract: false,
  type: "Patient",
  baseDefinition: "http://hl7.org/fhir/StructureDefinition/Patient",
  derivation: "constraint",
  snapshot: {
    element: resourceDefinition("Patient")?.snapshot?.element?.map((element) =>
      element.path === "Patient.birthDate" ? { ...element, min: 1 } : element,
    ),
  },
};
const manifest = { name: "test.guide", version: "1.2.0", fhirVersions: ["4.0.1"] };
const guide = { resourceType: "ImplementationGuide", url: GUIDE, version: "1.2.0" };

let folder = "";
let db: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fhir-packages-"));
  db = await openTestDatabase();
}, 60_000);
afterAll(async () => {
  await closeTestDatabases();
  await rm(folder, { recursive: true, force: true });
});

let made = 0;

/** A package of these files, as tar and gzip write it. */
async function packed(files: Readonly<Record<string, unknown>>, format = "ustar"): Promise<string> {
  const name = String(made++);
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  const path = join(folder, `${name}.tgz`);
  await run("tar", ["-czf", path, `--format=${format}`, "-C", join(folder, name), "package"]);
  return path;
}

const whole = {
  "package/package.json": manifest,
  "package/StructureDefinition-dated-patient.json": profile,
  "package/ImplementationGuide-test.json": guide,
  "package/.index.json": "not read",
  "package/example/Patient-example.json": "not read",
};

const read = (...paths: readonly string[]): Promise<readonly LoadedPackage[]> =>
  readFhirPackages(paths, { info: () => undefined, warn: () => undefined });

describe("a package of the configuration", () => {
  it.each(["ustar", "gnu", "pax"])("is read from %s, whatever the length of its names", async (format) => {
    const long = `package/StructureDefinition-${"long".repeat(40)}.json`;
    const files = format === "ustar" ? whole : { ...whole, [long]: { ...profile, url: `${PROFILE}-long` } };
    const [loaded] = await read(await packed(files, format));
    expect([...(loaded?.profiles.keys() ?? [])]).toEqual(
      format === "ustar" ? [PROFILE] : expect.arrayContaining([PROFILE, `${PROFILE}-long`]),
    );
    expect(loaded?.guides).toEqual([`${GUIDE}|1.2.0`]);
  });

  it("is refused by its place and reason when it is broken", async () => {
    const good = await packed(whole);
    const reasonOf = async (path: string): Promise<unknown> => {
      const error: unknown = await read(good, path).catch((thrown: unknown) => thrown);
      return (error as { readonly code: string; readonly meta: object }).code === "bad-fhir-package"
        ? (error as { readonly meta: object }).meta
        : error;
    };
    const is = (reason: string) => ({ package: 2, reason });
    expect(await reasonOf(join(folder, "nowhere.tgz"))).toEqual(is("file"));
    await writeFile(join(folder, "text.tgz"), "no archive");
    expect(await reasonOf(join(folder, "text.tgz"))).toEqual(is("archive"));
    await writeFile(join(folder, "cut.tgz"), gzipSync(Buffer.alloc(700, 1)));
    expect(await reasonOf(join(folder, "cut.tgz"))).toEqual(is("archive"));
    expect(await reasonOf(await packed({ "package/Patient.json": {} }))).toEqual(is("manifest"));
    const r5 = { ...manifest, fhirVersions: ["5.0.0"] };
    expect(await reasonOf(await packed({ ...whole, "package/package.json": r5 }))).toEqual(is("version"));
    expect(await reasonOf(await packed({ ...whole, "package/Broken.json": "{" }))).toEqual(is("json"));
    const { snapshot: _snapshot, ...bare } = profile;
    expect(
      await reasonOf(await packed({ "package/package.json": manifest, "package/Bare.json": bare })),
    ).toEqual(is("profiles"));
    expect(await codeOf(read(good, join(folder, "text.tgz")))).toBe("bad-fhir-package");
  });
});

describe("a server with a package", () => {
  const ask = async (
    packages: readonly LoadedPackage[],
    method: string,
    url: string,
    body: object | null,
  ) => {
    const [path = "", query = ""] = url.split("?");
    const { status, body: text } = await handle(
      {
        db,
        write: (work) => db.transaction(work),
        now: () => Date.UTC(2026, 0, 1),
        newId: () => crypto.randomUUID(),
        base: BASE,
      },
      { version: "0", since: "2026-01-01", packages },
      FULL,
      {
        method,
        path,
        query: [...new URLSearchParams(query)],
        headers: { "content-type": "application/fhir+json" },
        body: new TextEncoder().encode(body === null ? "" : JSON.stringify(body)),
      },
    );
    return { status, json: JSON.parse(text ?? "{}") as Record<string, unknown> };
  };
  const undated = { resourceType: "Patient", meta: { profile: [PROFILE] } };
  const dated = { ...undated, birthDate: "1950-02-03" };

  it("says so, and holds what names a profile against it", async () => {
    const packages = await read(await packed(whole));
    const { json } = await ask(packages, "GET", "metadata", null);
    expect(json["implementationGuide"]).toEqual([`${GUIDE}|1.2.0`]);
    const [rest] = json["rest"] as readonly { readonly resource: readonly Record<string, unknown>[] }[];
    const claimed = (rest?.resource ?? []).flatMap(({ type, supportedProfile }) =>
      supportedProfile === undefined ? [] : [{ type, supportedProfile }],
    );
    expect(claimed).toEqual([{ type: "Patient", supportedProfile: [PROFILE] }]);
    expect((await ask(packages, "POST", "Patient", undated)).status).toBe(422);
    expect((await ask(packages, "POST", "Patient", dated)).status).toBe(201);
    expect((await ask(packages, "POST", "Patient", { resourceType: "Patient" })).status).toBe(201);
    const issues = async (resource: object): Promise<readonly unknown[]> => {
      const answer = await ask(packages, "POST", `Patient/$validate?profile=${PROFILE}`, resource);
      return (answer.json["issue"] as readonly { readonly severity: string }[]).map(
        ({ severity }) => severity,
      );
    };
    expect(await issues({ resourceType: "Patient" })).toContain("error");
    expect(await issues(dated)).toEqual(["information"]);
  });

  it("is not one without", async () => {
    const { json } = await ask([], "GET", "metadata", null);
    expect(json["implementationGuide"]).toBeUndefined();
    expect((await ask([], "POST", "Patient", undated)).status).toBe(201);
  });
});
