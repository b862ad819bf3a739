import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";
import { TestFhir } from "./testing/testFhir.ts";

let fhir: TestFhir;
const ids: Record<string, string> = {};

/** Ids of a search, by the names under which this file knows them, sorted unless the search orders them. */
async function found(url: string): Promise<readonly string[]> {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const list = (await fhir.ids(url)).map((id) => names.get(id) ?? id);
  return url.includes("_sort") ? list : list.toSorted();
}

const coding = (system: string, code: string, display: string): object => ({
  coding: [{ system, code, display }],
});
const kg = (value: number): object => ({
  value,
  unit: "kg",
  system: "http://unitsofmeasure.org",
  code: "kg",
});

beforeAll(async () => {
  fhir = new TestFhir(await openTestDatabase());
  const make = async (
    name: string,
    resource: { resourceType: string; [element: string]: unknown },
  ): Promise<void> => {
    ids[name] = await fhir.make(resource);
  };
  await make("clinic", {
    resourceType: "Organization",
    name: "Clinic Söderberg",
    identifier: [{ system: "urn:org", value: "c" }],
  });
  await make("anna", {
    resourceType: "Patient",
    active: true,
    identifier: [
      {
        system: "urn:mrn",
        value: "1",
        type: coding("http://terminology.hl7.org/CodeSystem/v2-0203", "MR", "Medical record"),
      },
    ],
    name: [{ family: "Müller", given: ["Anna", "Maria"] }],
    gender: "female",
    birthDate: "1950-02",
    managingOrganization: { reference: `Organization/${ids["clinic"]}` },
    meta: {
      tag: [{ system: "urn:tag", code: "vip" }],
      profile: ["http://example.org/StructureDefinition/p"],
    },
  });
  await make("bert", {
    resourceType: "Patient",
    name: [{ family: "Mulder", given: ["Bert"] }],
    gender: "male",
    birthDate: "1980-05-06",
  });
  const observation = (name: string, patient: string, more: object): Promise<void> =>
    make(name, {
      resourceType: "Observation",
      status: "final",
      subject: { reference: `Patient/${ids[patient]}` },
      code: coding("http://loinc.org", "29463-7", "Body weight"),
      ...more,
    });
  await observation("light", "anna", { valueQuantity: kg(60), effectiveDateTime: "2026-01-10" });
  await observation("heavy", "bert", { valueQuantity: kg(99.6), effectiveDateTime: "2026-02-10T08:00:00Z" });
  await observation("period", "anna", { effectivePeriod: { start: "2026-01-01" }, valueString: "seen" });
  await observation("pressure", "anna", {
    code: coding("http://loinc.org", "85354-9", "Blood pressure"),
    component: [
      { code: coding("http://loinc.org", "8480-6", "Systolic"), valueQuantity: { value: 140, unit: "mmHg" } },
      { code: coding("http://loinc.org", "8462-4", "Diastolic"), valueQuantity: { value: 90, unit: "mmHg" } },
    ],
  });
  await make("report", {
    resourceType: "DiagnosticReport",
    status: "final",
    code: { text: "Panel" },
    subject: { reference: `Patient/${ids["anna"]}` },
    result: [{ reference: `Observation/${ids["light"]}` }, { reference: `Observation/${ids["pressure"]}` }],
  });
  await make("system", {
    resourceType: "CodeSystem",
    status: "active",
    content: "complete",
    url: "http://example.org/codes/one",
  });
}, 60_000);
afterAll(closeTestDatabases);

