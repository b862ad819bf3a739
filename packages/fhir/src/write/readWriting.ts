import { AnamnesisError } from "@anamnesis/core/errors";
import { isObject } from "../resource.ts";
import { type MeasurementKind, MEASUREMENTS } from "./measurement.ts";
import type { PersonalDetails } from "./personalDetails.ts";
import { badWriting, type Plain } from "./written.ts";
import type { CaseWriting, OwnWriting, Writing } from "./writing.ts";

/** Forms whose fields stand in a JSON object, each with its fields; those with a `?` may be left out. */
export const WRITING_FIELDS = {
  note: ["title", "text"],
  diagnosis: ["name", "codings?", "certain?", "since?", "comment?"],
  prescription: ["medicine", "instruction", "dose?", "timing?", "days?", "asNeeded?", "reason?"],
  order: ["what", "priority?", "reason?", "comment?"],
  case: ["what", "since", "until?"],
  measurement: ["kind", "values", "measured", "comment?"],
  details: [
    "given?",
    "family?",
    "birthDate?",
    "line?",
    "postalCode?",
    "city?",
    "country?",
    "phone?",
    "email?",
    "language?",
  ],
} as const;
export type WritingForm = keyof typeof WRITING_FIELDS;

type Read = Writing | CaseWriting | Exclude<OwnWriting, { readonly form: "upload" }>;

/**
 * The fields of a form from JSON, as whoever has no form fills them in: texts, numbers and yes or no, nothing that the form does not have. What the fields may say is looked at where the resource is made.
 * Throws `bad-writing` with the field's name, `unknown-field`.
 */
export function readWriting(form: WritingForm, value: unknown): Read {
  if (!isObject(value)) throw badWriting("form");
  const known: readonly string[] = WRITING_FIELDS[form].map((name) => name.replace("?", ""));
  requireFields(value, known, form);
  const text = (name: string): string => textAt(value, name);
  switch (form) {
    case "note":
      return { form, title: text("title"), text: text("text") };
    case "diagnosis": {
      const [since, comment] = [text("since"), text("comment")];
      const codings = listAt(value, "codings").map((one) => {
        requireFields(one, ["system", "code"], form);
        return { system: textAt(one, "system"), code: textAt(one, "code") };
      });
      return { form, name: text("name"), codings, certain: flagAt(value, "certain", true), since, comment };
    }
    case "prescription": {
      const dose = objectAt(value, "dose");
      const timing = objectAt(value, "timing");
      // What is left out of a dose is another dose.
      if (dose !== null) requireFields(dose, ["value", "unit"], form);
      if (timing !== null) requireFields(timing, ["times", "period", "unit"], form);
      return {
        form,
        medicine: text("medicine"),
        instruction: text("instruction"),
        dose: dose === null ? null : { value: numberAt(dose, "value"), unit: textAt(dose, "unit") },
        timing:
          timing === null
            ? null
            : {
                times: numberAt(timing, "times"),
                period: numberAt(timing, "period"),
                unit: oneOf(["h", "d", "wk"] as const, textAt(timing, "unit"), "timing"),
              },
        days: (value["days"] ?? null) === null ? null : numberAt(value, "days"),
        asNeeded: flagAt(value, "asNeeded", false),
        reason: text("reason"),
      };
    }
    case "order": {
      const priorities = ["routine", "urgent", "asap", "stat"] as const;
      const priority = oneOf(priorities, text("priority") || "routine", "priority");
      return { form, what: text("what"), priority, reason: text("reason"), comment: text("comment") };
    }
    case "case":
      return { form, what: text("what"), since: text("since"), until: text("until") };
    case "measurement": {
      const kind = oneOf(Object.keys(MEASUREMENTS) as readonly MeasurementKind[], text("kind"), "kind");
      const given = value["values"];
      if (!Array.isArray(given) || !given.every((one) => typeof one === "number")) throw badWriting("values");
      return { form, kind, values: given, measured: text("measured"), comment: text("comment") };
    }
    case "details": {
      const details = Object.fromEntries(known.map((name) => [name, text(name)]));
      return { form, details: details as unknown as PersonalDetails };
    }
  }
}

/** Throws `unknown-field`. */
function requireFields(value: Plain, known: readonly string[], form: WritingForm): void {
  if (Object.keys(value).some((name) => !known.includes(name))) throw unknownField(form);
}

/** What is left out is empty; where something has to stand, the resource's builder says so. */
function textAt(value: Plain, name: string): string {
  const found = value[name] ?? "";
  if (typeof found !== "string") throw badWriting(name);
  return found;
}

function numberAt(value: Plain, name: string): number {
  const found = value[name];
  if (typeof found !== "number") throw badWriting(name);
  return found;
}

function flagAt(value: Plain, name: string, otherwise: boolean): boolean {
  const found = value[name] ?? otherwise;
  if (typeof found !== "boolean") throw badWriting(name);
  return found;
}

function objectAt(value: Plain, name: string): Plain | null {
  const found = value[name] ?? null;
  if (found !== null && !isObject(found)) throw badWriting(name);
  return found;
}

function listAt(value: Plain, name: string): readonly Plain[] {
  const found = value[name] ?? [];
  if (!Array.isArray(found) || !found.every(isObject)) throw badWriting(name);
  return found;
}

function oneOf<T extends string>(all: readonly T[], value: string, field: string): T {
  const found = all.find((one) => one === value);
  if (found === undefined) throw badWriting(field);
  return found;
}

function unknownField(form: WritingForm): AnamnesisError<"unknown-field"> {
  return new AnamnesisError({
    code: "unknown-field",
    rule: "What is written has the fields of its form and no others.",
    fix: `Give these alone, those with a question mark if they are known: ${WRITING_FIELDS[form].join(", ")}.`,
  });
}
