import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { RESOURCE_TYPES } from "../definitions/resourceTypes.ts";
import { validateResource } from "./validateResource.ts";

const parsed = (json: string): JsonObject => parseJson(json) as JsonObject;

const CODE = `"code":{"text":"c"}`;
const patient = (elements: string): string => `{"resourceType":"Patient",${elements}}`;
const observation = (elements: string): string =>
  `{"resourceType":"Observation","status":"final",${CODE},${elements}}`;

/** `code expression` of each issue. */
const found = (json: string): readonly string[] =>
  validateResource(parsed(json)).map(({ code, expression }) => `${code} ${expression}`);

describe("valid", () => {
  it.each([
    patient(
      `"active":true,"name":[{"family":"A","_given":[{"extension":[{"url":"http://x","valueString":"y"}]}]}]`,
    ),
    patient(`"_birthDate":{"extension":[{"url":"http://x","valueDateTime":"2020"}]}`),
    patient(`"multipleBirthInteger":2,"deceasedDateTime":"2020-02-29"`),
    patient(
      `"contained":[{"resourceType":"Organization","id":"o","name":"x"}],"managingOrganization":{"reference":"#o"}`,
    ),
    patient(`"maritalStatus":{"text":"of a value set that is not required"}`),
    observation(`"valueQuantity":{"value":1.00}`),
    observation(`"subject":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}`),
    observation(`"subject":{"reference":"https://a.example/fhir/Patient/1"},"performer":[{"display":"x"}]`),
    `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${patient(`"active":true`)}}]}`,
    `{"resourceType":"Parameters","parameter":[{"name":"x","resource":${patient(`"active":true`)}}]}`,
    `{"resourceType":"Invoice","status":"issued","totalNet":{"value":1,"currency":"CHF"}}`,
    `{"resourceType":"EvidenceVariable","status":"draft","characteristic":[{"definitionCodeableConcept":{"text":"x"},"groupMeasure":"mean"}]}`,
    `{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","item":[{"linkId":"2","type":"string"}]}]}`,
  ])("%s", (json) => {
    expect(validateResource(parsed(json))).toEqual([]);
  });
});

describe("invalid", () => {
  it.each([
    ["an unknown type", `{"resourceType":"Bot"}`, ["structure Resource"]],
    ["no type", `{}`, ["structure Resource"]],
    ["a missing element", `{"resourceType":"Observation",${CODE}}`, ["structure Observation.status"]],
    ["an unknown element", patient(`"colour":"x"`), ["structure Patient"]],
    [
      "an element of a later version",
      `{"resourceType":"Binary","contentType":"x","url":"http://x"}`,
      ["structure Binary.url"],
    ],
    ["an element of the library's maker", patient(`"meta":{"project":"x"}`), ["structure Patient.meta"]],
    ["what every object has", patient(`"constructor":{}`), ["structure Patient"]],
    ["a prototype", patient(`"__proto__":{"active":true}`), ["structure Patient"]],
    ["one where many stand", patient(`"name":{"family":"x"}`), ["structure Patient.name"]],
    ["many where one stands", patient(`"gender":["male"]`), ["structure Patient.gender"]],
    ["a type that does not fit", patient(`"active":"true"`), ["structure Patient.active"]],
    ["null", patient(`"active":null`), ["structure Patient.active"]],
    ["an empty text", patient(`"name":[{"family":""}]`), ["structure Patient.name[0].family"]],
    ["an empty list", patient(`"name":[]`), ["structure Patient.name"]],
    ["an empty element", patient(`"maritalStatus":{}`), ["structure Patient.maritalStatus"]],
    ["a day that is none", patient(`"birthDate":"2019-02-29"`), ["structure Patient.birthDate"]],
    ["an id", `{"resourceType":"Patient","id":"a_b"}`, ["structure Patient.id"]],
    ["an integer", patient(`"multipleBirthInteger":1.5`), ["structure Patient.multipleBirth[x]"]],
    [
      "a number beyond all bounds",
      observation(`"valueQuantity":{"value":1e999}`),
      ["structure Observation.value[x].value"],
    ],
    ["two types of one choice", observation(`"valueString":"x","valueInteger":1`), ["structure Observation"]],
    ["a choice of no type", observation(`"valueString":"x","valueSecret":1`), ["structure Observation"]],
    ["an invariant", patient(`"contact":[{"gender":"male"}]`), ["invariant Patient.contact[0]"]],
    ["org-1", `{"resourceType":"Organization","active":true}`, ["invariant Organization"]],
    [
      "dom-3",
      patient(`"contained":[{"resourceType":"Organization","id":"o","name":"x"}]`),
      ["invariant Patient"],
    ],
    [
      "que-2",
      `{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","item":[{"linkId":"1","type":"string"}]}]}`,
      ["invariant Questionnaire"],
    ],
    [
      "csd-1",
      `{"resourceType":"CodeSystem","status":"draft","content":"complete","concept":[{"code":"a","concept":[{"code":"a"}]}]}`,
      ["invariant CodeSystem"],
    ],
    ["a code", patient(`"gender":"robot"`), ["code-invalid Patient.gender"]],
    ["a code deeper down", patient(`"name":[{"use":"never"}]`), ["code-invalid Patient.name[0].use"]],
    [
      "a concept without a code of its value set",
      `{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"clinicalStatus":{"coding":[{"system":"http://other","code":"active"}]}}`,
      ["code-invalid AllergyIntolerance.clinicalStatus"],
    ],
    [
      "a reference",
      patient(`"managingOrganization":{"reference":"Patient/1"}`),
      ["structure Patient.managingOrganization"],
    ],
    [
      "an absolute reference",
      observation(`"subject":{"reference":"https://a.example/fhir/Medication/1"}`),
      ["structure Observation.subject"],
    ],
    [
      "a reference by type",
      observation(`"subject":{"type":"Medication","identifier":{"value":"x"}}`),
      ["structure Observation.subject"],
    ],
    [
      "a reference in a choice",
      `{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/1"},"medicationReference":{"reference":"Patient/1"}}`,
      ["structure MedicationRequest.medication[x]"],
    ],
    [
      "a resource where none may stand",
      patient(`"name":[{"resourceType":"Patient"}]`),
      ["structure Patient"],
    ],
    [
      "an unknown resource within",
      patient(`"contained":[{"resourceType":"Bot","id":"b"}]`),
      ["structure Patient"],
    ],
  ])("%s: %s", (_, json, issues) => {
    const all = found(json);
    expect(all).toEqual(expect.arrayContaining(issues));
    expect(
      all.every((one) =>
        issues.some((issue) => one.split(".")[0] === issue.split(".")[0] || one.startsWith("structure")),
      ),
    ).toBe(true);
  });

  it("names the rule", () => {
    expect(validateResource(parsed(patient(`"contact":[{"gender":"male"}]`)))).toEqual([
      {
        severity: "error",
        code: "invariant",
        expression: "Patient.contact[0]",
        diagnostics: "pat-1: SHALL at least contain a contact's details or a reference to an organization",
      },
    ]);
  });
});