describe("a search finds", () => {
  it.each<[string, readonly string[]]>([
    // Strings: by their beginning, without case and accents; exactly; anywhere.
    ["Patient?family=mul", ["anna", "bert"]],
    ["Patient?family=MULLER", ["anna"]],
    ["Patient?family:exact=Müller", ["anna"]],
    ["Patient?family:exact=Muller", []],
    ["Patient?family:contains=lde", ["bert"]],
    ["Patient?name=maria", ["anna"]],
    ["Patient?family=mulder,müller", ["anna", "bert"]],
    ["Patient?family=mul&given=bert", ["bert"]],
    // Tokens.
    ["Patient?identifier=urn:mrn|1", ["anna"]],
    ["Patient?identifier=1", ["anna"]],
    ["Patient?identifier=|1", []],
    ["Patient?identifier=urn:mrn|", ["anna"]],
    ["Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|1", ["anna"]],
    ["Patient?gender=male", ["bert"]],
    ["Patient?gender:not=male", ["anna"]],
    ["Patient?active:missing=true", ["bert"]],
    ["Patient?active:missing=false", ["anna"]],
    ["Patient?active=true", ["anna"]],
    ["Observation?code:text=body", ["heavy", "light", "period"]],
    ["Observation?code=http://loinc.org|85354-9", ["pressure"]],
    // Dates by their precision.
    ["Patient?birthdate=1950", ["anna"]],
    ["Patient?birthdate=1950-02-03", []],
    ["Patient?birthdate=ge1980-05-06", ["bert"]],
    ["Patient?birthdate=lt1980", ["anna"]],
    ["Patient?birthdate=ne1950", ["bert"]],
    ["Observation?date=2026-01", ["light"]],
    ["Observation?date=gt2026-02", ["period"]],
    ["Observation?date=sa2026-01-31", ["heavy"]],
    ["Observation?date=eb2026-02", ["light"]],
    ["Observation?date=ge2026-01-10&date=le2026-01-10", ["light", "period"]],
    // Quantities.
    ["Observation?value-quantity=60", ["light"]],
    ["Observation?value-quantity=100", ["heavy"]],
    ["Observation?value-quantity=100.0", []],
    ["Observation?value-quantity=gt60", ["heavy"]],
    ["Observation?value-quantity=ge60|http://unitsofmeasure.org|kg", ["heavy", "light"]],
    ["Observation?value-quantity=60||lb", []],
    ["Observation?value-quantity=ap65", ["light"]],
    // References, chains, and what points here.
    ["Observation?subject=Patient/$bert", ["heavy"]],
    ["Observation?patient=$bert", ["heavy"]],
    ["Observation?subject:Patient=$bert", ["heavy"]],
    ["Observation?subject.family=mulder", ["heavy"]],
    ["Observation?subject:Patient.organization.name=clinic", ["light", "period", "pressure"]],
    ["Patient?_has:Observation:patient:code=85354-9", ["anna"]],
    ["Patient?_has:Observation:patient:_has:DiagnosticReport:result:status=final", ["anna"]],
    ["Observation?_has:DiagnosticReport:result:status=final", ["light", "pressure"]],
    // Composites hold of one and the same element.
    ["Observation?component-code-value-quantity=8480-6$140", ["pressure"]],
    ["Observation?component-code-value-quantity=8480-6$90", []],
    ["Observation?code-value-quantity=29463-7$gt90", ["heavy"]],
    // URIs, and parameters of all types.
    ["CodeSystem?url=http://example.org/codes/one", ["system"]],
    ["CodeSystem?url:below=http://example.org/codes/", ["system"]],
    ["CodeSystem?url:above=http://example.org/codes/one/two", ["system"]],
    ["Patient?_tag=urn:tag|vip", ["anna"]],
    ["Patient?_profile=http://example.org/StructureDefinition/p", ["anna"]],
    ["Patient?_id=$anna,$bert", ["anna", "bert"]],
    ["Patient?_lastUpdated=ge2026-01-01", ["anna", "bert"]],
    ["Patient?_lastUpdated=lt2026-01-01", []],
    // Order, missing values last.
    ["Patient?_sort=birthdate", ["anna", "bert"]],
    ["Patient?_sort=-birthdate", ["bert", "anna"]],
    ["Observation?_sort=-value-quantity,date", ["heavy", "light", "period", "pressure"]],
  ])("%s", async (url, expected) => {
    expect(await found(url.replaceAll(/\$(anna|bert)/g, (_, name: string) => ids[name] ?? ""))).toEqual(
      expected,
    );
  });
});

