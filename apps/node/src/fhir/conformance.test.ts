import { RESOURCE_TYPES } from "@anamnesis/fhir-server/definitions/resourceTypes";
import {
  searchParametersOf,
  type SearchParameter,
  type SearchParameterType,
} from "@anamnesis/fhir-server/definitions/searchParameters";
import {
  R4_CODE_SYSTEMS,
  R4_TERMINOLOGY,
  R4_VALUE_SETS,
} from "@anamnesis/fhir-server/terminology/terminology";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";
import { type Answered, TestFhir } from "./testing/testFhir.ts";

/** With `-u` behind the path of this file `vitest run` writes the table anew. */
const TABLE = "../../../../docs/fhir-conformance.md";
const MINUTE = 60_000;

let server: TestFhir;

beforeAll(async () => {
  server = new TestFhir(await openTestDatabase());
}, MINUTE);
afterAll(closeTestDatabases);

/** A value of the right form; composites have one of each part. */
function valueOf({ type, components, code }: SearchParameter): string {
  if (code === "_id") return "a";
  if (code === "near") return "50.9|7|10|km";
  switch (type) {
    case "number":
      return "1";
    case "date":
      return "2026-01-01";
    case "quantity":
      return "5.4|http://unitsofmeasure.org|mg";
    case "reference":
      return "Patient/a";
    case "uri":
      return "http://example.org/a";
    case "composite":
      return components.map(valueOf).join("$");
    case "token":
      return "http://example.org/system|a";
    default:
      return "a";
  }
}

/** Of a system that is held. */
const HELD_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode|FAMMEMB";

/** The last value is of tokens, where that is another one. */
const MODIFIERS: readonly (readonly [modifier: string, value?: string | undefined, ofToken?: string])[] = [
  ["missing", "true"],
  ["exact"],
  ["contains"],
  ["not"],
  ["text", "a"],
  ["in", "http://terminology.hl7.org/ValueSet/v3-FamilyMember"],
  ["not-in", "http://terminology.hl7.org/ValueSet/v3-FamilyMember"],
  ["above", undefined, HELD_CODE],
  ["below", undefined, HELD_CODE],
  ["of-type", "http://example.org/system|a|b"],
  ["identifier", "http://example.org/system|a"],
];
const PREFIXES = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];
const KINDS: readonly SearchParameterType[] = [
  "number",
  "date",
  "string",
  "token",
  "reference",
  "composite",
  "quantity",
  "uri",
  "special",
];

/** Asks strictly; true when the server did it, and says so in the self link. */
async function does(type: string, name: string, value: string): Promise<boolean> {
  const query = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  const { status, json } = await server.get(`${type}?${query}&_count=1`, { prefer: "handling=strict" });
  if (status === 200) {
    expect(json.link.find(({ relation }) => relation === "self")?.url).toContain(query);
    return true;
  }
  expect([type, name, status]).toEqual([type, name, 400]);
  return false;
}

const mark = (had: boolean): string => (had ? "yes" : "no");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Parameters that every type has by inheritance; the rest is the type's own. */
const isCommon = ({ code }: SearchParameter): boolean => code.startsWith("_");

async function parameterRows(): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  const common = searchParametersOf("Patient").filter(isCommon);
  for (const one of common)
    rows.push(["(all)", one.code, one.type, mark(await does("Patient", one.code, valueOf(one)))]);
  for (const code of ["_text", "_content"])
    rows.push(["AuditEvent", code, "string", mark(await does("AuditEvent", code, "a"))]);
  for (const type of RESOURCE_TYPES) {
    for (const one of searchParametersOf(type).filter((parameter) => !isCommon(parameter))) {
      rows.push([type, one.code, one.type, mark(await does(type, one.code, valueOf(one)))]);
    }
  }
  return rows;
}

/** One parameter of each kind that R4 has often. */
const EXAMPLES: Readonly<Record<SearchParameterType, readonly [type: string, code: string]>> = {
  number: ["RiskAssessment", "probability"],
  date: ["Observation", "date"],
  string: ["Patient", "family"],
  token: ["Observation", "code"],
  reference: ["Observation", "subject"],
  composite: ["Observation", "code-value-quantity"],
  quantity: ["Observation", "value-quantity"],
  uri: ["ValueSet", "url"],
  special: ["Location", "near"],
};

