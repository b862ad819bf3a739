import type { Access } from "@anamnesis/fhir-server/access/access";
import { limitAccess, parseScope } from "@anamnesis/fhir-server/access/scopes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase, startTestDatabase } from "../indexer/testing/testDatabase.ts";
import { FULL, TestFhir } from "./testing/testFhir.ts";

const CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";
const LAB = "system/Observation.rs?category=laboratory";

const narrowed = (...scopes: string[]): Access => limitAccess(FULL, scopes.map(parseScope));

let all: TestFhir;
const ids: Record<string, string> = {};
const as = (...scopes: string[]): TestFhir => all.as(narrowed(...scopes));

/** An Observation of a category, about the patient. */
function observation(
  category: string,
  more: object = {},
): { readonly resourceType: string; readonly [name: string]: unknown } {
  return {
    resourceType: "Observation",
    status: "final",
    category: [{ coding: [{ system: CATEGORY, code: category }] }],
    code: { coding: [{ system: "http://loinc.org", code: "29463-7" }] },
    subject: { reference: `Patient/${ids["patient"]}` },
    ...more,
  };
}

beforeAll(async () => {
  await startTestDatabase();
  all = new TestFhir(await openTestDatabase());
  ids["patient"] = await all.make({ resourceType: "Patient", name: [{ family: "Mueller" }] });
  for (let i = 0; i < 5; i++) {
    ids[`lab${i}`] = await all.make(observation("laboratory"));
    ids[`vital${i}`] = await all.make(observation("vital-signs"));
  }
  ids["condition"] = await all.make({
    resourceType: "Condition",
    subject: { reference: `Patient/${ids["patient"]}` },
    code: { coding: [{ system: "http://snomed.info/sct", code: "35489007" }] },
    evidence: [{ detail: [{ reference: `Observation/${ids["vital0"]}` }] }],
  });
}, 60_000);
afterAll(closeTestDatabases);

const labs = (): string[] => [0, 1, 2, 3, 4].map((i) => ids[`lab${i}`] ?? "").toSorted();

describe("what a search finds", () => {
  it("is what meets the scope's parameters: pages are full and totals right", async () => {
    const app = as(LAB);
    const first = await app.get("Observation?_count=3&_total=accurate");
    expect(first.json.total).toBe(5);
    expect(first.json.entry).toHaveLength(3);
    const next = first.json.link.find(({ relation }) => relation === "next")?.url ?? "";
    const second = await app.get(next);
    const found = [first, second].flatMap(({ json }) => json.entry?.map(({ resource }) => resource.id) ?? []);
    expect(found.toSorted()).toEqual(labs());
    expect(second.json.link.some(({ relation }) => relation === "next")).toBe(false);
    expect((await app.get("Observation?_summary=count")).json.total).toBe(5);
    expect(await app.ids("Observation?category=vital-signs")).toEqual([]);
    expect(await app.ids(`Observation?_id=${ids["vital1"]}`)).toEqual([]);
  });

  it("is the union of several scopes, and of nothing that only their letters would allow", async () => {
    const app = as(LAB, "system/Observation.r?category=vital-signs", "system/Patient.r");
    expect((await app.ids("Observation?_count=100")).toSorted()).toEqual(labs());
    expect((await app.get(`Observation/${ids["vital0"]}`)).status).toBe(200);
    expect((await app.get("Patient")).status).toBe(403);
  });

  it("is nothing of a type without a scope, and the client hears so", async () => {
    const app = as(LAB);
    for (const url of [
      "Patient",
      "Patient?birthdate=soon",
      "Condition?_summary=count",
      `Patient/${ids["patient"]}`,
    ]) {
      expect([url, (await app.get(url)).status]).toEqual([url, 403]);
    }
    expect((await app.get(`Patient/${ids["patient"]}/$everything`)).status).toBe(403);
    expect((await as("patient/*.cruds").get("Observation")).status).toBe(403);
    expect((await all.as(limitAccess(FULL, [])).get("_history")).status).toBe(403);
  });

  it("tells nothing of other types through chains, _has, includes and references", async () => {
    const app = as(LAB, "system/Condition.rs");
    expect(await app.ids("Observation?subject.name=mueller")).toEqual([]);
    expect(await app.ids(`Observation?subject=Patient/${ids["patient"]}`)).toEqual([]);
    expect(await app.ids("Observation?subject:missing=false")).toEqual([]);
    expect(await app.ids("Condition?evidence-detail:Observation.category=vital-signs")).toEqual([]);
    expect(await app.ids(`Condition?evidence-detail=Observation/${ids["vital0"]}`)).toEqual([]);
    const included = await app.get("Observation?_include=Observation:subject&_revinclude=*:*");
    expect(included.body).not.toContain(ids["patient"]);
    const condition = await app.get(`Condition/${ids["condition"]}?_include=*`);
    expect(condition.body).not.toContain(ids["vital0"]);
    expect(condition.body).not.toContain(ids["patient"]);
    const both = as(LAB, "system/Patient.rs");
    expect((await both.ids("Observation?subject.name=mueller&_count=100")).toSorted()).toEqual(labs());
    const has = as("system/Patient.s", "system/Observation.s?category=vital-signs");
    expect(await has.ids("Patient?_has:Observation:subject:category=vital-signs")).toEqual([ids["patient"]]);
    expect(await has.ids("Patient?_has:Observation:subject:category=laboratory")).toEqual([]);
    const back = await has.get("Patient?_revinclude=Observation:subject");
    expect(back.json.entry).toHaveLength(6);
  });

  it("follows a constraint about a reference, whose target the token need not read", async () => {
    const app = as(`system/Observation.s?subject=Patient/${ids["patient"]}`);
    expect(await app.ids("Observation?_count=100")).toHaveLength(10);
    expect(await as("system/Observation.s?subject=Patient/other").ids("Observation")).toEqual([]);
  });
});

