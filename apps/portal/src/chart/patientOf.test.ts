import { describe, expect, it } from "vitest";
import type { OpenedItem } from "../worker/protocol.ts";
import { patientOf } from "./patientOf.ts";
import { testItem } from "../testing/testItem.ts";

function item(resource: unknown, change: Partial<OpenedItem> = {}): OpenedItem {
  return testItem({ day: 1, resource: resource as OpenedItem["resource"], ...change });
}

describe("whose chart it is", () => {
  it("is said by the newest Patient that nothing replaces, by its official name", () => {
    const first = {
      resourceType: "Patient",
      name: [
        { use: "nickname", text: "Nan" },
        { use: "official", given: ["Ann", "B"], family: "C" },
      ],
    };
    const next = {
      resourceType: "Patient",
      name: [{ given: ["Anne"], family: "C" }],
      birthDate: "1950",
      gender: "female",
    };
    expect(patientOf([item(first)])).toEqual({
      name: "Ann B C",
      given: "Ann",
      birthDate: null,
      gender: null,
    });
    const amended = [item(next, { record: "r2", amends: "r1" }), item(first)];
    expect(patientOf(amended)).toEqual({
      name: "Anne C",
      given: "Anne",
      birthDate: "1950",
      gender: "female",
    });
  });

  it("is not said by what another author says to amend, or by a circle, and of one day the last changed counts", () => {
    const named = (text: string, lastUpdated?: string) => ({
      resourceType: "Patient",
      name: [{ text }],
      ...(lastUpdated === undefined ? {} : { meta: { lastUpdated } }),
    });
    const theirs = item(named("Ann C"), { day: 2 });
    const foreign = item({ resourceType: "Basic" }, { record: "r2", amends: "r1", organisation: "south" });
    expect(patientOf([theirs, foreign])?.name).toBe("Ann C");
    const circle = [
      item(named("Ann C"), { amends: "r2" }),
      item(named("Ann D"), { record: "r2", amends: "r1" }),
    ];
    expect(patientOf(circle)).not.toBeNull();
    const sameDay = [
      item(named("Ann Later", "2026-01-01T10:00:00Z"), { record: "r9" }),
      item(named("Ann Earlier", "2026-01-01T09:00:00Z"), { record: "r1" }),
      item(named("Ann Unsaid"), { record: "r0" }),
    ];
    expect(patientOf(sameDay)?.name).toBe("Ann Later");
    expect(patientOf(sameDay.toReversed())?.name).toBe("Ann Later");
  });

  it("is nobody's where no name can be read, whatever stands there", () => {
    for (const name of [
      undefined,
      null,
      5,
      "Ann",
      [],
      [null],
      [{ given: null, family: 5 }],
      [{ text: " " }],
    ]) {
      expect(patientOf([item({ resourceType: "Patient", name })])).toBeNull();
    }
    expect(patientOf([item(null), item({ resourceType: "Observation" })])).toBeNull();
  });
});
