import type { Case, Panel } from "./catalogue.ts";
import {
  concept,
  decimal,
  hl7,
  LOINC,
  quantity,
  type BundleBuilder,
  type Plain,
  type Reference,
} from "./bundleBuilder.ts";
import type { SeededRandom } from "./seededRandom.ts";

export interface PanelContext {
  readonly patient: Reference;
  readonly performer: Reference;
  readonly encounter?: Reference | undefined;
  /** Instant with its offset. */
  readonly time: string;
}

/** Adds the panel's Observations and the DiagnosticReport that holds them together. */
export function addPanel(
  builder: BundleBuilder,
  random: SeededRandom,
  course: Case,
  panel: Panel,
  context: PanelContext,
): Reference {
  const { patient, performer, encounter, time } = context;
  const laboratory = hl7("observation-category", "laboratory", "Laboratory");
  const values = new Map<string, number>();
  const results = panel.analytes.map(({ loinc, display, unit, low, high, digits, derived }) => {
    const [from, to] = course.results[loinc] ?? [low, high];
    const scale = 10 ** digits;
    const drawn = random.int(Math.round(from * scale), Math.round(to * scale)) / scale;
    const value = derived === undefined ? drawn : Math.round(derived(values) * scale) / scale;
    values.set(loinc, value);
    return builder.add({
      resourceType: "Observation",
      status: "final",
      category: [laboratory],
      code: concept({ system: LOINC, code: loinc, display }),
      subject: { ...patient },
      encounter: encounter && { ...encounter },
      effectiveDateTime: time,
      issued: time,
      performer: [{ ...performer }],
      valueQuantity: quantity(decimal(value, digits), unit),
      interpretation: [interpretation(value, low, high)],
      referenceRange: [
        { low: quantity(decimal(low, digits), unit), high: quantity(decimal(high, digits), unit) },
      ],
    });
  });
  return builder.add({
    resourceType: "DiagnosticReport",
    status: "final",
    category: [hl7("v2-0074", "LAB", "Laboratory")],
    code: concept({ system: LOINC, code: panel.loinc, display: panel.display }),
    subject: { ...patient },
    encounter: encounter && { ...encounter },
    effectiveDateTime: time,
    issued: time,
    performer: [{ ...performer }],
    result: results.map((result) => ({ ...result })),
  });
}

function interpretation(value: number, low: number, high: number): Plain {
  if (value < low) return hl7("v3-ObservationInterpretation", "L", "Low");
  if (value > high) return hl7("v3-ObservationInterpretation", "H", "High");
  return hl7("v3-ObservationInterpretation", "N", "Normal");
}