it("every type of R4 can be validated", () => {
  for (const type of RESOURCE_TYPES) {
    const issues = validateResource(parsed(`{"resourceType":"${type}","id":"x"}`));
    expect(issues.filter(({ code }) => code === "processing")).toEqual([]);
    expect(issues.filter(({ diagnostics }) => diagnostics.startsWith("The resource could not"))).toEqual([]);
  }
});

describe("health data", () => {
  const CANARY = "Canary7";

  /** JSON of the form of FHIR with the canary as text, as name of an element and as part of one. */
  const anything = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(
        CANARY,
        `${CANARY}/1`,
        `http://${CANARY}.example/Patient/${CANARY}`,
        7,
        true,
        null,
        "2020-13",
        "",
      ),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          "name",
          "family",
          "given",
          "extension",
          "url",
          "valueString",
          "valueQuantity",
          "value",
          "code",
          "coding",
          "system",
          "contact",
          "subject",
          "reference",
          "type",
          "identifier",
          "contained",
          "resourceType",
          "birthDate",
          "_birthDate",
          "meta",
          "profile",
          "text",
          "div",
          "status",
          `value${CANARY}`,
          `x${CANARY}`,
          `_x${CANARY}`,
          CANARY,
          "constructor",
          "communication",
        ),
        tie("value"),
        { maxKeys: 5 },
      ),
    ),
  })).value;

  it("is in no issue, whatever comes, and nothing is thrown", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("Patient", "Observation", "Questionnaire"),
        anything,
        (resourceType, content) => {
          const elements =
            typeof content === "object" && content !== null && !Array.isArray(content)
              ? content
              : { name: content };
          const issues = validateResource(parsed(JSON.stringify({ ...elements, resourceType })));
          expect(JSON.stringify(issues)).not.toContain(CANARY);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("limits", () => {
  const ofMany = (count: number): string =>
    patient(`"name":[${Array.from({ length: count }, () => `{"family":"x"}`).join(",")}]`);

  it("values", () => {
    expect(found(ofMany(9_900))).toEqual([]);
    expect(found(ofMany(10_100))).toEqual(["too-long Patient"]);
  });

  it("depth", () => {
    const nested = (depth: number): string =>
      depth === 0
        ? `{"url":"http://x","valueString":"y"}`
        : `{"url":"http://x","extension":[${nested(depth - 1)}]}`;
    expect(found(patient(`"extension":[${nested(25)}]`))).toEqual([]);
    expect(found(patient(`"extension":[${nested(90)}]`))).toEqual(["too-long Patient"]);
  });

  it("strings of 1 MiB", () => {
    expect(found(patient(`"name":[{"family":"${"a ".repeat(600_000)}"}]`))).toEqual([
      "structure Patient.name[0].family",
    ]);
    expect(found(patient(`"language":"${"a  ".repeat(300_000)}"`))).toContain("structure Patient.language");
  });
});
