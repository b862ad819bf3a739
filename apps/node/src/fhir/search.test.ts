import { indexDueTexts } from "@anamnesis/fhir-server/store/indexDueTexts";
import { FHIR_TEXTS_SCHEMA } from "@anamnesis/fhir-server/store/schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";
import { BASE, TestFhir } from "./testing/testFhir.ts";

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
  const place = (name: string, latitude: number, longitude: number, more: object = {}): Promise<void> =>
    make(name, { resourceType: "Location", name, position: { latitude, longitude }, ...more });
  await place("dom", 50.9413, 6.9583, { address: { text: "Domkloster 4", city: "Köln" } });
  await place("deutz", 50.9407, 6.9751);
  await place("fiji", -17.7, 179.9);
  await place("taveuni", -17.7, -179.9);
  await place("alert", 89.5, 10);
  await place("ward", 50.9413, 6.9583, { status: "inactive" });
  await make("nowhere", { resourceType: "Location", name: "nowhere" });
  await make("noted", {
    resourceType: "Condition",
    text: {
      status: "generated",
      div: '<div xmlns="http://www.w3.org/1999/xhtml"><p title="hidden > words">Schmerzen im R&#252;cken,</p><p>Met<b>asta</b>sen &amp; Fieber</p><!-- left out --></div>',
    },
    subject: { reference: `Patient/${ids["anna"]}`, display: "Anna Ausgedacht" },
    code: { text: "Chronic pain" },
    note: [{ text: "Walks 500 steps, takes Naproxen 3/d" }],
  });
  await make("list", {
    resourceType: "List",
    status: "current",
    mode: "working",
    entry: ["light", "pressure"].map((name) => ({ item: { reference: `Observation/${ids[name]}` } })),
  });
  await make("short", {
    resourceType: "List",
    status: "current",
    mode: "working",
    entry: [
      { item: { reference: `Observation/${ids["heavy"]}` } },
      { item: { reference: `Patient/${ids["bert"]}` } },
    ],
  });
  await make("foreign", {
    resourceType: "List",
    status: "current",
    mode: "working",
    entry: [
      { item: { reference: `https://lab.example/fhir/Observation/${ids["light"]}` } },
      { item: { reference: `${BASE}/Observation/${ids["heavy"]}` } },
    ],
  });
  await make("marked", {
    resourceType: "Basic",
    code: coding("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "GRMTH", "grandmother"),
    meta: { security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "HRESCH" }] },
  });
  await make("flat", { resourceType: "Basic", code: { coding: [{ code: "GRMTH" }] } });
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
    ["CodeSystem?url:below=http://example.org/codes", ["system"]],
    ["CodeSystem?url:below=http://example.org/code", []],
    ["CodeSystem?url:below=http://example.org/codes/one", ["system"]],
    ["CodeSystem?url:above=http://example.org/codes/on", []],
    ["CodeSystem?url:above=http://example.org/codes/one", ["system"]],
    // Codes by hierarchy, and by value sets; a `code` has the system of its binding.
    ["Basic?code:below=http://terminology.hl7.org/CodeSystem/v3-RoleCode|FAMMEMB", ["marked"]],
    ["Basic?code:below=http://terminology.hl7.org/CodeSystem/v3-RoleCode|GRMTH", ["marked"]],
    ["Basic?code:below=http://terminology.hl7.org/CodeSystem/v3-RoleCode|MGRMTH", []],
    ["Basic?code:above=http://terminology.hl7.org/CodeSystem/v3-RoleCode|MGRMTH", ["marked"]],
    ["Basic?code:above=http://terminology.hl7.org/CodeSystem/v3-RoleCode|FAMMEMB", []],
    ["Basic?code:in=http://terminology.hl7.org/ValueSet/v3-FamilyMember", ["marked"]],
    ["Basic?code:not-in=http://terminology.hl7.org/ValueSet/v3-FamilyMember", ["flat"]],
    ["Basic?code:in=http://hl7.org/fhir/ValueSet/administrative-gender", []],
    ["Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender", ["anna", "bert"]],
    ["Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender", []],
    ["Patient?gender:in=http://hl7.org/fhir/ValueSet/observation-status", []],
    ["Patient?gender=http://hl7.org/fhir/administrative-gender|male", ["bert"]],
    ["Patient?gender=http://hl7.org/fhir/observation-status|male", []],
    ["Observation?status:below=http://hl7.org/fhir/observation-status|registered", []],
    [
      "Observation?status:above=http://hl7.org/fhir/observation-status|final",
      ["heavy", "light", "period", "pressure"],
    ],
    [
      "Observation?subject:Patient.gender:in=http://hl7.org/fhir/ValueSet/administrative-gender&date=2026-01",
      ["light"],
    ],
    // Entries of a List.
    ["Observation?_list=$list", ["light", "pressure"]],
    ["Observation?_list=$short", ["heavy"]],
    ["Observation?_list=List/$list,$short", ["heavy", "light", "pressure"]],
    // What another server calls the same is something else.
    ["Observation?_list=$foreign", ["heavy"]],
    ["Patient?_list=$short", ["bert"]],
    ["Patient?_list=$list", []],
    ["Patient?_list=nobody", []],
    ["DiagnosticReport?result._list=$list", ["report"]],
    ["Patient?_has:Observation:subject:_list=$short", ["bert"]],
    // Places: within a distance, over the 180th meridian, around a pole.
    ["Location?near=50.9413|6.9583|1|km", ["dom", "ward"]],
    ["Location?near=50.9413|6.9583|1181|m", ["deutz", "dom", "ward"]],
    ["Location?near=50.9413|6.9583|1178|m", ["dom", "ward"]],
    ["Location?near=50.9413|6.9583", ["deutz", "dom", "ward"]],
    ["Location?near=50.9413|6.9583|1|km&status:not=inactive", ["dom"]],
    ["Location?near=50.9413|6.9583|0.8|[mi_i]", ["deutz", "dom", "ward"]],
    ["Location?near=-17.7|179.95|30|km", ["fiji", "taveuni"]],
    ["Location?near=89.5|-170|120", ["alert"]],
    ["Location?near=89.5|-170|100", []],
    ["Location?near=0|0|1,-17.7|179.9|1", ["fiji"]],
    ["Location?near=0|0|20100", ["alert", "deutz", "dom", "fiji", "taveuni", "ward"]],
    ["Location?near:missing=true", ["nowhere"]],
    // Words.
    ["Condition?_text=rucken", ["noted"]],
    ["Condition?_text=Metastasen Fieber", ["noted"]],
    ["Condition?_text=(knie OR rücken) and metast*", ["noted"]],
    ["Condition?_text=knie,fieber", ["noted"]],
    ["Condition?_text=knie fieber", []],
    ["Condition?_text=asta", []],
    ["Condition?_text=hidden", []],
    ["Condition?_text=left", []],
    ["Condition?_text=xmlns", []],
    ["Condition?_text=naproxen", []],
    ["Condition?_content=naproxen", ["noted"]],
    ["Condition?_content=naproxen schmerzen chronic 500", ["noted"]],
    ["Condition?_content=naproxen aspirin", []],
    // What stands in a reference is shown to those alone who may follow it.
    ["Condition?_content=ausgedacht", []],
    ["Location?_content=koln", ["dom"]],
    ["Patient?_has:Condition:subject:_text=fieber", ["anna"]],
    ["Patient?_text=fieber", []],
    ["Observation?subject:Patient._content=mulder", ["heavy"]],
    // Of many types, those whose words are indexed.
    ["List?item._content=mulder", ["short"]],
    // Order, missing values last.
    ["Patient?_sort=birthdate", ["anna", "bert"]],
    ["Patient?_sort=-birthdate", ["bert", "anna"]],
    [`Patient?_sort=-birthdate${",_id".repeat(7)}`, ["bert", "anna"]],
    ["Observation?_sort=-value-quantity,date", ["heavy", "light", "period", "pressure"]],
  ])("%s", async (url, expected) => {
    expect(
      await found(url.replaceAll(/\$(anna|bert|list|short|foreign)/g, (_, name: string) => ids[name] ?? "")),
    ).toEqual(expected);
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

  it("finds words and places that a version has, and no longer those of the one before", async () => {
    const resource = {
      resourceType: "Location",
      name: "Uppsala",
      position: { latitude: 59.8, longitude: 17.6 },
    };
    const id = await fhir.make(resource);
    const finds = async (): Promise<readonly number[]> => {
      const asked = ["_content=uppsala", "_content=lund", "near=59.8|17.6|1", "near=55.7|13.2|1"];
      return Promise.all(asked.map(async (query) => (await fhir.ids(`Location?${query}`)).length));
    };
    expect(await finds()).toEqual([1, 0, 1, 0]);
    await fhir.put(`Location/${id}`, {
      ...resource,
      id,
      name: "Lund",
      position: { latitude: 55.7, longitude: 13.2 },
    });
    expect(await finds()).toEqual([0, 1, 0, 1]);
    await fhir.delete(`Location/${id}`);
    expect(await finds()).toEqual([0, 0, 0, 0]);
  });

  it("finds what was written before words and places were indexed, once the node has started", async () => {
    const db = await openTestDatabase();
    const server = new TestFhir(db);
    const position = { latitude: 59.8, longitude: 17.6 };
    const id = await server.make({ resourceType: "Location", name: "Uppsala", position });
    const gone = await server.make({ resourceType: "Location", name: "Lund", position });
    await server.delete(`Location/${gone}`);
    for (const table of ["fhir_positions", "fhir_texts", "fhir_texts_due"])
      await db.query(`drop table ${table}`);
    for (const statement of FHIR_TEXTS_SCHEMA.split(";").filter((text) => text.trim() !== ""))
      await db.query(statement);
    expect(await server.ids("Location?_content=uppsala")).toEqual([]);
    await indexDueTexts(db);
    for (const query of ["_content=uppsala", "near=59.8|17.6|1"])
      expect(await server.ids(`Location?${query}`)).toEqual([id]);
    expect(await db.query("select row from fhir_texts_due")).toEqual([]);
  });

  it("follows a reference by URL to this server alone, whatever type and id another server's ends with", async () => {
    const idOfAnna = ids["anna"] ?? "";
    const anna = `Patient/${idOfAnna}`;
    const flag = (reference: string): Promise<string> =>
      fhir.make({ resourceType: "Flag", status: "active", code: { text: "x" }, subject: { reference } });
    const [own, abroad] = [
      await flag(`${BASE}/${anna}/_history/1`),
      await flag(`https://lab.example/fhir/${anna}`),
    ];
    const all = [own, abroad];
    const idsOf = async (url: string): Promise<readonly string[]> =>
      ((await fhir.get(url)).json.entry ?? []).map(({ resource }) => resource.id).toSorted();
    const asked: readonly (readonly [string, readonly string[]])[] = [
      [`subject=${anna}`, [own]],
      [`subject=${BASE}/${anna}`, [own]],
      [`subject=https://lab.example/fhir/${anna}`, [abroad]],
      ["patient.gender=female", [own]],
      ["subject:Patient.family=müller", [own]],
      ["subject:missing=false", all],
      [`_include=Flag:subject&subject=${anna}`, [own, idOfAnna]],
      [`_include=Flag:subject&subject=https://lab.example/fhir/${anna}`, [abroad]],
    ];
    for (const [query, expected] of asked)
      expect([query, await idsOf(`Flag?${query}`)]).toEqual([query, expected.toSorted()]);
    const both = [idOfAnna, own].toSorted();
    expect(await idsOf(`Patient?_id=${ids["anna"]}&_revinclude=Flag:subject`)).toEqual(both);
    expect(await idsOf(`${anna}/Flag`)).toEqual([own]);
    expect(await idsOf(`${anna}/$everything?_type=Flag`)).toEqual([own]);
    expect(await idsOf(`Patient?_has:Flag:subject:_id=${own}`)).toEqual([ids["anna"]]);
    expect(await idsOf(`Patient?_has:Flag:subject:_id=${abroad}`)).toEqual([]);
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

  it("of more values than fit into a statement of the database is refused", async () => {
    const near = `near=${Array.from({ length: 200 }, (_, i) => `51|7|${i}`).join(",")}`;
    const criteria = (count: number): string => `Location?${Array(count).fill(near).join("&")}`;
    expect(await found(criteria(2))).toEqual(["deutz", "dom", "ward"]);
    const { status, json } = await fhir.get(criteria(24));
    expect([status, json.issue[0]?.code]).toEqual([400, "not-supported"]);
  });

  it.each([
    ["Patient?birthdate=soon", "value"],
    ["Patient?family:in=x", "not-supported"],
    ["Observation?code:in=http://example.org/vs", "not-supported"],
    ["Observation?code:in=http://hl7.org/fhir/ValueSet/mimetypes", "not-supported"],
    ["Observation?code:in=http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1", "not-supported"],
    ["Observation?code:not-in=ValueSet/1", "not-supported"],
    ["Observation?code:below=http://snomed.info/sct|heavy", "not-supported"],
    ["Observation?code:below=http://hl7.org/fhir/sid/icd-10|heavy", "not-supported"],
    ["Observation?code:below=http://terminology.hl7.org/CodeSystem/v3-RoleCode|heavy", "value"],
    ["Observation?code:below=heavy", "value"],
    ["CodeSystem?url:below=urn:oid:1.2", "not-supported"],
    ["Observation?_list=$current-problems", "not-supported"],
    ["Observation?_list=a|heavy", "value"],
    ["Observation?_list:missing=true", "not-supported"],
    ["Location?near=heavy", "value"],
    ["Location?near=91|0|1|km", "value"],
    ["Location?near=1|1|-1|km", "value"],
    ["Location?near=1|1|1|heavy", "not-supported"],
    ["Location?near:above=1|1", "not-supported"],
    ['Condition?_text="heavy pain"', "not-supported"],
    ["Condition?_text=heavy not pain", "not-supported"],
    ["Condition?_text=(heavy", "value"],
    ["Condition?_content=heavy)", "value"],
    ["Condition?_content=heavy or", "value"],
    ["Condition?_content=!!", "value"],
    ["Condition?_content=h*", "value"],
    [`Condition?_content=${"heavy,".repeat(64)}pain heavy ${"heavy ".repeat(64)}`, "not-supported"],
    ["Condition?_content:exact=heavy", "not-supported"],
    ["AuditEvent?_content=heavy", "not-supported"],
    ["Patient?_has:AuditEvent:entity:_text=heavy", "not-supported"],
    ["List?item:AuditEvent._content=heavy", "not-supported"],
    ["Observation?subject._has:AuditEvent:entity:_content=heavy", "not-supported"],
    ["Condition?_sort=_content", "not-supported"],
    ["Observation?value-quantity=heavy", "value"],
    [`Patient?_sort=_id${",-birthdate".repeat(8)}`, "not-supported"],
    [`Patient?_sort=_id,-_id,_id,-_id&_sort=_id,-_id,_id,-_id,birthdate`, "not-supported"],
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