describe("a search", () => {
  it("finds texts of any length and script, by their beginning", async () => {
    const long = "🩺".repeat(3000);
    const identifier = [{ system: `urn:${long}`, value: long, type: { text: long } }];
    const id = await fhir.make({
      resourceType: "Device",
      identifier,
      distinctIdentifier: long,
      url: `http://example.org/${long}`,
    });
    expect(await fhir.ids(`Device?identifier=${encodeURIComponent(`urn:${long}|${long}`)}`)).toEqual([id]);
    expect(await fhir.ids(`Device?url:below=${encodeURIComponent(`http://example.org/${long}`)}`)).toEqual([
      id,
    ]);
    expect(await fhir.ids(`Device?identifier=${encodeURIComponent(long.slice(0, 20))}`)).toEqual([]);
  });

  it("takes a form as well", async () => {
    const { json } = await fhir.post("Patient/_search", "family=mulder", {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(json.entry?.map(({ resource }) => resource.id)).toEqual([ids["bert"]]);
  });

  it("brings what matches refer to, and what refers to them, each once", async () => {
    const modes = async (url: string): Promise<readonly string[]> => {
      const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
      const { json } = await fhir.get(url);
      return (json.entry ?? [])
        .map(({ resource, search }) => `${search.mode} ${names.get(resource.id)}`)
        .toSorted();
    };
    expect(await modes("DiagnosticReport?_include=DiagnosticReport:result")).toEqual([
      "include light",
      "include pressure",
      "match report",
    ]);
    expect(
      await modes("DiagnosticReport?_include=DiagnosticReport:subject&_include:iterate=Patient:organization"),
    ).toEqual(["include anna", "include clinic", "match report"]);
    expect(await modes("Patient?family=mulder&_revinclude=Observation:subject")).toEqual([
      "include heavy",
      "match bert",
    ]);
    expect(await modes("DiagnosticReport?_include=DiagnosticReport:subject:Group")).toEqual(["match report"]);
  });

  it("comes in full pages, which the next link continues, in every order", async () => {
    for (const order of [
      "",
      "&_sort=date",
      "&_sort=-date",
      "&_sort=-value-quantity",
      "&_sort=_lastUpdated",
    ]) {
      const all = await fhir.ids(`Observation?_count=100${order}`);
      const pages: string[] = [];
      let url: string | undefined = `Observation?_count=3${order}&_total=accurate`;
      while (url !== undefined) {
        const { json }: Awaited<ReturnType<TestFhir["get"]>> = await fhir.get(url);
        expect(json.total).toBe(4);
        pages.push(...(json.entry ?? []).map(({ resource }) => resource.id));
        url = json.link.find(({ relation }) => relation === "next")?.url;
      }
      expect(pages).toEqual(all);
    }
  });

  it("gives a count, a summary or some elements", async () => {
    const counted = await fhir.get("Observation?_summary=count");
    expect([counted.json.total, counted.json.entry]).toEqual([4, undefined]);
    const [entry] = (await fhir.get("Patient?family=müller&_elements=gender")).json.entry ?? [];
    expect(Object.keys(entry?.resource ?? {}).toSorted()).toEqual(["gender", "id", "meta", "resourceType"]);
    expect(entry?.resource.meta).toMatchObject({ tag: [{ code: "vip" }, { code: "SUBSETTED" }] });
    const [report] = (await fhir.get("DiagnosticReport?_summary=text")).json.entry ?? [];
    expect(Object.keys(report?.resource ?? {}).toSorted()).toEqual([
      "code",
      "id",
      "meta",
      "resourceType",
      "status",
    ]);
  });

  it("leaves out what it does not know, and says so; refuses it when that is preferred", async () => {
    const { json, status } = await fhir.get("Patient?bogus=1&family=mulder");
    expect(status).toBe(200);
    expect(json.link[0]?.url).toMatch(/Patient\?family=mulder$/);
    expect(json.entry?.at(-1)?.search.mode).toBe("outcome");
    expect((await fhir.get("Patient?bogus=1", { prefer: "handling=strict" })).status).toBe(400);
  });

  it.each([
    ["Patient?birthdate=soon", "value"],
    ["Patient?family:in=x", "not-supported"],
    ["Observation?code:in=http://example.org/vs", "not-supported"],
    ["Observation?value-quantity=heavy", "value"],
    ["Patient?_sort=bogus", "not-found"],
    ["Patient?_include=bogus", "value"],
    ["Patient?_count=many", "value"],
    ["Patient?_cursor=x", "value"],
    ["Observation?subject.organization.partof.partof.partof.name=x", "not-supported"],
    ["Observation?component-code-value-quantity=8480-6", "value"],
  ])("refuses %s with its code and without its value", async (url, code) => {
    const { status, json, body } = await fhir.get(url);
    expect([status, json.issue[0]?.code]).toEqual([400, code]);
    expect(body).not.toContain("heavy");
  });
});
