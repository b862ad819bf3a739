import { describe, expect, it } from "vitest";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { indexValues } from "./indexValues.ts";

const parsed = (json: string): JsonObject => parseJson(json) as JsonObject;

/** What a parameter finds in a resource, without the parameter's name. */
function valuesOf(json: string, param: string): readonly unknown[] {
  const { values, problems } = indexValues(parsed(json));
  expect(problems).toEqual([]);
  return values.filter((value) => value.param === param).map(({ param: _, item: __, ...content }) => content);
}

const patient = (elements: string): string => `{"resourceType":"Patient","id":"p1",${elements}}`;
const observation = (elements: string): string =>
  `{"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4","display":"Heart Rate"}]},${elements}}`;

const token = (system: string | null, code: string | null, text: string | null = null): unknown => ({
  kind: "token",
  system,
  code,
  text,
  types: [],
});
const reference = (content: Record<string, string>): unknown => ({
  kind: "reference",
  type: null,
  id: null,
  url: null,
  identifierSystem: null,
  identifierValue: null,
  ...content,
});
const string = (exact: string, folded: string): unknown => ({ kind: "string", folded, exact });

describe("tokens", () => {
  it("of a concept are its codings, and its text besides", () => {
    const concept = `"maritalStatus":{"coding":[{"system":"http://s","code":"M","display":"Married"},{"code":"x"}],"text":"Verheiratet"}`;
    expect(
      valuesOf(
        `{"resourceType":"Condition","code":{${concept.slice(17, -1)}},"subject":{"reference":"Patient/1"}}`,
        "code",
      ),
    ).toEqual([token("http://s", "M", "married"), token(null, "x"), token(null, null, "verheiratet")]);
  });

  it("of an identifier keep the codings of its type", () => {
    const elements = `"identifier":[{"type":{"coding":[{"system":"http://t","code":"MR"}],"text":"Chart No."},"system":"http://h","value":"12"}]`;
    expect(valuesOf(patient(elements), "identifier")).toEqual([
      {
        kind: "token",
        system: "http://h",
        code: "12",
        text: "chart no.",
        types: [{ system: "http://t", code: "MR" }],
      },
    ]);
  });

  it("of codes, booleans, ids and contact points have no system", () => {
    const elements = `"active":true,"gender":"female","telecom":[{"system":"email","value":"A@b.ch"},{"system":"phone","value":"1"}]`;
    const json = patient(elements);
    expect(valuesOf(json, "active")).toEqual([token(null, "true")]);
    expect(valuesOf(json, "gender")).toEqual([token(null, "female")]);
    expect(valuesOf(json, "_id")).toEqual([token(null, "p1")]);
    expect(valuesOf(json, "email")).toEqual([token(null, "A@b.ch")]);
    expect(valuesOf(json, "telecom")).toHaveLength(2);
  });

  it("tell of a patient whether it died", () => {
    expect(valuesOf(patient(`"deceasedDateTime":"2015-02-14"`), "deceased")).toEqual([token(null, "true")]);
    expect(valuesOf(patient(`"deceasedBoolean":false`), "deceased")).toEqual([token(null, "false")]);
    expect(valuesOf(patient(`"deceasedDateTime":"2015-02-14"`), "death-date")).toHaveLength(1);
  });
});

describe("strings", () => {
  it("of a name are its parts, folded and exact", () => {
    const elements = `"name":[{"family":"Müller  Ångström","given":["José","B"],"prefix":["Dr"],"text":"Dr. J"}]`;
    expect(valuesOf(patient(elements), "name")).toEqual([
      string("Müller  Ångström", "muller angstrom"),
      string("José", "jose"),
      string("B", "b"),
      string("Dr", "dr"),
      string("Dr. J", "dr. j"),
    ]);
    expect(valuesOf(patient(elements), "given")).toEqual([string("José", "jose"), string("B", "b")]);
  });

  it("of an address are its parts, but not its use", () => {
    const elements = `"address":[{"use":"home","line":["1 Rue A"],"city":"Genève","postalCode":"1200","country":"CH"}]`;
    expect(valuesOf(patient(elements), "address")).toEqual([
      string("1 Rue A", "1 rue a"),
      string("Genève", "geneve"),
      string("1200", "1200"),
      string("CH", "ch"),
    ]);
    expect(valuesOf(patient(elements), "address-use")).toEqual([token(null, "home")]);
  });

  it("count each value from 0", () => {
    const { values } = indexValues(parsed(patient(`"name":[{"family":"A"},{"family":"B","given":["C"]}]`)));
    expect(values.filter(({ param }) => param === "name").map(({ item }) => item)).toEqual([0, 1, 2]);
  });
});

