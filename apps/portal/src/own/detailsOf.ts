import type { PersonalDetails } from "@anamnesis/fhir/write/personalDetails";
import { standingPatients } from "../chart/standingPatients.ts";
import { elementOf, elementsOf, textOf, textsOf } from "../meaning/readElement.ts";
import type { OpenedItem } from "../worker/protocol.ts";

/** Patient resources that stand, the newest first, of the patient's own or of organisations. */
export function patientItems(items: readonly OpenedItem[], byOwner: boolean): readonly OpenedItem[] {
  return standingPatients(items).filter((item) => item.byOwner === byOwner);
}

/** The fields of the form, as a Patient resource has them. Never throws. */
export function detailsOf(patient: OpenedItem["resource"]): PersonalDetails {
  const names = elementsOf(patient, "name");
  const name = names.find((one) => ["official", "usual"].includes(textOf(one, "use") ?? "")) ?? names[0];
  const address = elementsOf(patient, "address")[0];
  const telecom = (system: string): string =>
    textOf(
      elementsOf(patient, "telecom").find((one) => textOf(one, "system") === system),
      "value",
    ) ?? "";
  const spoken = elementsOf(elementOf(elementsOf(patient, "communication")[0], "language"), "coding")[0];
  return {
    given: textsOf(name, "given").join(" "),
    family: textOf(name, "family") ?? "",
    birthDate: (textOf(patient, "birthDate") ?? "").slice(0, 10),
    line: textsOf(address, "line").join(", "),
    postalCode: textOf(address, "postalCode") ?? "",
    city: textOf(address, "city") ?? "",
    country: textOf(address, "country") ?? "",
    phone: telecom("phone"),
    email: telecom("email"),
    language: textOf(spoken, "code") ?? "",
  };
}
