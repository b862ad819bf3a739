import type { MeaningWords } from "../words/meaning.en.ts";
import { analyteOf, type Analyte } from "./analyteOf.ts";
import { type Coded, type Concept, conceptOf, hasCode } from "./conceptOf.ts";
import type { Locale } from "./locale.ts";
import { type Range, rangeOf } from "./rangeOf.ts";
import { elementOf, elementsOf, memberOf, membersOf, type Element } from "./readElement.ts";
import { findingCodeOf, graver, type State, stateOf } from "./stateOf.ts";
import { saidValue } from "./saidValue.ts";
import type { Unit } from "./unitOf.ts";
import { whenOf, type When } from "./when.ts";

/** One measured or asked value, for a patient and for a professional. */
export interface Value {
  /** Plain name, as at the start of a line: "Potassium". */
  readonly name: string;
  /** As within a sentence: "potassium". */
  readonly inSentence: string;
  /** As the source calls it; `null` when it is the name already, or cannot be read. */
  readonly technical: string | null;
  readonly codes: readonly Coded[];
  /** For patients: "3.4 millimoles per litre", "128 over 82 millimetres of mercury", "positive". */
  readonly text: string;
  /** For professionals: "3.4 mmol/L", "128/82 mmHg". */
  readonly short: string;
  /** Number without its unit, as it is printed; `null` for what is no number. */
  readonly figure: string | null;
  /** Systolic for a blood pressure. */
  readonly number: number | null;
  /** Diastolic for a blood pressure. */
  readonly second: number | null;
  /** The number is the value itself, not a limit such as "less than 5". */
  readonly exactly: boolean;
  readonly unit: Unit | null;
  readonly range: Range | null;
  readonly state: State | null;
  /** "a little low"; `null` when nothing says how it stands. */
  readonly stateText: string | null;
  /** Why there is no value. */
  readonly absent: string | null;
  readonly when: When | null;
}

const SYSTOLIC = "8480-6";
const DIASTOLIC = "8462-4";

/**
 * The values of an Observation: one, or one for each of its components. A blood pressure is one. A panel that only holds other observations
 * together has none.
 */
export function valuesOf(observation: Element, words: MeaningWords, locale: Locale): readonly Value[] {
  const concept = conceptOf(elementOf(observation, "code"));
  const components = elementsOf(observation, "component");
  const when = whenOf(observation);
  const pressure = bloodPressureOf(observation, concept, components, when, words, locale);
  if (pressure !== null) return [pressure];
  const whole = oneValue(observation, concept, null, when, words, locale);
  const parts = components.map((component) => {
    return oneValue(
      component,
      conceptOf(elementOf(component, "code")),
      whole.inSentence,
      when,
      words,
      locale,
    );
  });
  if (hasValue(observation)) return [whole, ...parts];
  if (parts.length > 0) return parts;
  return membersOf(observation, "hasMember").length > 0 ? [] : [whole];
}

function hasValue(observed: Element): boolean {
  return (
    Object.keys(observed).some((name) => /^value[A-Z]/.test(name)) ||
    memberOf(observed, "dataAbsentReason") !== undefined
  );
}

/** @param within name of the observation that this is a component of; taken when the component has none. */
function oneValue(
  observed: Element,
  concept: Concept,
  within: string | null,
  when: When | null,
  words: MeaningWords,
  locale: Locale,
): Value {
  const analyte: Analyte | null = analyteOf(concept, words);
  const said = saidValue(observed, words, locale);
  const range = rangeOf(observed, said.unit?.code ?? null, words, locale);
  // "Less than 0.5" is no 0.5: it is held against no range.
  const state = stateOf(observed, said.exactly ? said.number : null, range);
  const finding = findingCodeOf(observed, words.values.findings);
  const name = analyte?.name ?? within ?? words.titles.measurement;
  const found = said.missing && finding !== null ? (words.values.findings[finding] ?? null) : null;
  return {
    name: words.capitalised(name),
    inSentence: name,
    technical: concept.text === null || concept.text === name ? null : concept.text,
    codes: concept.codes,
    text: found ?? said.text,
    short: found ?? said.short,
    figure: said.figure,
    number: said.number,
    second: null,
    exactly: said.exactly,
    unit: said.unit,
    range,
    state,
    stateText: state === null ? null : words.values.states[state],
    absent: said.missing && found === null ? said.text : null,
    when,
  };
}

/** Systolic and diastolic components as one value, when both are numbers in the same unit. */
function bloodPressureOf(
  observation: Element,
  concept: Concept,
  components: readonly Element[],
  when: When | null,
  words: MeaningWords,
  locale: Locale,
): Value | null {
  const part = (code: string): Element | undefined =>
    components.find((component) => hasCode(conceptOf(elementOf(component, "code")), code));
  const [upper, lower] = [part(SYSTOLIC), part(DIASTOLIC)];
  if (upper === undefined || lower === undefined) return null;
  const [high, low] = [saidValue(upper, words, locale), saidValue(lower, words, locale)];
  if (high.figure === null || low.figure === null || high.unit?.code !== low.unit?.code) return null;
  const ranges = [
    rangeOf(upper, high.unit?.code ?? null, words, locale),
    rangeOf(lower, low.unit?.code ?? null, words, locale),
  ];
  const states = [
    stateOf(observation, null, null),
    stateOf(upper, high.number, ranges[0] ?? null),
    stateOf(lower, low.number, ranges[1] ?? null),
  ];
  const state = states.reduce<State | null>(graver, null);
  const name = words.analytes.bloodPressure;
  const figure = words.values.bloodPressure(high.figure, low.figure);
  const { unit } = high;
  return {
    name: words.capitalised(name),
    inSentence: name,
    technical: concept.text,
    codes: concept.codes,
    text: unit === null ? figure : words.values.withUnit(figure, unit.spoken(high.number ?? 0)),
    short: `${high.figure}/${low.figure}${unit === null ? "" : ` ${unit.short}`}`,
    figure,
    number: high.number,
    second: low.number,
    exactly: high.exactly && low.exactly,
    unit,
    range: null,
    state,
    stateText: state === null ? null : words.values.states[state],
    absent: null,
    when,
  };
}
