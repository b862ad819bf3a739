import { describe, expect, it } from "vitest";
import type { Resource } from "../resource.ts";
import { correctedPatient } from "./correctedPatient.ts";
import { type PersonalDetails, writePersonalDetails } from "./personalDetails.ts";

const TIME = "2026-05-04T10:00:00.000Z";
const EMPTY: PersonalDetails = {
  given: "",
  family: "",
  birthDate: "",
  line: "",
  postalCode: "",
  city: "",
  country: "",
  phone: "",
  email: "",
  language: "",
};

const theirs: Resource = {
  resourceType: "Patient",
  id: "p1",
  meta: { versionId: "7", lastUpdated: "2020-01-01T00:00:00Z", profile: ["urn:example:patient"] },
  identifier: [{ system: "urn:example:hospital", value: "4711" }],
  name: [
    { use: "maiden", family: "Before" },
    { use: "official", prefix: ["Ms."], family: "Testander", given: ["Ane"] },
  ],
  gender: "female",
  birthDate: "1950-02-04",
  telecom: [
    { system: "phone", use: "home", value: "555 1" },
    { system: "phone", use: "work", value: "555 2" },
  ],
  address: [
    {
      use: "home",
      line: ["1 Old Road"],
      city: "Oldtown",
      state: "MA",
      extension: [{ url: "urn:example:map" }],
    },
    { use: "billing", city: "Elsewhere" },
  ],
  communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: "en-US" }] } }],
};

function correct(details: Partial<PersonalDetails>, earlier: Resource = theirs): Resource {
  const written = { id: "own", time: TIME, patient: { reference: "Patient/p1", record: null } };
  const own = writePersonalDetails({
    ...written,
    details: { ...EMPTY, given: "Ane", family: "Testander", ...details },
  });
  return correctedPatient(earlier, own, TIME);
}

describe("a Patient with what the person says", () => {
  it("has the new details in their places, and all else as the organisation has it", () => {
    const next = correct({
      given: "Ané",
      birthDate: "1950-02-03",
      line: "2 New Street",
      city: "Newtown",
      phone: "+1 555 3",
      email: "ane@example.org",
      language: "es",
    });
    expect(next).toEqual({
      ...theirs,
      meta: { lastUpdated: TIME, profile: ["urn:example:patient"] },
      name: [
        { use: "maiden", family: "Before" },
        { use: "official", prefix: ["Ms."], family: "Testander", given: ["Ané"] },
      ],
      birthDate: "1950-02-03",
      telecom: [
        { system: "phone", use: "home", value: "+1 555 3" },
        { system: "phone", use: "work", value: "555 2" },
        { system: "email", value: "ane@example.org" },
      ],
      address: [
        { use: "home", line: ["2 New Street"], city: "Newtown" },
        { use: "billing", city: "Elsewhere" },
      ],
      communication: [
        { language: { coding: [{ system: "urn:ietf:bcp:47", code: "es" }] }, preferred: true },
        { language: { coding: [{ system: "urn:ietf:bcp:47", code: "en-US" }] } },
      ],
    });
  });

  it("keeps what the person left empty or did not change", () => {
    const same = correct({ line: "1 Old Road", city: "Oldtown", language: "en-US" });
    expect(same).toEqual({ ...theirs, meta: { lastUpdated: TIME, profile: ["urn:example:patient"] } });
  });

  it("never has the person's own id, link or label, and fills in what was missing", () => {
    const next = correct({ city: "Newtown" }, { resourceType: "Patient", id: "p2" });
    expect(next).toEqual({
      resourceType: "Patient",
      id: "p2",
      meta: { lastUpdated: TIME },
      name: [{ use: "usual", family: "Testander", given: ["Ane"] }],
      address: [{ use: "home", city: "Newtown" }],
    });
  });

  it("looks past what stands where nobody expects it", () => {
    const odd: Resource = {
      resourceType: "Patient",
      name: "Ane",
      address: [null],
      telecom: [7, { system: "phone", value: "1" }],
      communication: {},
    };
    expect(correct({ city: "Newtown", phone: "+1 555 3", language: "es" }, odd)).toMatchObject({
      name: [{ family: "Testander", given: ["Ane"] }],
      address: [{ city: "Newtown" }],
      telecom: [7, { system: "phone", value: "+1 555 3" }],
      communication: [{ preferred: true }],
    });
  });
});
