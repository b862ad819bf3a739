import { describe, expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { allergiesOf } from "./allergiesOf.ts";
import { documentsOf } from "./documentsOf.ts";
import { immunisationsOf } from "./immunisationsOf.ts";
import { problemsOf } from "./problemsOf.ts";
import { ENGLISH } from "./testing/locale.ts";
import { type Given, opened, snomed } from "./testing/resources.ts";

describe("allergiesOf", () => {
  const allergy = (id: string, more: object): Given => ({ resourceType: "AllergyIntolerance", id, ...more });

  it("has dangerous ones first, each once, and those that are over apart", () => {
    const { current, earlier } = allergiesOf(
      opened(
        allergy("1", { code: { text: "Latex allergy" }, recordedDate: "2026" }),
        allergy("2", { code: snomed("91936005", "Allergy to penicillin"), criticality: "low" }),
        allergy("3", {
          code: { text: "Penicillin" },
          reaction: [{ severity: "severe", manifestation: [{ text: "Rash" }, { text: "Swelling" }] }],
        }),
        allergy("4", {
          code: { text: "Allergy to egg" },
          verificationStatus: { coding: [{ code: "refuted" }] },
        }),
        allergy("5", { code: { text: "Milk" }, clinicalStatus: { coding: [{ code: "resolved" }] } }),
        allergy("6", {
          code: { text: "Nuts" },
          verificationStatus: { coding: [{ code: "entered-in-error" }] },
        }),
      ),
      meaningEn,
      ENGLISH,
    );
    expect(
      current.map(({ name, dangerous, stateText, reaction, items }) => [
        name,
        dangerous,
        stateText,
        reaction,
        items.length,
      ]),
    ).toEqual([
      ["Penicillin", true, "can be dangerous", "Reaction: Rash and Swelling", 2],
      ["Latex", false, null, null, 1],
    ]);
    expect(new Map(earlier.map(({ name, stateText }) => [name, stateText]))).toEqual(
      new Map([
        ["Egg", "ruled out"],
        ["Milk", "no longer"],
      ]),
    );
  });

  it("knows that none is known from a statement that nothing is", () => {
    const { current } = allergiesOf(
      opened(
        allergy("1", { code: snomed("716186003") }),
        allergy("2", { code: snomed("409137002", "No known drug allergy") }),
      ),
      meaningEn,
      ENGLISH,
    );
    expect(current.map(({ name, isNone }) => [name, isNone])).toEqual([
      ["No known allergies", true],
      ["No known drug allergy", false],
    ]);
  });
});

describe("problemsOf", () => {
  const condition = (id: string, more: object): Given => ({ resourceType: "Condition", id, ...more });
  const status = (code: string): object => ({ clinicalStatus: { coding: [{ code }] } });

  it("joins the same from several visits since the first, and parts what is over", () => {
    const { current, earlier } = problemsOf(
      opened(
        condition("1", { code: snomed("38341003"), onsetDateTime: "2021-01-01", ...status("active") }),
        condition("2", { code: snomed("59621000"), onsetDateTime: "2024-01-01", ...status("active") }),
        condition("3", { code: { text: "Cold" }, ...status("resolved") }),
        condition("4", { code: { text: "Broken wrist" }, abatementDateTime: "2020" }),
        condition("5", { code: { text: "Cancer" }, verificationStatus: { coding: [{ code: "refuted" }] } }),
        condition("6", { code: { text: "Gout" }, verificationStatus: { coding: [{ code: "provisional" }] } }),
        condition("7", { code: { coding: [{ code: "E11.9" }] } }),
      ),
      meaningEn,
    );
    expect(
      current.map(({ name, stateText, since, items }) => [name, stateText, since?.start, items.length]),
    ).toEqual([
      ["High blood pressure", "now", "2021-01-01", 2],
      ["Gout", "suspected", undefined, 1],
      ["Diagnosis", "now", undefined, 1],
    ]);
    expect(earlier.map(({ name }) => name)).toEqual(["Cold", "Broken wrist"]);
  });
});

describe("immunisationsOf", () => {
  it("counts a vaccine of one day once, with its dose, and keeps what was not given", () => {
    const vaccine = (id: string, when: string, more: object = {}): Given => ({
      resourceType: "Immunization",
      id,
      occurrenceDateTime: when,
      vaccineCode: { coding: [{ system: "http://hl7.org/fhir/sid/cvx", code: "140", display: "Influenza" }] },
      ...more,
    });
    const found = immunisationsOf(
      opened(
        vaccine("1", "2025-11-04"),
        vaccine("2", "2026-11-04T10:00:00Z", { protocolApplied: [{ doseNumberPositiveInt: 2 }] }),
        vaccine("3", "2026-11-04"),
        vaccine("4", "2024-11-04", { status: "not-done" }),
      ),
      meaningEn,
    );
    expect(
      found.map(({ name, dose, given, when, items }) => [name, dose, given, when?.start, items.length]),
    ).toEqual([
      ["Flu vaccine", "dose 2", true, "2026-11-04T10:00:00Z", 2],
      ["Flu vaccine", null, true, "2025-11-04", 1],
      ["Flu vaccine", null, false, "2024-11-04", 1],
    ]);
  });
});

describe("documentsOf", () => {
  it("has a title for each, what it is and how large", () => {
    const found = documentsOf(
      opened(
        {
          resourceType: "DocumentReference",
          id: "1",
          date: "2026-01-01",
          type: { text: "Discharge summary" },
          content: [{ attachment: { contentType: "text/plain", size: 900 } }],
        },
        {
          resourceType: "Media",
          id: "2",
          createdDateTime: "2025-01-01",
          content: { contentType: "image/png", size: 2_340_000 },
        },
        {
          resourceType: "DiagnosticReport",
          id: "3",
          issued: "2024-01-01T00:00:00Z",
          code: { text: "Pathology" },
          presentedForm: [{}],
        },
        { resourceType: "DiagnosticReport", id: "4", code: { text: "No form" } },
      ),
      meaningEn,
      ENGLISH,
    );
    expect(found.map(({ title, attachments }) => [title, attachments.map(({ label }) => label)])).toEqual([
      ["Discharge summary", ["Text, 900 bytes"]],
      ["Picture", ["Picture, 2.3 MB"]],
      ["Pathology", ["File"]],
    ]);
  });
});
