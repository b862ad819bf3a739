import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { memoryIdentities } from "../bundle/identities.ts";
import { parseBundle } from "../bundle/parseBundle.ts";
import { patientOf } from "../bundle/patientOf.ts";
import { resourcesOf } from "../bundle/resources.ts";
import { segmentOf } from "../labelling/segmentOf.ts";
import { valuesAt } from "../resource.ts";
import { generateLaboratoryBundle } from "./generateLaboratoryBundle.ts";
import { generatePatientBundle } from "./generatePatientBundle.ts";
import { writePdf } from "./writePdf.ts";
import { writePng } from "./writePng.ts";

const SEEDS = ["a", "b", "c", "d", "e", "f", 1, 2, 3];
const SYSTEM = "http://example.org/his";

function counts(text: string): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { resource } of parseBundle(text).entries) {
    counted[resource.resourceType] = (counted[resource.resourceType] ?? 0) + 1;
  }
  return counted;
}

describe("generatePatientBundle", () => {
  it.each(SEEDS)("of seed %s is a whole chart of about 40 resources with labelled parts", (seed) => {
    const text = generatePatientBundle({ seed });
    const all = counts(text);
    const total = Object.values(all).reduce((sum, n) => sum + n, 0);
    expect(total).toBeGreaterThanOrEqual(30);
    expect(total).toBeLessThanOrEqual(50);
    expect(Object.keys(all).sort()).toEqual([
      "AllergyIntolerance",
      "Condition",
      "DiagnosticReport",
      "DocumentReference",
      "Encounter",
      "Immunization",
      "Media",
      "MedicationRequest",
      "Observation",
      "Organization",
      "Patient",
      "Practitioner",
      "Procedure",
    ]);
    const records = resourcesOf(parseBundle(text), { system: SYSTEM, identities: memoryIdentities() });
    expect(records).toHaveLength(total);
    const segments = records.map(({ resource }) => segmentOf(resource));
    expect(segments.filter((kind) => kind === "mental-health")).toHaveLength(2);
    expect(segments.filter((kind) => kind === "substance-use")).toHaveLength(1);
    const timeless = records
      .filter(({ attributes }) => attributes.from === null)
      .map(({ resourceType }) => resourceType);
    expect(timeless.sort()).toEqual(["Organization", "Patient", "Practitioner"]);
    expect(
      records
        .filter(({ patient }) => patient === null)
        .map(({ resourceType }) => resourceType)
        .sort(),
    ).toEqual(["Organization", "Practitioner"]);
  });

  it("depends on its options alone", () => {
    expect(generatePatientBundle({ seed: 7 })).toBe(generatePatientBundle({ seed: "7" }));
    expect(generatePatientBundle({ seed: 7 })).not.toBe(generatePatientBundle({ seed: 8 }));
    expect(counts(generatePatientBundle({ seed: 7, encounters: 9 }))["Encounter"]).toBe(9);
  });

  it("gives a child a child's chart, and no day before its birth", () => {
    const text = generatePatientBundle({ seed: "child", birthDate: "2026-01-15", encounters: 6 });
    expect(text).not.toMatch(/AUDIT-C|sertraline|Body weight/);
    const born = Date.UTC(2026, 0, 15) / 86_400_000;
    for (const { attributes } of resourcesOf(parseBundle(text), {
      system: SYSTEM,
      identities: memoryIdentities(),
    })) {
      if (attributes.from !== null) expect(attributes.from).toBeGreaterThan(born);
    }
  });

  it("knows the same hospital and practitioner in all its bundles", () => {
    const identities = memoryIdentities();
    const ids = ["x", "y"].map((seed) =>
      resourcesOf(parseBundle(generatePatientBundle({ seed })), { system: SYSTEM, identities })
        .filter(({ resourceType }) => resourceType === "Organization" || resourceType === "Practitioner")
        .map(({ id, versionKey }) => `${id} ${versionKey}`),
    );
    expect(ids[0]).toHaveLength(2);
    expect(ids[1]).toEqual(ids[0]);
  });
});

describe("generateLaboratoryBundle", () => {
  it.each(SEEDS)("of seed %s is about the same person, from another organisation", (seed) => {
    const hospital = parseBundle(generatePatientBundle({ seed }));
    const laboratory = parseBundle(generateLaboratoryBundle({ seed }));
    const known = (bundle: typeof hospital): unknown[] => {
      const { resource } = patientOf(bundle) ?? expect.unreachable("no patient");
      return [resource["name"], resource["birthDate"], valuesAt(resource, "identifier")[0]];
    };
    expect(known(laboratory)).toEqual(known(hospital));
    expect(Object.keys(counts(generateLaboratoryBundle({ seed }))).sort()).toEqual([
      "DiagnosticReport",
      "Observation",
      "Organization",
      "Patient",
    ]);
    expect(counts(generateLaboratoryBundle({ seed, reports: 5 }))["DiagnosticReport"]).toBe(5);
  });

  it("prints decimals with their trailing zeros", () => {
    const values = SEEDS.map((seed) => generateLaboratoryBundle({ seed, reports: 6 })).join("");
    expect(values).toMatch(/"value":\d+\.\d0[,}]/);
  });
});

describe("writePng", () => {
  it("holds the pixels, checksums right", () => {
    const png = writePng(300, 260, (x, y) => (x * y) % 256);
    const idatLength = new DataView(png.buffer).getUint32(33);
    const rows = inflateSync(png.subarray(41, 41 + idatLength));
    expect(rows).toHaveLength(260 * 301);
    expect(rows[5 * 301 + 1 + 7]).toBe(35);
    // The CRC of an empty IEND chunk, as the PNG specification's every file ends.
    expect([...png.subarray(-12)]).toEqual([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
  });
});

describe("writePdf", () => {
  it("has a cross-reference table that leads to its objects, and escapes its text", () => {
    const text = new TextDecoder().decode(writePdf(["Title (1)", "Größe \\"]));
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(start, start + 5)).toBe("xref\n");
    const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
    expect(offsets).toHaveLength(5);
    offsets.forEach((offset, i) => expect(text.slice(offset, offset + 7)).toBe(`${i + 1} 0 obj`));
    expect(text).toContain("(Title \\(1\\)) Tj");
    expect(text).toContain("(Gr??e \\\\) Tj");
  });
});

describe("a synthetic laboratory", () => {
  it("prints lipids that add up (Friedewald)", () => {
    let panels = 0;
    for (const seed of Array.from({ length: 20 }, (_, i) => i)) {
      const values = new Map<unknown, number>();
      const parsed = JSON.parse(generateLaboratoryBundle({ seed, reports: 2 })) as object;
      for (const resource of valuesAt(parsed, "entry.resource")) {
        values.set(
          valuesAt(resource, "code.coding.code")[0],
          Number(valuesAt(resource, "valueQuantity.value")[0]),
        );
      }
      const [ldl, hdl, triglyceride, total] = ["18262-6", "2085-9", "2571-8", "2093-3"].map((code) =>
        values.get(code),
      );
      if (ldl === undefined || hdl === undefined || triglyceride === undefined || total === undefined)
        continue;
      panels++;
      expect(Math.abs(total - ldl - hdl - triglyceride / 5)).toBeLessThanOrEqual(0.5);
    }
    expect(panels).toBeGreaterThan(5);
  });
});
