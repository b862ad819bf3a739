import type { MeaningWords } from "../words/meaning.en.ts";
import { type Chart, chartOf, type Item } from "./chartOf.ts";
import { type Concept, conceptOf } from "./conceptOf.ts";
import { doseOf } from "./doseOf.ts";
import type { Locale } from "./locale.ts";
import { type MedicineName, medicineName } from "./medicineName.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { elementOf, elementsOf, memberOf, textOf } from "./readElement.ts";
import { newestFirst, type When, whenOf, whenOfPeriod } from "./when.ts";
import { whoAndWhere } from "./whoAndWhere.ts";

export type MedicineState = keyof MeaningWords["medicines"]["states"];

export interface Medicine {
  readonly id: string;
  /** As on its box: "Ramipril 5 mg, tablet". */
  readonly name: string;
  /** Without its form: "Ramipril 5 mg". */
  readonly short: string;
  /** "one in the morning"; `null` when it is not given, or cannot be put into words whole. */
  readonly dose: string | null;
  readonly state: MedicineState;
  readonly stateText: string;
  /** Of several prescriptions of the same, the first. */
  readonly since: When | null;
  readonly until: When | null;
  readonly who: string | null;
  readonly where: string | null;
  readonly reason: string | null;
  /** No earlier prescription of a medicine of this name was opened. */
  readonly isFirst: boolean;
  /** All that say the same, with what they amend. */
  readonly items: readonly Item[];
}

export interface Medicines {
  readonly current: readonly Medicine[];
  readonly earlier: readonly Medicine[];
}

const TYPES: ReadonlySet<string> = new Set(["MedicationRequest", "MedicationStatement"]);

/** Medicines that are taken now and earlier ones, newest first. Prescriptions of the same medicine in the same dose are one line. */
export function medicinesOf(
  records: readonly OpenedRecord[],
  words: MeaningWords,
  locale: Locale,
): Medicines {
  const chart = chartOf(records);
  const all = chart.items
    .filter(({ type }) => TYPES.has(type))
    .map((item) => medicineOf(item, chart, words, locale))
    .toSorted((a, b) => newestFirst(a.since, b.since));
  const isCurrent = ({ state }: Medicine): boolean =>
    state === "current" || state === "paused" || state === "unclear";
  return {
    current: joinEqual(all.filter(isCurrent)),
    earlier: joinEqual(all.filter((one) => !isCurrent(one) && one.state !== "proposed")),
  };
}

/** What one prescription or statement says. */
export function medicineOf(item: Item, chart: Chart, words: MeaningWords, locale: Locale): Medicine {
  const { resource } = item;
  const instructions = elementsOf(
    resource,
    item.type === "MedicationStatement" ? "dosage" : "dosageInstruction",
  );
  const state = stateOfMedicine(item);
  const taken = whenOfPeriod(elementOf(resource, "effectivePeriod"));
  const since = taken ?? whenOf(resource);
  const [reason] = elementsOf(resource, "reasonCode").map(conceptOf);
  return {
    id: item.key,
    ...nameOfMedicine(item, chart, words, locale),
    dose: doseOf(instructions, words, locale),
    state,
    stateText: words.medicines.states[state],
    since,
    until: taken?.end === undefined || taken.end === null ? null : whenOfPeriod({ start: taken.end }),
    ...whoAndWhere(resource, chart, words),
    reason: reason?.text ?? null,
    isFirst: isFirstPrescription(item, since, chart),
    items: [item],
  };
}

/** The name of the medicine that a prescription, dispense or statement is about. */
export function nameOfMedicine(item: Item, chart: Chart, words: MeaningWords, locale: Locale): MedicineName {
  const { text } = medicationConcept(item, chart);
  const general = words.titles.medicine;
  return text === null ? { name: general, short: general } : medicineName(text, words, locale);
}

function medicationConcept({ resource }: Item, chart: Chart): Concept {
  const coded = conceptOf(elementOf(resource, "medicationCodeableConcept"));
  if (coded.text !== null) return coded;
  const reference = elementOf(resource, "medicationReference");
  const medication = conceptOf(elementOf(chart.resolve(reference, resource), "code"));
  return medication.text === null
    ? conceptOf(reference === null ? null : { text: reference["display"] })
    : medication;
}

/** When each medicine was first prescribed, by the text of its source; milliseconds since 1970. */
const firsts = new WeakMap<Chart, ReadonlyMap<string, number>>();

function isFirstPrescription(item: Item, since: When | null, chart: Chart): boolean {
  let known = firsts.get(chart);
  if (known === undefined) {
    known = firstPrescriptions(chart);
    firsts.set(chart, known);
  }
  const text = medicationConcept(item, chart).text?.toLowerCase();
  const first = text === undefined ? undefined : known.get(text);
  return first === undefined || since === null || since.sort <= first;
}

function firstPrescriptions(chart: Chart): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const item of chart.items) {
    if (!TYPES.has(item.type)) continue;
    const when = whenOf(item.resource);
    const text = medicationConcept(item, chart).text?.toLowerCase();
    if (when === null || text === undefined) continue;
    found.set(text, Math.min(found.get(text) ?? when.sort, when.sort));
  }
  return found;
}

const STATES: Readonly<Record<string, MedicineState>> = {
  active: "current",
  intended: "current",
  "on-hold": "paused",
  stopped: "stopped",
  cancelled: "stopped",
  completed: "finished",
  "not-taken": "not-taken",
  draft: "proposed",
};

/** A status that is missing or not R4's leaves the medicine among the current ones: what somebody may be taking is not hidden. */
function stateOfMedicine({ resource }: Item): MedicineState {
  const intent = textOf(resource, "intent");
  if (intent === "proposal" || intent === "plan") return "proposed";
  const status = textOf(resource, "status") ?? "";
  const state = Object.hasOwn(STATES, status) ? (STATES[status] ?? "unclear") : "unclear";
  return state === "current" && memberOf(resource, "doNotPerform") === true ? "not-taken" : state;
}

function joinEqual(medicines: readonly Medicine[]): readonly Medicine[] {
  const lines = new Map<string, Medicine>();
  for (const medicine of medicines) {
    const line = `${medicine.name.toLowerCase()}|${medicine.dose ?? ""}|${medicine.state}`;
    const newer = lines.get(line);
    // Newest first: each further one is older, so that its start is the first.
    lines.set(
      line,
      newer === undefined
        ? medicine
        : { ...newer, since: medicine.since ?? newer.since, items: [...newer.items, ...medicine.items] },
    );
  }
  return [...lines.values()];
}