async function kindRows(): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for (const kind of KINDS) {
    const [type, code] = EXAMPLES[kind];
    const parameter = searchParametersOf(type).find((one) => one.code === code);
    if (parameter === undefined) expect.unreachable(code);
    const plain = valueOf(parameter);
    const modifiers: string[] = [];
    for (const [modifier, value = plain, ofToken = value] of MODIFIERS) {
      if (await does(type, `${code}:${modifier}`, kind === "token" ? ofToken : value))
        modifiers.push(`:${modifier}`);
    }
    const prefixes: string[] = [];
    if (kind === "number" || kind === "date" || kind === "quantity") {
      for (const prefix of PREFIXES) if (await does(type, code, `${prefix}${plain}`)) prefixes.push(prefix);
    }
    rows.push([kind, modifiers.join(" "), prefixes.join(" ")]);
  }
  return rows;
}

/** What `:in`, `:not-in`, `:above` and `:below` of codes can be asked about: systems and value sets of one kind in one line, each of them asked. */
async function codeRows(): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  const groups = new Map<string, string[]>();
  for (const url of [...R4_CODE_SYSTEMS, ...R4_VALUE_SETS]) {
    const group = /^(.*\/(?:v2-|v3-)?)/.exec(url)?.[1] ?? url;
    groups.set(group, [...(groups.get(group) ?? []), url]);
  }
  for (const [group, urls] of groups) {
    let had = 0;
    for (const url of urls) {
      const code = [...(R4_TERMINOLOGY.codeSystem(url)?.codes ?? [])][0];
      const asked =
        code === undefined
          ? await does("Observation", "code:in", url)
          : await does("Observation", "code:below", `${url}|${code.replaceAll(/[\\,|$]/g, "\\$&")}`);
      if (asked) had++;
    }
    const isSystem = R4_TERMINOLOGY.codeSystem(urls[0] ?? "") !== null;
    rows.push([isSystem ? "code systems" : "value sets", `${group}…`, `${had} of ${urls.length}`]);
  }
  for (const url of OTHER_CODES)
    rows.push(["code system", url, mark(await does("Observation", "code:below", `${url}|1`))]);
  return rows;
}

/** Of which nothing, or not all, is here. */
const OTHER_CODES = [
  "http://snomed.info/sct",
  "http://loinc.org",
  "http://hl7.org/fhir/sid/icd-10",
  "http://hl7.org/fhir/sid/icd-10-cm",
  "http://www.nlm.nih.gov/research/umls/rxnorm",
  "http://unitsofmeasure.org",
];

interface Probe {
  readonly name: string;
  readonly had: (answer: Answered) => boolean;
  readonly ask: () => Promise<Answered>;
}

const isStatus =
  (...statuses: readonly number[]) =>
  ({ status }: Answered): boolean =>
    statuses.includes(status);

