import type { Resource } from "@anamnesis/fhir/resource";
import { booleanOf, elementOf, elementsOf, numberOf, textOf } from "../meaning/readElement.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import type { Draft } from "../worker/protocol/writing.ts";
import { type Form, newDraft } from "./drafts.ts";

const FORMS: Readonly<Record<string, Form>> = {
  DocumentReference: "note",
  Condition: "diagnosis",
  MedicationRequest: "prescription",
  ServiceRequest: "order",
};

/** The form with what a record says in it, to be corrected; `null` for what no form here writes. Never throws. */
export function draftOf({ resource, record, kind, organisation }: OpenedItem): Draft | null {
  if (resource === null) return null;
  const form = FORMS[textOf(resource, "resourceType") ?? ""];
  const id = textOf(resource, "id");
  if (form === undefined || id === null) return null;
  const fields = fieldsOf(form, resource as Resource);
  if (fields === null) return null;
  const draft = newDraft(form, fields);
  const codings = elementsOf(elementOf(resource, "code"), "coding").flatMap((coding) => {
    const [system, code] = [textOf(coding, "system"), textOf(coding, "code")];
    return system === null || code === null ? [] : [{ system, code }];
  });
  const name = fields["name"]?.trim() ?? "";
  return {
    ...draft,
    coded: codings.length === 0 || form !== "diagnosis" ? null : { name, codings },
    stricter: kind === "general" ? null : kind,
    amending: { record, kind, id, organisation },
  };
}

function fieldsOf(form: Form, resource: Resource): Readonly<Record<string, string>> | null {
  const comment = textOf(elementsOf(resource, "note")[0], "text") ?? "";
  const concept = (name: string): string => {
    const found = elementsOf(resource, name)[0] ?? elementOf(resource, name);
    return textOf(found, "text") ?? textOf(elementsOf(found, "coding")[0], "display") ?? "";
  };
  switch (form) {
    case "note": {
      const attachment = elementOf(elementsOf(resource, "content")[0], "attachment");
      const type = textOf(attachment, "contentType") ?? "";
      const text = type.startsWith("text/plain") ? textIn(textOf(attachment, "data")) : null;
      return text === null ? null : { title: textOf(attachment, "title") ?? "", text };
    }
    case "diagnosis": {
      const certainty = elementsOf(elementOf(resource, "verificationStatus"), "coding")[0];
      return {
        name: concept("code"),
        certain: textOf(certainty, "code") === "provisional" ? "" : "yes",
        since: (textOf(resource, "onsetDateTime") ?? "").slice(0, 10),
        comment,
      };
    }
    case "prescription": {
      const dosage = elementsOf(resource, "dosageInstruction")[0];
      const dose = elementOf(elementsOf(dosage, "doseAndRate")[0], "doseQuantity");
      const repeat = elementOf(elementOf(dosage, "timing"), "repeat");
      const said = (value: number | null): string => (value === null ? "" : String(value));
      return {
        medicine: concept("medicationCodeableConcept"),
        dose: said(numberOf(dose, "value")),
        unit: textOf(dose, "unit") ?? "",
        times: numberOf(repeat, "period") === 1 ? said(numberOf(repeat, "frequency")) : "",
        per: textOf(repeat, "periodUnit") ?? "d",
        days: said(numberOf(elementOf(repeat, "boundsDuration"), "value")),
        asNeeded: booleanOf(dosage, "asNeededBoolean") === true ? "yes" : "",
        instruction: textOf(dosage, "text") ?? "",
        reason: concept("reasonCode"),
      };
    }
    case "order":
      return {
        what: concept("code"),
        priority: textOf(resource, "priority") ?? "routine",
        reason: concept("reasonCode"),
        comment,
      };
  }
}

function textIn(data: string | null): string | null {
  if (data === null) return null;
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
