import type { Access } from "@anamnesis/fhir-server/access/access";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { type Answered, TestFhir } from "./testing/testFhir.ts";

/**
 * Somebody with a valid login and no right to what is sensitive asks two servers everything there is to ask: on one it was written, on the other never. The answers are the same,
 * byte for byte, but for times and random ids.
 */

/** May treat, and may see nothing of mental health. */
const NURSE: Access = {
  readOwn: [{ types: "*", kinds: ["general"] }],
  readReceived: [],
  write: [{ types: "*", kinds: ["general"] }],
};

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

interface World {
  readonly all: TestFhir;
  readonly nurse: TestFhir;
  /** What the nurse knows, by name: the same names in both worlds. */
  readonly ids: Record<string, string>;
  /** What is hidden where it is. */
  readonly hidden: Record<string, string>;
}

const CODE = { coding: [{ system: "http://loinc.org", code: "29463-7" }] };
/** Asserted by the patient: of a kind of its own, which the other resources of an Encounter do not take over. */
const PERSONAL = {
  security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "PATAST" }],
};
const SENSITIVE = { security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "PSY" }] };

async function worldOf(isThere: boolean): Promise<World> {
  const all = new TestFhir(await openTestDatabase());
  const ids: Record<string, string> = {};
  const hidden: Record<string, string> = {};
  ids["patient"] = await all.make({
    resourceType: "Patient",
    name: [{ family: "Visible" }],
    birthDate: "1950-01-01",
  });
  const subject = { reference: `Patient/${ids["patient"]}` };
  if (isThere) {
    hidden["practitioner"] = await all.make({
      resourceType: "Practitioner",
      meta: SENSITIVE,
      name: [{ family: "Psychiatrist" }],
    });
    hidden["encounter"] = await all.make({
      resourceType: "Encounter",
      meta: PERSONAL,
      status: "finished",
      class: { code: "AMB" },
      subject,
      participant: [{ individual: { reference: `Practitioner/${hidden["practitioner"]}` } }],
    });
    // General by itself, until the condition comes.
    hidden["visit"] = await all.make({
      resourceType: "Encounter",
      status: "finished",
      class: { code: "AMB" },
      subject,
    });
    const encounter = { reference: `Encounter/${hidden["visit"]}` };
    hidden["sibling"] = await all.make({
      resourceType: "Observation",
      status: "final",
      code: CODE,
      subject,
      encounter,
    });
    hidden["condition"] = await all.make({
      resourceType: "Condition",
      meta: SENSITIVE,
      identifier: [{ system: "urn:c", value: "secret" }],
      code: {
        coding: [{ system: "http://snomed.info/sct", code: "35489007", display: "Depressive disorder" }],
      },
      text: {
        status: "generated",
        div: '<div xmlns="http://www.w3.org/1999/xhtml">Melancholy</div>',
      },
      category: [
        {
          coding: [
            {
              system: "http://terminology.hl7.org/CodeSystem/condition-category",
              code: "problem-list-item",
            },
          ],
        },
      ],
      subject,
      encounter,
    });
    hidden["place"] = await all.make({
      resourceType: "Location",
      meta: SENSITIVE,
      name: "Day clinic",
      position: { latitude: 50.94, longitude: 6.96 },
    });
    hidden["set"] = await all.make({
      resourceType: "ValueSet",
      meta: SENSITIVE,
      status: "active",
      url: "http://example.org/sets/secret",
    });
    hidden["later"] = await all.make({
      resourceType: "Observation",
      status: "final",
      code: CODE,
      subject,
      encounter,
    });
  }
  ids["weight"] = await all.make({
    resourceType: "Observation",
    status: "final",
    code: CODE,
    subject,
    ...(isThere
      ? {
          encounter: {
            reference: `Encounter/${hidden["encounter"]}`,
            display: "Psychiatric ward",
            identifier: { system: "urn:e", value: "secret" },
          },
        }
      : {}),
  });
  ids["list"] = await all.make({
    resourceType: "List",
    status: "current",
    mode: "working",
    subject,
    entry: [
      { item: { reference: `Observation/${ids["weight"]}` } },
      ...(isThere
        ? [
            {
              date: "2026-01-01",
              flag: { text: "Relapse" },
              item: { reference: `Condition/${hidden["condition"]}`, display: "Depression" },
            },
          ]
        : []),
    ],
  });
  ids["clinic"] = await all.make({
    resourceType: "Location",
    name: "Clinic",
    position: { latitude: 50.95, longitude: 6.95 },
    ...(isThere ? { partOf: { reference: `Location/${hidden["place"]}`, display: "Day clinic" } } : {}),
  });
  if (isThere) {
    hidden["selection"] = await all.make({
      resourceType: "List",
      meta: SENSITIVE,
      status: "current",
      mode: "working",
      entry: [{ item: { reference: `Observation/${ids["weight"]}` } }],
    });
    // What was general once and is sensitive now, and what was deleted.
    const note = { resourceType: "Observation", status: "final", code: { text: "note" }, subject };
    hidden["raised"] = await all.make(note);
    await all.put(`Observation/${hidden["raised"]}`, { ...note, id: hidden["raised"], meta: SENSITIVE });
    hidden["deleted"] = await all.make({ ...note, meta: SENSITIVE });
    await all.delete(`Observation/${hidden["deleted"]}`);
  }
  return { all, nurse: all.as(NURSE), ids, hidden };
}

