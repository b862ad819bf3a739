import { describe, expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { medicineName } from "./medicineName.ts";
import { medicinesOf } from "./medicinesOf.ts";
import { ENGLISH } from "./testing/locale.ts";
import { type Given, opened } from "./testing/resources.ts";

function prescription(id: string, text: string, status: string | undefined, authoredOn: string): Given {
  return {
    resourceType: "MedicationRequest",
    id,
    status,
    intent: "order",
    medicationCodeableConcept: { text },
    authoredOn,
  };
}

describe("medicinesOf", () => {
  it("parts what is taken from what was, and joins prescriptions of the same", () => {
    const { current, earlier } = medicinesOf(
      opened(
        prescription("1", "Ramipril 5 MG Oral Tablet", "active", "2024-05-01"),
        prescription("2", "Ramipril 5 MG Oral Tablet", "active", "2026-05-01"),
        prescription("3", "Ramipril 2.5 MG Oral Tablet", "completed", "2023-01-01"),
        prescription("4", "Metformin 850 mg", "on-hold", "2025-01-01"),
        prescription("5", "Aspirin", undefined, "2025-02-01"),
        prescription("6", "Ibuprofen", "entered-in-error", "2025-02-01"),
        prescription("7", "Proposal", "draft", "2025-02-01"),
      ),
      meaningEn,
      ENGLISH,
    );
    expect(current.map(({ name, state, since, items }) => [name, state, since?.start, items.length])).toEqual(
      [
        ["Ramipril 5 mg, tablet", "current", "2024-05-01", 2],
        ["Aspirin", "unclear", "2025-02-01", 1],
        ["Metformin 850 mg", "paused", "2025-01-01", 1],
      ],
    );
    expect(earlier.map(({ name, stateText }) => [name, stateText])).toEqual([
      ["Ramipril 2.5 mg, tablet", "finished"],
    ]);
  });
});

describe("medicineName", () => {
  it.each([
    ["lisinopril 10 MG Oral Tablet", "Lisinopril 10 mg, tablet"],
    [
      "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]",
      "Metoprolol succinate 100 mg (Toprol), slow-release tablet",
    ],
    [
      "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet",
      "Amoxicillin 250 mg and Clavulanate 125 mg, tablet",
    ],
    ["200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler", "Albuterol 0.09 mg a puff, inhaler"],
    ["Vitamin B 12 5 MG/ML Injectable Solution", "Vitamin B 12, 5 mg in 1 mL, injection"],
    [
      "NuvaRing 0.12/0.015 MG per 24HR 21 Day Vaginal Ring",
      "NuvaRing 0.12/0.015 mg per 24HR 21 Day Vaginal Ring",
    ],
    ["Hydrochlorothiazide 25 MG", "Hydrochlorothiazide 25 mg"],
    ["Lasix 40mg", "Lasix 40 mg"],
    ["Diazepam [Valium]", "Diazepam (Valium)"],
    ["Ramipril AL 5 mg Tabletten", "Ramipril AL 5 mg Tabletten"],
  ])("%s reads %s", (text, name) => {
    expect(medicineName(text, meaningEn, ENGLISH).name).toBe(name);
  });
});
