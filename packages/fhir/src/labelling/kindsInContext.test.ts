import { describe, expect, it } from "vitest";
import { encountersOf } from "./encountersOf.ts";
import { kindsInContext } from "./kindsInContext.ts";

const to = (id: string) => ({ reference: `Encounter/${id}` });

describe("encountersOf", () => {
  it.each([
    ["an Encounter", { resourceType: "Encounter", partOf: to("stay") }, ["own"]],
    ["what was found", { resourceType: "Observation", encounter: to("a") }, ["a"]],
    ["what was given", { resourceType: "MedicationAdministration", context: to("a") }, ["a"]],
    [
      "what was written down",
      { resourceType: "DocumentReference", context: { encounter: [to("a"), to("b"), to("a")] } },
      ["a", "b"],
    ],
    [
      "what was charged",
      { resourceType: "Claim", item: [{ encounter: [to("a")] }, {}, { encounter: [to("b")] }] },
      ["a", "b"],
    ],
    [
      "a version of one",
      { resourceType: "Observation", encounter: { reference: "Encounter/a/_history/2" } },
      ["a"],
    ],
    [
      "an episode of care",
      { resourceType: "MedicationStatement", context: { reference: "EpisodeOfCare/a" } },
      [],
    ],
    [
      "one elsewhere",
      { resourceType: "Observation", encounter: { reference: "https://other.example/Encounter/a" } },
      [],
    ],
    ["another element", { resourceType: "Flag", subject: to("a") }, []],
    ["no object", { resourceType: "Observation", encounter: "Encounter/a" }, []],
  ])("knows %s", (_, resource, encounters) => {
    expect(encountersOf(resource, "own")).toEqual(encounters);
  });
});

describe("kindsInContext", () => {
  it("hands the strictest kind of an Encounter to all of it, and to nothing else", () => {
    expect(
      kindsInContext([
        { kind: "general", encounters: ["a"] },
        { kind: "substance-use", encounters: ["a"] },
        { kind: "mental-health", encounters: ["a"] },
        { kind: "violence", encounters: ["a", "b"] },
        { kind: "general", encounters: ["b"] },
        { kind: "general", encounters: ["c"] },
        { kind: "genetic", encounters: [] },
        { kind: "general", encounters: [] },
      ]),
    ).toEqual(["violence", "violence", "violence", "violence", "violence", "general", "genetic", "general"]);
  });

  it("hands on own kinds alone", () => {
    const claim = { kind: "general", encounters: ["a", "b"] } as const;
    expect(
      kindsInContext([{ kind: "genetic", encounters: ["a"] }, claim, { kind: "general", encounters: ["b"] }]),
    ).toEqual(["genetic", "genetic", "general"]);
  });

  it("leaves who said it where it was said", () => {
    expect(
      kindsInContext([
        { kind: "personal", encounters: ["a"] },
        { kind: "general", encounters: ["a"] },
        { kind: "emergency", encounters: ["b"] },
        { kind: "general", encounters: ["b"] },
      ]),
    ).toEqual(["personal", "general", "emergency", "general"]);
  });
});