describe("reading", () => {
  it("and searching are told apart", async () => {
    const reader = as("system/Observation.r");
    expect((await reader.get(`Observation/${ids["lab0"]}`)).status).toBe(200);
    expect((await reader.get(`Observation/${ids["lab0"]}/_history`)).status).toBe(200);
    expect((await reader.get("Observation")).status).toBe(403);
    expect((await reader.get("Observation/_history")).status).toBe(403);
    const searcher = as("system/Observation.s");
    expect((await searcher.get(`Observation/${ids["lab0"]}`)).status).toBe(403);
    expect((await searcher.get(`Observation/${ids["lab0"]}/_history/1`)).status).toBe(403);
    expect((await searcher.get("Observation/_history")).status).toBe(200);
  });

  it("what does not meet the constraint is as what is not there", async () => {
    const app = as(LAB);
    const hidden = await app.get(`Observation/${ids["vital0"]}`);
    const none = await app.get("Observation/none");
    expect([hidden.status, hidden.body]).toEqual([none.status, none.body]);
    expect(hidden.status).toBe(404);
    expect((await app.get(`Observation/${ids["vital0"]}/_history`)).status).toBe(404);
  });

  it("a version of the past, whose values no index has, is not read under a constraint", async () => {
    const id = await all.make(observation("vital-signs"));
    await all.put(`Observation/${id}`, { ...observation("laboratory"), id });
    const app = as(LAB);
    expect((await app.get(`Observation/${id}`)).status).toBe(200);
    expect((await app.get(`Observation/${id}/_history/2`)).status).toBe(200);
    expect((await app.get(`Observation/${id}/_history/1`)).status).toBe(404);
    expect((await app.get(`Observation/${id}/_history`)).json.entry).toHaveLength(1);
    expect((await app.get("Observation/_history?_count=100")).body).not.toContain("vital-signs");
    expect((await as("system/Observation.r").get(`Observation/${id}/_history`)).json.entry).toHaveLength(2);
    await all.delete(`Observation/${id}`);
    expect((await app.get(`Observation/${id}`)).status).toBe(404);
  });
});

