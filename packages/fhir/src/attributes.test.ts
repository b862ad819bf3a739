import { describe, expect, it } from "vitest";
import { attributesOf } from "./attributes.ts";
import { parseJson } from "./json/parseJson.ts";
import type { Resource } from "./resource.ts";

const DAY = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

function span(resource: Resource): readonly [number | null, number | null] {
  const { from, to } = attributesOf(resource);
  return [from, to];
}

describe("attributesOf", () => {
  it.each([
    ["2024", "2024-01-01", "2024-12-31"],
    ["2024-02", "2024-02-01", "2024-02-29"],
    ["2023-12", "2023-12-01", "2023-12-31"],
    ["2024-02-29", "2024-02-29", "2024-02-29"],
    ["2024-03-01T23:30:00-05:00", "2024-03-02", "2024-03-02"],
    ["2024-03-01T00:30:00.123+02:00", "2024-02-29", "2024-02-29"],
    ["2024-03-01T00:30:00Z", "2024-03-01", "2024-03-01"],
    ["1969-12-31T23:59:60Z", "1969-12-31", "1969-12-31"],
    ["0001-01-01", "0001-01-01", "0001-01-01"],
  ])("reads %s", (effectiveDateTime, from, to) => {
    expect(span({ resourceType: "Observation", effectiveDateTime })).toEqual([DAY(from), DAY(to)]);
  });

  it.each([
    "",
    "24",
    "2024-13",
    "2023-02-29",
    "2024-01-01T25:00:00Z",
    "2024-01-01T10:00:00+15:00",
    "yesterday",
    2024,
    null,
  ])("takes %j for absent", (effectiveDateTime) => {
    expect(span({ resourceType: "Observation", effectiveDateTime })).toEqual([null, null]);
  });

  const start = "2020-05-01";
  const end = "2020-06";
  it.each<[Resource, string | null, string | null]>([
    [{ resourceType: "Observation", effectivePeriod: { start, end } }, "2020-05-01", "2020-06-30"],
    [{ resourceType: "Observation", issued: "2020-05-01T10:00:00Z" }, start, start],
    [{ resourceType: "Encounter", period: { start } }, start, null],
    [{ resourceType: "Encounter", period: { end } }, null, "2020-06-30"],
    [
      { resourceType: "Encounter", period: { start: "2021-01-02", end: "2020-01-02" } },
      "2020-01-02",
      "2021-01-02",
    ],
    [
      { resourceType: "Condition", onsetDateTime: start, abatementDateTime: "2021-01-01" },
      start,
      "2021-01-01",
    ],
    [{ resourceType: "Condition", onsetAge: { value: 3 }, recordedDate: start }, start, start],
    [{ resourceType: "Procedure", performedPeriod: { start, end: start } }, start, start],
    [{ resourceType: "Immunization", occurrenceDateTime: start }, start, start],
    [{ resourceType: "MedicationRequest", authoredOn: start }, start, start],
    [{ resourceType: "DiagnosticReport", effectiveDateTime: start, issued: "2022-01-01" }, start, start],
    [{ resourceType: "Claim", billablePeriod: { start, end: start }, created: "2022" }, start, start],
    [{ resourceType: "AllergyIntolerance", recordedDate: start }, start, start],
    [{ resourceType: "ImagingStudy", started: start }, start, start],
    [
      { resourceType: "DocumentReference", date: "2022", context: { period: { start, end: start } } },
      start,
      start,
    ],
    [{ resourceType: "DocumentReference", date: start }, start, start],
    [{ resourceType: "Goal", startDate: start }, start, start],
    [{ resourceType: "Media", createdDateTime: start }, start, start],
    [
      { resourceType: "ServiceRequest", occurrenceTiming: { event: [start, "2020-01"], repeat: {} } },
      "2020-01-01",
      start,
    ],
    [
      { resourceType: "Composition", event: [{ period: { start, end: start } }, {}], date: "2022" },
      start,
      start,
    ],
    [{ resourceType: "Patient", birthDate: start }, null, null],
    [{ resourceType: "Organization" }, null, null],
    [{ resourceType: "constructor" }, null, null],
  ])("%j", (resource, from, to) => {
    expect(span(resource)).toEqual([from === null ? null : DAY(from), to === null ? null : DAY(to)]);
  });

  it("reads exactly parsed resources alike, and never throws", () => {
    const resource = parseJson(
      '{"resourceType":"Claim","billablePeriod":[{"start":5.0}],"created":{}}',
    ) as Resource;
    expect(attributesOf(resource)).toEqual({ resourceType: "Claim", from: null, to: null, labels: [] });
  });

  it("carries the sensitivity labels, sorted", () => {
    const security = ["PSY", "ETH", "PSY"].map((code) => ({
      system: "http://terminology.hl7.org/CodeSystem/v3-ActCode",
      code,
    }));
    expect(attributesOf({ resourceType: "Basic", meta: { security } }).labels).toEqual(["ETH", "PSY"]);
  });
});
