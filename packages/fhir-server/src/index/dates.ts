import type { JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { rangeOfDate } from "./dateRange.ts";
import type { DateContent } from "./indexValue.ts";
import { listOf, objectOf, textOf, type Node } from "./node.ts";

/** Values of a date parameter (FHIR R4, search.html#date). Of a Timing the outer limits count: its events and its bounds. */
export function dates({ value, type }: Node): readonly DateContent[] {
  const found = type === "Period" ? period(value) : type === "Timing" ? timing(value) : moment(value);
  return found === null ? [] : [found];
}

function moment(value: JsonValue | undefined): DateContent | null {
  const text = textOf(value);
  const range = text === null ? null : rangeOfDate(text);
  return range === null ? null : { kind: "date", ...range };
}

function period(value: JsonValue | undefined): DateContent | null {
  const start = moment(objectOf(value)["start"]);
  const end = moment(objectOf(value)["end"]);
  if (start === null && end === null) return null;
  return { kind: "date", from: start?.from ?? null, to: end?.to ?? null };
}

function timing(value: JsonValue): DateContent | null {
  const { event, repeat } = objectOf(value);
  const limits = [...listOf(event).map(moment), period(objectOf(repeat)["boundsPeriod"])].filter(
    (one) => one !== null,
  );
  if (limits.length === 0) return null;
  return limits.reduce((a, b) => ({
    kind: "date",
    from: a.from === null || b.from === null ? null : Math.min(a.from, b.from),
    to: a.to === null || b.to === null ? null : Math.max(a.to, b.to),
  }));
}