/** Times and random ids: the only things in which two servers with the same content differ. */
function masked({ status, headers, body }: Answered, world: World, asked: string): string {
  let text = JSON.stringify({ status, headers, body });
  for (const [name, id] of Object.entries(world.ids)) text = text.replaceAll(id, `<${name}>`);
  // But for what the question itself says.
  for (const id of Object.values(world.hidden)) if (!asked.includes(id)) expect(text).not.toContain(id);
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<instant>")
    .replaceAll(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, "<date>")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>")
    .replaceAll(/_cursor=[\w-]+/g, "_cursor=<cursor>");
}

/** Asked of both; what stands between $ is an id: of what is there, or of what is hidden where it is there (else a random one). */
const ASKED: readonly (readonly [string, string, unknown?, Record<string, string>?])[] = [
  ["GET", "Condition/$condition"],
  ["GET", "Encounter/$encounter"],
  ["GET", "Observation/$raised"],
  ["GET", "Observation/$deleted"],
  ["GET", "Encounter/$visit"],
  ["GET", "Observation/$sibling"],
  ["GET", "Observation/$sibling", null, { "if-none-match": 'W/"1"' }],
  ["GET", "Observation/$sibling/_history"],
  ["GET", "Observation/$sibling/_history/1"],
  ["GET", "Observation/$later"],
  ["GET", "Observation?_summary=count"],
  ["GET", "Observation?code=29463-7&_total=accurate"],
  ["GET", "Observation?encounter=$visit"],
  ["GET", "Encounter?_summary=count"],
  ["GET", "Encounter/$visit/Observation"],
  [
    "PUT",
    "Observation/$sibling",
    { resourceType: "Observation", id: "$sibling", status: "final", code: CODE },
  ],
  ["DELETE", "Observation/$sibling"],
  ["GET", "Condition/$condition", null, { "if-none-match": 'W/"1"' }],
  ["GET", "Condition/$condition/_history"],
  ["GET", "Condition/$condition/_history/1"],
  ["GET", "Observation/$raised/_history/1"],
  ["GET", "Observation/$raised/_history"],
  ["GET", "Observation/$weight"],
  ["GET", "Observation/$weight/_history"],
  ["GET", "List/$list"],
  ["GET", "_history"],
  ["GET", "_history?_count=1"],
  ["GET", "Condition/_history"],
  ["GET", "Condition"],
  ["GET", "Condition?_total=accurate"],
  ["GET", "Condition?_summary=count"],
  ["GET", "Observation?_total=accurate&_count=1"],
  ["GET", "Condition?identifier=urn:c|secret"],
  ["GET", "Condition?_id=$condition"],
  ["GET", "Condition?code:missing=false"],
  ["GET", "Observation?encounter=Encounter/$encounter"],
  ["GET", "Observation?encounter=$encounter"],
  ["GET", "Observation?encounter:missing=true"],
  ["GET", "Observation?encounter:missing=false"],
  ["GET", "Observation?encounter:identifier=urn:e|secret"],
  ["GET", "Observation?encounter.class=AMB"],
  ["GET", "Observation?encounter:missing=false"],
  ["GET", "Observation?encounter:missing=true"],
  ["GET", "Observation?encounter:identifier=urn:e|secret"],
  ["GET", "Observation?encounter:identifier=secret"],
  ["GET", "Observation?encounter:Encounter.participant:Practitioner.family=psych"],
  // By words: of what is hidden, and of what a reader is shown with something left out.
  ["GET", "Condition?_text=melancholy"],
  ["GET", "Condition?_text=melancholy&_summary=count"],
  ["GET", "Condition?_text=melanch*&_total=accurate&_count=1"],
  ["GET", "Condition?_content=depressive"],
  ["GET", "Condition?_content=(depressive or weight) and disorder&_total=accurate"],
  ["GET", "Observation?_content=psychiatric"],
  ["GET", "Observation?_content=ward&_total=accurate"],
  ["GET", "Observation?_content=29463&_count=1&_total=accurate"],
  ["GET", "List?_content=relapse"],
  ["GET", "List?_content=depression"],
  ["GET", "List?_content=working"],
  ["GET", "Location?_content=day"],
  ["GET", "List?item:Condition._text=melancholy"],
  ["GET", "Patient?_has:Condition:patient:_text=melancholy"],
  ["GET", "Patient?_has:Condition:patient:_content=depressive"],
  ["GET", "Observation?encounter:Encounter.subject:Patient._content=visible"],
  ["GET", 'Condition?_text="melancholy"'],
  // By Lists: of those that are hidden, and of hidden entries of others.
  ["GET", "Observation?_list=$selection"],
  ["GET", "Observation?_list=$selection&_total=accurate"],
  ["GET", "Observation?_list=$selection,$list"],
  ["GET", "Observation?_list=$list&_total=accurate"],
  ["GET", "Condition?_list=$list&_total=accurate"],
  ["GET", "Patient/$patient/Observation?_list=$selection"],
  ["GET", "Patient?_has:Observation:subject:_list=$selection"],
  ["GET", "Observation?_list=$current-problems"],
  // By places.
  ["GET", "Location?near=50.94|6.96|100|m"],
  ["GET", "Location?near=50.94|6.96|50|km&_total=accurate"],
  ["GET", "Location?near:missing=false&_summary=count"],
  ["GET", "Location?partof:Location.near=50.94|6.96|1"],
  // By codes and names.
  ["GET", "Condition?category:in=http://hl7.org/fhir/ValueSet/condition-category"],
  ["GET", "Condition?category:not-in=http://hl7.org/fhir/ValueSet/all-types&_total=accurate"],
  ["GET", "Patient?_has:Condition:patient:category:in=http://hl7.org/fhir/ValueSet/condition-category"],
  [
    "GET",
    "Condition?category:below=http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item&_total=accurate",
  ],
  [
    "GET",
    "Condition?_security:below=http://terminology.hl7.org/CodeSystem/v3-ActCode|_InformationSensitivityPolicy",
  ],
  ["GET", "Observation?_security:in=http://terminology.hl7.org/ValueSet/v3-InformationSensitivityPolicy"],
  ["GET", "Condition?code:in=http://example.org/sets/secret"],
  ["GET", "Condition?code:in=ValueSet/$set"],
  ["GET", "Condition?code:below=http://snomed.info/sct|35489007"],
  ["GET", "ValueSet?url:below=http://example.org/sets"],
  ["GET", "ValueSet?url:above=http://example.org/sets/secret/1&_total=accurate"],
  [
    "POST",
    "Condition",
    { resourceType: "Condition", subject: { reference: "Patient/$patient" } },
    { "if-none-exist": "_text=melancholy" },
  ],
  [
    "PUT",
    "Condition?_content=depressive",
    { resourceType: "Condition", subject: { reference: "Patient/$patient" } },
  ],
  ["DELETE", "Condition?_text=melancholy"],
  ["DELETE", "Location?near=50.94|6.96|10|m"],
  ["DELETE", "Observation?_list=$selection&code=nothing"],
  ["GET", "Patient?_has:Condition:patient:code=35489007"],
  ["GET", "Patient?_has:Encounter:patient:class=AMB"],
  ["GET", "List?item=Condition/$condition"],
  ["GET", "List?item:Condition.code=35489007"],
  ["GET", "List?_include=List:item"],
  ["GET", "List?_include=*&_include:iterate=*"],
  ["GET", "Observation?_include=Observation:encounter"],
  ["GET", "Patient?_revinclude=Condition:patient&_revinclude=Encounter:subject"],
  ["GET", "Patient/$patient/Condition"],
  ["GET", "Encounter/$encounter/Observation"],
  ["GET", "Patient/$patient/$everything"],
  ["GET", "Patient/$patient/$everything?_type=Condition"],
  ["GET", "Patient?_sort=-_lastUpdated&_elements=name"],
  [
    "POST",
    "Condition",
    { resourceType: "Condition", subject: { reference: "Patient/$patient" } },
    { "if-none-exist": "identifier=urn:c|secret" },
  ],
  [
    "PUT",
    "Condition?identifier=urn:c|secret",
    { resourceType: "Condition", subject: { reference: "Patient/$patient" } },
  ],
  [
    "PUT",
    "Condition/$condition",
    { resourceType: "Condition", id: "$condition", subject: { reference: "Patient/$patient" } },
  ],
  [
    "PUT",
    "Condition/$condition",
    { resourceType: "Condition", id: "$condition", subject: { reference: "Patient/$patient" } },
    { "if-match": 'W/"1"' },
  ],
  ["PATCH", "Condition/$condition", [{ op: "test", path: "/id", value: "$condition" }]],
  ["PATCH", "Condition?identifier=urn:c|secret", [{ op: "remove", path: "/code" }]],
  ["DELETE", "Condition/$condition"],
  ["DELETE", "Condition/$condition", null, { "if-match": 'W/"7"' }],
  ["DELETE", "Condition?identifier=urn:c|secret"],
  [
    "POST",
    "Observation",
    {
      resourceType: "Observation",
      status: "final",
      code: CODE,
      encounter: { reference: "Encounter/$encounter" },
    },
  ],
  ["POST", "Observation", { resourceType: "Observation", status: "final", code: CODE, meta: SENSITIVE }],
  [
    "POST",
    "",
    {
      resourceType: "Bundle",
      type: "transaction",
      entry: [
        {
          resource: {
            resourceType: "Observation",
            status: "final",
            code: CODE,
            encounter: { reference: "Encounter?class=AMB" },
          },
          request: { method: "POST", url: "Observation" },
        },
      ],
    },
  ],
  [
    "POST",
    "",
    {
      resourceType: "Bundle",
      type: "batch",
      entry: [
        { request: { method: "GET", url: "Condition/$condition" } },
        { request: { method: "GET", url: "Condition?_summary=count" } },
        { request: { method: "DELETE", url: "Encounter/$encounter" } },
      ],
    },
  ],
];

