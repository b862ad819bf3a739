import type { PersonalDetails } from "@anamnesis/fhir/write/personalDetails";
import { expect, it } from "vitest";
import { detailsThatDiffer } from "./detailsThatDiffer.ts";

const THEIRS: PersonalDetails = {
  given: "Ane",
  family: "Testander",
  birthDate: "1950-02-03",
  line: "1 Old Road",
  postalCode: "",
  city: "Oldtown",
  country: "US",
  phone: "555 1",
  email: "",
  language: "en",
};

it("names what is wanted and stands otherwise there, and nothing that was left empty", () => {
  const wanted = { ...THEIRS, city: "Newtown", email: "ane@example.org", phone: "" };
  expect(detailsThatDiffer(THEIRS, wanted)).toEqual([
    { name: "city", theirs: "Oldtown", wanted: "Newtown" },
    { name: "email", theirs: "", wanted: "ane@example.org" },
  ]);
  expect(detailsThatDiffer(THEIRS, THEIRS)).toEqual([]);
});