function probes(id: string): readonly Probe[] {
  const patient = { resourceType: "Patient" };
  const bundle = (type: string) => ({
    resourceType: "Bundle",
    type,
    entry: [{ resource: patient, request: { method: "POST", url: "Patient" } }],
  });
  const ok = isStatus(200);
  const get = (name: string, url: string, had = ok): Probe => ({ name, had, ask: () => server.get(url) });
  return [
    get("capabilities", "metadata"),
    { name: "create", had: isStatus(201), ask: () => server.post("Patient", patient) },
    {
      name: "conditional create",
      had: ok,
      ask: () => server.post("Patient", patient, { "if-none-exist": `_id=${id}` }),
    },
    get("read", `Patient/${id}`),
    {
      name: "conditional read",
      had: isStatus(304),
      ask: () => server.get(`Patient/${id}`, { "if-none-match": 'W/"1"' }),
    },
    get("vread", `Patient/${id}/_history/1`),
    {
      name: "update",
      had: ok,
      ask: () => server.put(`Patient/${id}`, { ...patient, id, active: true }, { "if-match": 'W/"1"' }),
    },
    {
      name: "update as create",
      had: isStatus(201),
      ask: () => server.put("Patient/own-id", { ...patient, id: "own-id" }),
    },
    {
      name: "conditional update",
      had: ok,
      ask: () => server.put(`Patient?_id=${id}`, { ...patient, active: false }),
    },
    {
      name: "patch (JSON Patch)",
      had: ok,
      ask: () => server.patch(`Patient/${id}`, [{ op: "add", path: "/gender", value: "other" }]),
    },
    {
      name: "conditional patch",
      had: ok,
      ask: () => server.patch(`Patient?_id=${id}`, [{ op: "replace", path: "/gender", value: "unknown" }]),
    },
    {
      name: "patch (FHIRPath)",
      had: ok,
      ask: () =>
        server.send(
          "PATCH",
          `Patient/${id}`,
          { resourceType: "Parameters", parameter: [] },
          { "content-type": "application/fhir+json" },
        ),
    },
    get("history-instance", `Patient/${id}/_history`),
    get("history-type", "Patient/_history"),
    get("history-system", "_history"),
    get("search-type", "Patient?_count=1"),
    {
      name: "search-type by POST",
      had: ok,
      ask: () =>
        server.send("POST", "Patient/_search", "_count=1", {
          "content-type": "application/x-www-form-urlencoded",
        }),
    },
    get("search-system", "?_type=Patient"),
    get("search in a compartment", `Patient/${id}/Observation`),
    { name: "batch", had: ok, ask: () => server.post("", bundle("batch")) },
    { name: "transaction", had: ok, ask: () => server.post("", bundle("transaction")) },
    get("Patient/$everything", `Patient/${id}/$everything`),
    { name: "$validate", had: ok, ask: () => server.post("Patient/$validate", patient) },
    { name: "delete", had: isStatus(204), ask: () => server.delete(`Patient/${id}`) },
    {
      name: "conditional delete of one",
      had: isStatus(204),
      ask: () => server.delete("Patient?family=nobody"),
    },
    {
      name: "XML",
      had: ok,
      ask: () => server.get("metadata", { accept: "application/fhir+xml" }),
    },
  ];
}

async function interactionRows(): Promise<readonly (readonly string[])[]> {
  const id = await server.make({ resourceType: "Patient" });
  const rows: (readonly string[])[] = [];
  for (const { name, had, ask } of probes(id)) {
    const answer = await ask();
    expect([name, answer.status]).not.toEqual([name, 500]);
    rows.push([name, mark(had(answer))]);
  }
  return rows;
}

const RESULTS: readonly (readonly [name: string, value: string])[] = [
  ["_sort", "-_lastUpdated"],
  ["_count", "5"],
  ["_include", "Observation:subject"],
  ["_include:iterate", "Observation:subject"],
  ["_revinclude", "Provenance:target"],
  ["_total", "accurate"],
  ["_summary", "true"],
  ["_elements", "status"],
  ["_has:Provenance:target:recorded", "2026"],
  ["subject:Patient.family", "a"],
  ["_list", "a"],
  ["_list", "$current-problems"],
  ["_text", "(bone OR liver) and metastas*"],
  ["_text", "bone not liver"],
  ["_text", '"bone marrow"'],
  ["_contained", "true"],
  ["_filter", "status eq final"],
];

it(
  "has what its table of conformance says, and nothing else",
  async () => {
    const results: (readonly string[])[] = [];
    for (const [name, value] of RESULTS)
      results.push([`\`${name}=${value}\``, mark(await does("Observation", name, value))]);
    const text = [
      "# What the FHIR server has of FHIR R4",
      "Written by `apps/node/src/fhir/conformance.test.ts`, which asks a server for each line and fails when the answer is another one; `vitest run apps/node/src/fhir/conformance.test.ts -u` writes this page anew. What is not had is refused with an OperationOutcome. See [fhir.md](fhir.md) for how things are done.",
      "## Interactions",
      table(["interaction", "had"], await interactionRows()),
      "## Searching",
      table(["of the search", "had"], results),
      table(["kind of parameter", "modifiers", "prefixes"], await kindRows()),
      "## Codes by hierarchy and value set",
      "What R4's own definitions hold; a FHIR package that the node was given brings its own besides.",
      table(["kind", "begins with", "had"], await codeRows()),
      "## Search parameters",
      table(["type", "parameter", "kind", "had"], await parameterRows()),
    ];
    await expect(`${text.join("\n\n")}\n`).toMatchFileSnapshot(TABLE);
  },
  3 * MINUTE,
);
