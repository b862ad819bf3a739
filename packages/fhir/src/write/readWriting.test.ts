import { describe, expect, it } from "vitest";
import { readWriting, type WritingForm } from "./readWriting.ts";
import { writtenByPatient, writtenByStaff } from "./writing.ts";

const written = {
  id: "draft",
  time: "2026-03-01T10:00:00Z",
  patient: { reference: "Patient/p1", record: null },
};
const author = { actor: "0x01", name: "Dr Ada North", organisation: "North Hospital" };

function made(form: WritingForm, fields: unknown) {
  const writing = readWriting(form, fields);
  return writing.form === "measurement" || writing.form === "details"
    ? writtenByPatient(writing, written)
    : writtenByStaff(writing, written, author);
}

describe("what is written from a file of fields", () => {
  it("is the resource that the form makes, with what may be left out left out", () => {
    expect(made("note", { title: "Visit", text: "Well." })).toMatchObject({
      resourceType: "DocumentReference",
    });
    expect(made("diagnosis", { name: "Asthma" })).toMatchObject({
      verificationStatus: { coding: [{ code: "confirmed" }] },
    });
    const timing = { times: 2, period: 1, unit: "d" };
    const prescription = { medicine: "Ramipril", instruction: "Twice a day.", timing, days: 10 };
    expect(made("prescription", prescription)).toMatchObject({
      dosageInstruction: [{ timing: { repeat: { frequency: 2, boundsDuration: { value: 10 } } } }],
    });
    expect(made("order", { what: "Blood count" })).toMatchObject({ priority: "routine" });
    const weight = { kind: "weight", values: [72.5], measured: "2026-03-01T08:00:00Z" };
    expect(made("measurement", weight)).toMatchObject({ valueQuantity: { value: 72.5, code: "kg" } });
    expect(made("details", { family: "Test" })).toMatchObject({ name: [{ family: "Test" }] });
  });

  it("is a case that goes on, or one that is finished on its last day and not before its first", () => {
    const begun = { what: "New hip", since: "2026-03-01" };
    expect(made("case", begun)).toMatchObject({
      resourceType: "EpisodeOfCare",
      status: "active",
      patient: { reference: "Patient/p1" },
      managingOrganization: { display: "North Hospital" },
      period: { start: "2026-03-01" },
    });
    expect(made("case", { ...begun, until: "2026-03-20" })).toMatchObject({
      status: "finished",
      period: { start: "2026-03-01", end: "2026-03-20" },
    });
    expect(() => made("case", { ...begun, until: "2026-02-20" })).toThrow(
      expect.objectContaining({ code: "bad-writing", meta: { field: "until" } }),
    );
  });

  it("is refused with the name of the field, and never with what stands in it", () => {
    for (const [form, fields, field] of [
      ["note", { title: "Visit" }, "text"],
      ["note", [], "form"],
      ["diagnosis", { name: "Asthma", certain: "yes" }, "certain"],
      ["diagnosis", { name: "Asthma", codings: ["J45"] }, "codings"],
      ["prescription", { medicine: "a", instruction: "b", dose: "1 tablet" }, "dose"],
      ["prescription", { medicine: "a", instruction: "b", days: "ten" }, "days"],
      ["order", { what: "a", priority: "soon" }, "priority"],
      ["measurement", { kind: "height", values: [1], measured: "2026-03-01T08:00:00Z" }, "kind"],
      ["measurement", { kind: "weight", values: ["72"], measured: "2026-03-01T08:00:00Z" }, "values"],
    ] as const)
      expect(() => made(form, fields)).toThrow(
        expect.objectContaining({ code: "bad-writing", meta: { field } }),
      );
    expect(() => made("note", { title: "Visit", text: "Well.", Secret: "x" })).toThrow(
      expect.objectContaining({ code: "unknown-field" }),
    );
    const prescription = { medicine: "a", instruction: "b" };
    for (const more of [
      { dose: { value: 5, unit: "mg", per: "kg" } },
      { timing: { times: 2, period: 1, unit: "d", when: "NIGHT" } },
    ])
      expect(() => made("prescription", { ...prescription, ...more })).toThrow(
        expect.objectContaining({ code: "unknown-field" }),
      );
    expect(() =>
      made("diagnosis", { name: "a", codings: [{ system: "s", code: "c", version: "1" }] }),
    ).toThrow(expect.objectContaining({ code: "unknown-field" }));
  });
});