describe("who may not see it", () => {
  let there: World;
  let never: World;
  beforeEach(async () => {
    there = await worldOf(true);
    never = await worldOf(false);
    // Ids that nothing has.
    for (const name of Object.keys(there.hidden)) never.hidden[name] = crypto.randomUUID();
  });

  it("gets the answers of a server on which it never was", async () => {
    for (const [method, url, body = null, headers = {}] of ASKED) {
      const askIn = async (world: World): Promise<string> => {
        const fill = (text: string): string =>
          text.replaceAll(/\$(\w+)\b/g, (all, name: string) => world.ids[name] ?? world.hidden[name] ?? all);
        const given = body === null ? null : fill(JSON.stringify(body));
        const type = method === "PATCH" ? { "content-type": "application/json-patch+json" } : {};
        const answer = await world.nurse.send(method, fill(url), given, { ...type, ...headers });
        return masked(answer, world, `${fill(url)} ${given}`);
      };
      expect.soft(`${method} ${url}: ${await askIn(there)}`).toBe(`${method} ${url}: ${await askIn(never)}`);
    }
  });

  it("changes nothing of it", async () => {
    const before = await there.all.get(`Condition/${there.hidden["condition"]}`);
    for (const [method, url] of ASKED.filter(([method]) => method === "DELETE")) {
      await there.nurse.send(method, url.replace("$condition", there.hidden["condition"] ?? ""), null);
    }
    expect(await there.all.get(`Condition/${there.hidden["condition"]}`)).toEqual(before);
  });

  it("while who may see it gets all of it", async () => {
    for (const query of [
      "code=35489007",
      "_text=melancholy",
      "_content=depressive",
      "_list=$list",
      "category:in=http://hl7.org/fhir/ValueSet/condition-category",
      "_security:below=http://terminology.hl7.org/CodeSystem/v3-ActCode|_InformationSensitivityPolicy",
    ]) {
      const url = `Condition?${query.replace("$list", there.ids["list"] ?? "")}`;
      expect([url, await there.all.ids(url)]).toEqual([url, [there.hidden["condition"]]]);
    }
    expect(await there.all.ids("Location?near=50.94|6.96|100|m")).toEqual([there.hidden["place"]]);
    expect(await there.all.ids(`Observation?_list=${there.hidden["selection"]}`)).toEqual([
      there.ids["weight"],
    ]);
    const weight = await there.all.get(`Observation/${there.ids["weight"]}`);
    expect(weight.json["encounter"]).toEqual({
      reference: `Encounter/${there.hidden["encounter"]}`,
      display: "Psychiatric ward",
      identifier: { system: "urn:e", value: "secret" },
    });
  });
});

it("nobody is permitted anything without a rule", async () => {
  const { all, ids } = await worldOf(false);
  const nobody = all.as({ readOwn: [], readReceived: [], write: [] });
  expect((await nobody.get(`Patient/${ids["patient"]}`)).status).toBe(404);
  expect((await nobody.get("Patient?_total=accurate")).json.total).toBe(0);
  expect((await nobody.post("Patient", { resourceType: "Patient" })).status).toBe(403);
});