describe("dates", () => {
  const date = (from: string | null, to: string | null): unknown => ({
    kind: "date",
    from: from === null ? null : Date.parse(from),
    to: to === null ? null : Date.parse(to),
  });

  it.each([
    [`"effectiveDateTime":"2020-05"`, "2020-05-01", "2020-06-01"],
    [`"effectiveInstant":"2020-05-01T10:00:00.000Z"`, "2020-05-01T10:00:00Z", "2020-05-01T10:00:00.001Z"],
    [`"effectivePeriod":{"start":"2020-05-01","end":"2020-05-03"}`, "2020-05-01", "2020-05-04"],
    [`"effectivePeriod":{"start":"2020-05-01"}`, "2020-05-01", null],
    [`"effectivePeriod":{"end":"2020"}`, null, "2021-01-01"],
    [`"effectiveTiming":{"event":["2020-05-03","2020-05-01"]}`, "2020-05-01", "2020-05-04"],
    [
      `"effectiveTiming":{"event":["2020-05-03"],"repeat":{"boundsPeriod":{"start":"2020-04"}}}`,
      "2020-04-01",
      null,
    ],
  ])("of %s", (elements, from, to) => {
    expect(valuesOf(observation(elements), "date")).toEqual([date(from, to)]);
  });

  it.each([
    `"effectivePeriod":{}`,
    `"effectiveTiming":{"repeat":{"frequency":1}}`,
    `"effectiveDateTime":"soon"`,
  ])("of %s are none", (elements) => {
    expect(valuesOf(observation(elements), "date")).toEqual([]);
  });
});

describe("numbers and quantities", () => {
  it("keep the precision with which they were written", () => {
    const risk = `{"resourceType":"RiskAssessment","status":"final","subject":{"reference":"Patient/1"},"prediction":[{"probabilityDecimal":0.50},{"probabilityDecimal":1e-1}]}`;
    expect(valuesOf(risk, "probability")).toEqual([
      { kind: "number", value: "0.5", low: "0.495", high: "0.505" },
      { kind: "number", value: "0.1", low: "0.05", high: "0.15" },
    ]);
  });

  const unit = { system: "http://unitsofmeasure.org", code: "mg", unit: "mg" };
  const written = `"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"`;

  it.each([
    ["", "5.40", "5.395", "5.405"],
    [`"comparator":"<",`, "5.40", null, "5.4"],
    [`"comparator":"<=",`, "5.40", null, "5.405"],
    [`"comparator":">",`, "5.40", "5.4", null],
    [`"comparator":">=",`, "5.40", "5.395", null],
  ])("with %s stand for a range", (comparator, value, low, high) => {
    expect(
      valuesOf(observation(`"valueQuantity":{${comparator}"value":${value},${written}}`), "value-quantity"),
    ).toEqual([{ kind: "quantity", ...unit, value: "5.4", low, high }]);
  });

  it("of ranges and money", () => {
    const condition = (onset: string): string =>
      `{"resourceType":"Condition","subject":{"reference":"Patient/1"},"onsetRange":{${onset}}}`;
    expect(
      valuesOf(condition(`"low":{"value":30,${written}},"high":{"value":40,${written}}`), "onset-age"),
    ).toEqual([{ kind: "quantity", ...unit, value: null, low: "29.5", high: "40.5" }]);
    expect(valuesOf(condition(`"high":{"value":40,${written}}`), "onset-age")).toEqual([
      { kind: "quantity", ...unit, value: null, low: null, high: "40.5" },
    ]);
    expect(
      valuesOf(
        `{"resourceType":"Invoice","status":"issued","totalNet":{"value":12.50,"currency":"CHF"}}`,
        "totalnet",
      ),
    ).toEqual([
      {
        kind: "quantity",
        system: "urn:iso:std:iso:4217",
        code: "CHF",
        unit: "CHF",
        value: "12.5",
        low: "12.495",
        high: "12.505",
      },
    ]);
  });
});

