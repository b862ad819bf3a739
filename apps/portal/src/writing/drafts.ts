import type { Writing } from "@anamnesis/fhir/write/writing";
import type { Draft } from "../worker/protocol/writing.ts";

export type Form = Writing["form"];

const START: Readonly<Record<Form, Readonly<Record<string, string>>>> = {
  note: { title: "", text: "" },
  diagnosis: { name: "", certain: "yes", since: "", comment: "" },
  prescription: {
    medicine: "",
    dose: "1",
    unit: "",
    times: "1",
    per: "d",
    days: "",
    asNeeded: "",
    instruction: "",
    reason: "",
  },
  order: { what: "", priority: "routine", reason: "", comment: "" },
};

export function newDraft(form: Form, fields: Readonly<Record<string, string>> = {}): Draft {
  return {
    id: crypto.randomUUID(),
    form,
    fields: { ...START[form], ...fields },
    coded: null,
    stricter: null,
    amending: null,
    sentIn: null,
  };
}

/** Whether there is anything in it that would be missed. */
export function isEmpty({ form, fields, amending }: Draft): boolean {
  const own = { note: "text", diagnosis: "name", prescription: "medicine", order: "what" } as const;
  return amending === null && (fields[own[form]] ?? "").trim() === "";
}

/** What the form says, as the worker takes it. Numbers that are none become `NaN`, and are refused by name. */
export function writingOf({ form, fields, coded }: Draft): Writing {
  const text = (name: string): string => fields[name] ?? "";
  const number = (name: string): number | null =>
    text(name).trim() === "" ? null : Number(text(name).trim().replace(",", "."));
  switch (form) {
    case "note":
      return { form, title: text("title"), text: text("text") };
    case "diagnosis":
      return {
        form,
        name: text("name"),
        codings: coded?.name === text("name").trim() ? coded.codings : [],
        certain: text("certain") !== "",
        since: text("since"),
        comment: text("comment"),
      };
    case "prescription": {
      const [dose, times] = [number("dose"), number("times")];
      return {
        form,
        medicine: text("medicine"),
        instruction: text("instruction"),
        // Without a unit the words say how much.
        dose: dose === null || text("unit").trim() === "" ? null : { value: dose, unit: text("unit") },
        timing: times === null ? null : { times, period: 1, unit: unitOf(text("per")) },
        days: number("days"),
        asNeeded: text("asNeeded") !== "",
        reason: text("reason"),
      };
    }
    case "order": {
      const priority = (["routine", "urgent", "asap", "stat"] as const).find(
        (one) => one === text("priority"),
      );
      return {
        form,
        what: text("what"),
        priority: priority ?? "routine",
        reason: text("reason"),
        comment: text("comment"),
      };
    }
  }
}

export function unitOf(text: string): "h" | "d" | "wk" {
  return text === "h" || text === "wk" ? text : "d";
}
