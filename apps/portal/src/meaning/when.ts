import { daysOfDateTime } from "@anamnesis/fhir/period";
import { elementOf, elementsOf, memberOf, textOf, type Element } from "./readElement.ts";

/** When something happened, as precisely as its source says. */
export interface When {
  /** FHIR date or dateTime, as given. */
  readonly start: string;
  /** The end of a period, as given. */
  readonly end: string | null;
  readonly precision: "year" | "month" | "day" | "time";
  /** Milliseconds since 1970, of the start of what is given: for sorting alone. */
  readonly sort: number;
}

const DAY_MS = 86_400_000;

/** A FHIR date, dateTime or instant; `null` for anything else. */
export function whenOfText(start: unknown, end: unknown = null): When | null {
  const days = daysOfDateTime(start);
  if (days === null || typeof start !== "string") return null;
  const precision =
    start.length === 4 ? "year" : start.length === 7 ? "month" : start.length === 10 ? "day" : "time";
  const zoned = precision !== "time" || /(?:Z|[+-]\d{2}:\d{2})$/.test(start) ? start : `${start}Z`;
  const exact = precision === "time" ? Date.parse(zoned) : Number.NaN;
  return {
    start,
    end: typeof end === "string" && daysOfDateTime(end) !== null ? end : null,
    precision,
    sort: Number.isNaN(exact) ? days.from * DAY_MS : exact,
  };
}

export function whenOfPeriod(period: unknown): When | null {
  const end = memberOf(period, "end");
  return whenOfText(memberOf(period, "start"), end) ?? whenOfText(end);
}

/** Where R4 types put the time of what happened; the first that is there counts. `!` marks a Period or a Timing. */
const TIMES = [
  "effectiveDateTime",
  "effectivePeriod!",
  "effectiveInstant",
  "performedDateTime",
  "performedPeriod!",
  "occurrenceDateTime",
  "occurrencePeriod!",
  "started",
  "start",
  "authoredOn",
  "period!",
  "onsetDateTime",
  "onsetPeriod!",
  "recordedDate",
  "dateAsserted",
  "whenHandedOver",
  "whenPrepared",
  "createdDateTime",
  "createdPeriod!",
  "billablePeriod!",
  "date",
  "startDate",
  "statusDate",
  "authored",
  "dateTime",
  "sent",
  "dateWritten",
  "created",
  "issued",
  "recorded",
] as const;

/** Types of which another time than the first of the list says when it happened. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ["recordedDate"],
  Goal: ["startDate"],
  DocumentReference: ["date"],
};

function whenAt(resource: unknown, name: string): When | null {
  return name.endsWith("!")
    ? whenOfPeriod(elementOf(resource, name.slice(0, -1)))
    : whenOfText(textOf(resource, name));
}

/** Times that were read, for as long as their resource is kept: grouping, values and lists each ask for them. */
const read = new WeakMap<object, When | null>();

/** When what a resource tells happened; `null` when it does not say so in a form that can be read. */
export function whenOf(resource: Element): When | null {
  const known = read.get(resource);
  if (known !== undefined) return known;
  const when = readWhen(resource);
  read.set(resource, when);
  return when;
}

function readWhen(resource: Element): When | null {
  const type = textOf(resource, "resourceType") ?? "";
  const names = Object.hasOwn(FIRST, type) ? [...(FIRST[type] ?? []), ...TIMES] : TIMES;
  for (const name of names) {
    if (memberOf(resource, name.endsWith("!") ? name.slice(0, -1) : name) === undefined) continue;
    const found = whenAt(resource, name);
    if (found !== null) return found;
  }
  return whenOfPeriod(elementOf(elementOf(resource, "context"), "period")) ?? ofTiming(resource);
}

function ofTiming(resource: unknown): When | null {
  const timing = elementOf(resource, "effectiveTiming") ?? elementOf(resource, "occurrenceTiming");
  const event = textOf(timing, "event");
  const bounds = elementsOf(timing, "repeat").map((repeat) =>
    whenOfPeriod(elementOf(repeat, "boundsPeriod")),
  );
  return whenOfText(event) ?? bounds[0] ?? null;
}

/** Newest first; what has no time comes last. */
export function newestFirst(a: When | null, b: When | null): number {
  return (b?.sort ?? Number.NEGATIVE_INFINITY) - (a?.sort ?? Number.NEGATIVE_INFINITY) || 0;
}

/** The calendar day as its source wrote it, or the month or year. */
export function dayOf(when: When): string {
  return when.start.slice(0, 10);
}