describe("references", () => {
  it.each([
    [`{"reference":"Patient/p1"}`, { type: "Patient", id: "p1" }],
    [`{"reference":"Patient/p1/_history/3"}`, { type: "Patient", id: "p1" }],
    [
      `{"reference":"https://a.example/fhir/Patient/p1/_history/3"}`,
      { type: "Patient", id: "p1", url: "https://a.example/fhir/Patient/p1" },
    ],
    [
      `{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","type":"Patient"}`,
      {
        type: "Patient",
        url: "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
      },
    ],
    [
      `{"type":"Patient","identifier":{"system":"http://h","value":"12"}}`,
      {
        type: "Patient",
        identifierSystem: "http://h",
        identifierValue: "12",
      },
    ],
  ])("%s", (json, content) => {
    expect(valuesOf(observation(`"subject":${json}`), "subject")).toEqual([reference(content)]);
    expect(valuesOf(observation(`"subject":${json}`), "patient")).toEqual([reference(content)]);
  });

  it.each([
    `{"reference":"Group/g1"}`,
    `{"reference":"#p1"}`,
    `{"reference":"http://a.example/x"}`,
    `{"display":"Ann"}`,
  ])("%s is no patient", (json) => {
    expect(valuesOf(observation(`"subject":${json}`), "patient")).toEqual([]);
  });

  it("trust a reference's text more than its type", () => {
    expect(valuesOf(observation(`"subject":{"reference":"Group/1","type":"Patient"}`), "patient")).toEqual(
      [],
    );
  });

  it("to canonicals keep the version", () => {
    const json = `{"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/1"},"instantiatesCanonical":["http://x/PlanDefinition/1|2.0"]}`;
    expect(valuesOf(json, "instantiates-canonical")).toEqual([
      reference({ url: "http://x/PlanDefinition/1|2.0" }),
    ]);
  });

  it("to a resource inside of a Bundle are to itself", () => {
    const json = `{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Composition","id":"c1"}}]}`;
    expect(valuesOf(json, "composition")).toEqual([reference({ type: "Composition", id: "c1" })]);
  });
});

it("uris are as they were written", () => {
  expect(valuesOf(`{"resourceType":"ValueSet","status":"draft","url":"http://A.example/V"}`, "url")).toEqual([
    { kind: "uri", value: "http://A.example/V" },
  ]);
  expect(valuesOf(patient(`"meta":{"source":"urn:x","profile":["http://p|1"]}`), "_profile")).toEqual([
    { kind: "uri", value: "http://p|1" },
  ]);
});

describe("composites", () => {
  const component = (code: string, value: string): string =>
    `{"code":{"coding":[{"system":"http://loinc.org","code":"${code}"},{"code":"own-${code}"}]}${value}}`;
  const json = observation(
    `"component":[${component("8480-6", `,"valueQuantity":{"value":107}`)},${component("none", "")},${component("8462-4", `,"valueQuantity":{"value":60}`)}]`,
  );

  it("hold together what belongs to one element, and leave out an element without all components", () => {
    const found = indexValues(parsed(json)).values.filter(({ param }) =>
      param.startsWith("component-code-value-quantity$"),
    );
    expect(
      found.map((one) => [
        one.param.slice(-2),
        one.item,
        one.kind === "token" ? one.code : one.kind === "quantity" ? one.value : null,
      ]),
    ).toEqual([
      ["$1", 0, "8480-6"],
      ["$1", 0, "own-8480-6"],
      ["$2", 0, "107"],
      ["$1", 1, "8462-4"],
      ["$1", 1, "own-8462-4"],
      ["$2", 1, "60"],
    ]);
  });

  it("have a date where R4 writes a type that it does not have", () => {
    const found = valuesOf(observation(`"valueDateTime":"2020"`), "code-value-date$2");
    expect(found).toEqual([{ kind: "date", from: Date.parse("2020-01-01"), to: Date.parse("2021-01-01") }]);
  });

  it("may take a component from the resource", () => {
    const sequence = `{"resourceType":"MolecularSequence","coordinateSystem":0,"referenceSeq":{"chromosome":{"coding":[{"code":"1"}]}},"variant":[{"start":5,"end":9}]}`;
    expect(valuesOf(sequence, "chromosome-variant-coordinate$1")).toEqual([token(null, "1")]);
    expect(valuesOf(sequence, "chromosome-variant-coordinate$3")).toEqual([
      { kind: "number", value: "9", low: "8.5", high: "9.5" },
    ]);
  });
});

describe("whatever comes", () => {
  it.each([
    "{}",
    `{"resourceType":"Nothing","id":"1"}`,
    `{"resourceType":5}`,
    `{"resourceType":"Patient","name":"x","birthDate":5,"telecom":{"value":[]},"identifier":[null,1,"x",{"value":{}}],"active":{},"contact":[[[]]]}`,
    `{"resourceType":"Observation","component":[null,{"code":5,"valueQuantity":7}],"subject":[{"reference":{}}],"valueQuantity":"x"}`,
    `{"resourceType":"Observation","__path__":{"ctx":{},"path":"Patient"},"subject":{"__path__":{"ctx":5},"reference":"Patient/1"}}`,
  ])("nothing is thrown: %s", (json) => {
    const { problems } = indexValues(parsed(json));
    expect(Array.isArray(problems)).toBe(true);
  });

  it("a resource cannot tell how it is to be read", () => {
    const found = valuesOf(
      observation(`"__path__":{"path":"Patient"},"subject":{"reference":"Patient/1"}`),
      "subject",
    );
    expect(found).toEqual([reference({ type: "Patient", id: "1" })]);
  });
});