describe("writing", () => {
  it("create, update and delete are told apart", async () => {
    const cases = [
      ["c", "system/Observation.c"],
      ["u", "system/Observation.u"],
      ["d", "system/Observation.d"],
    ] as const;
    for (const [letter, scope] of cases) {
      const app = as(scope, "system/Patient.r", "system/Observation.r");
      const id = await all.make(observation("laboratory"));
      const changed = { ...observation("laboratory"), id, status: "amended" };
      const created = (await app.post("Observation", observation("laboratory"))).status;
      expect(created).toBe(letter === "c" ? 201 : 403);
      expect((await app.put(`Observation/${id}`, changed)).status).toBe(letter === "u" ? 200 : 403);
      const patched = await app.patch(`Observation/${id}`, [
        { op: "replace", path: "/status", value: "final" },
      ]);
      expect(patched.status).toBe(letter === "u" ? 200 : 403);
      expect((await app.delete(`Observation/${id}`)).status).toBe(letter === "d" ? 204 : 403);
    }
  });

  it("is of what meets the constraint before and after, or nothing of it stays", async () => {
    const app = as("system/Observation.cruds?category=laboratory", "system/Patient.r");
    const count = async (): Promise<number | undefined> =>
      (await all.get("Observation?_summary=count")).json.total;
    const before = await count();
    expect((await app.post("Observation", observation("vital-signs"))).status).toBe(403);
    expect(await count()).toBe(before);
    const made = await app.post("Observation", observation("laboratory"));
    expect(made.status).toBe(201);
    const { id } = made.json;
    expect((await app.put(`Observation/${id}`, { ...observation("vital-signs"), id })).status).toBe(403);
    const recoded = [{ op: "replace", path: "/category/0/coding/0/code", value: "vital-signs" }];
    expect((await app.patch(`Observation/${id}`, recoded)).status).toBe(403);
    expect((await all.get(`Observation/${id}`)).json.meta.versionId).toBe("1");
    // What it may not see is not there for it.
    const vital = { ...observation("laboratory"), id: ids["vital1"] };
    expect((await app.put(`Observation/${ids["vital1"]}`, vital)).status).toBe(404);
    expect((await app.delete(`Observation/${ids["vital1"]}`)).status).toBe(204);
    expect((await all.get(`Observation/${ids["vital1"]}`)).status).toBe(200);
    // What it may read and not write is refused as such.
    const wide = as("system/Observation.r", "system/Observation.ud?category=laboratory", "system/Patient.r");
    expect((await wide.put(`Observation/${ids["vital1"]}`, vital)).status).toBe(403);
    expect((await wide.delete(`Observation/${ids["vital1"]}`)).status).toBe(403);
    expect((await app.delete(`Observation/${id}`)).status).toBe(204);
  });

  it("takes one scope that covers it, with search parameters or without", async () => {
    const app = as("system/*.c", "system/Observation.ru?category=laboratory", "system/*.r");
    const made = await app.post("Observation", observation("vital-signs"));
    expect(made.status).toBe(201);
    const { id: vital } = made.json;
    // Creating without a constraint is not changing without one.
    const recoded = { ...observation("laboratory"), id: vital };
    expect((await app.put(`Observation/${vital}`, recoded)).status).toBe(403);
    const { id } = (await app.post("Observation", observation("laboratory"))).json;
    const amended = { ...observation("laboratory"), id, status: "amended" };
    expect((await app.put(`Observation/${id}`, amended)).status).toBe(200);
    expect((await app.put(`Observation/${id}`, { ...observation("vital-signs"), id })).status).toBe(403);
    expect((await all.get(`Observation/${id}`)).json.meta.versionId).toBe("2");
  });

  it("a transaction is kept whole or not at all, and says which entry is out of scope", async () => {
    const app = as("system/Observation.cs?category=laboratory", "system/Patient.r");
    const entry = (category: string): object => ({
      resource: observation(category),
      request: { method: "POST", url: "Observation" },
    });
    const before = (await all.get("Observation?_summary=count")).json.total;
    const sent = await app.post("", {
      resourceType: "Bundle",
      type: "transaction",
      entry: [entry("laboratory"), entry("vital-signs")],
    });
    expect(sent.status).toBe(403);
    expect(sent.body).toContain("Bundle.entry[1]");
    expect((await all.get("Observation?_summary=count")).json.total).toBe(before);
    const batch = await app.post("", {
      resourceType: "Bundle",
      type: "batch",
      entry: [entry("laboratory"), entry("vital-signs"), { request: { method: "GET", url: "Patient" } }],
    });
    expect(batch.json.entry?.map(({ response }) => response.status)).toEqual(["201", "403", "403"]);
  });

  it("a patch, which could test what stands there, takes a scope for reading too", async () => {
    const blind = as("system/Observation.u");
    const probe = [{ op: "test", path: "/status", value: "final" }];
    expect((await blind.patch(`Observation/${ids["lab0"]}`, probe)).status).toBe(403);
    const reader = as("system/Observation.ru", "system/Patient.r");
    expect((await reader.patch(`Observation/${ids["lab0"]}`, probe)).status).toBe(200);
  });

  it("by a condition takes a scope for searching", async () => {
    const app = as("system/Observation.cu", "system/Patient.r");
    const condition = { "if-none-exist": `_id=${ids["lab0"]}` };
    expect((await app.post("Observation", observation("laboratory"), condition)).status).toBe(403);
    const finder = as("system/Observation.cs", "system/Patient.r");
    const found = await finder.post("Observation", observation("laboratory"), condition);
    expect([found.status, found.json.id]).toEqual([200, ids["lab0"]]);
  });
});
