import { elementsOf, textOf, textsOf } from "../meaning/readElement.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { standingPatients } from "./standingPatients.ts";

const USUAL: ReadonlySet<string> = new Set(["official", "usual"]);

/** Who a chart is about, as the newest Patient resource in it that stands says. */
export interface ChartPatient {
  readonly name: string;
  readonly given: string | null;
  readonly birthDate: string | null;
  readonly gender: string | null;
}

/** `null` when no Patient resource is shared, or it has no name. */
export function patientOf(items: readonly OpenedItem[]): ChartPatient | null {
  for (const { resource } of standingPatients(items)) {
    const names = elementsOf(resource, "name");
    const name = names.find((one) => USUAL.has(textOf(one, "use") ?? "")) ?? names[0] ?? null;
    const given = textsOf(name, "given");
    const whole = textOf(name, "text") ?? [...given, ...textsOf(name, "family")].join(" ");
    if (whole.trim() === "") continue;
    return {
      name: whole,
      given: given[0] ?? null,
      birthDate: textOf(resource, "birthDate"),
      gender: textOf(resource, "gender"),
    };
  }
  return null;
}
