import type { Chart, Item } from "./chartOf.ts";
import { isDocument } from "./documentsOf.ts";
import type { EntryArea } from "./entry.ts";
import { type Happening, isLaboratory } from "./happeningsOf.ts";
import { isOwn } from "./whoAndWhere.ts";

const AREAS: Readonly<Record<string, EntryArea>> = {
  AllergyIntolerance: "allergies",
  Encounter: "visits",
  Immunization: "vaccines",
  MedicationAdministration: "medicines",
  MedicationDispense: "medicines",
  MedicationRequest: "medicines",
  MedicationStatement: "medicines",
};

/** Where a happening is found: as what it is first of all, and as each kind of thing that is in it. */
export function areasOf(first: EntryArea, { form, items }: Happening, chart: Chart): readonly EntryArea[] {
  const areas = new Set<EntryArea>([first]);
  for (const item of items) {
    const area = Object.hasOwn(AREAS, item.type) ? AREAS[item.type] : undefined;
    if (area !== undefined) areas.add(area);
    if (isDocument(item)) areas.add("documents");
    if (item.kind === "personal") areas.add("own");
    // What a laboratory's test is was said as a whole, by its specimen.
    if (item.type === "Observation" && form !== "results")
      for (const one of ofObservation(item, chart)) areas.add(one);
  }
  return [...areas];
}

function ofObservation(item: Item, chart: Chart): readonly EntryArea[] {
  const area = isLaboratory(item) ? "laboratory" : "measurements";
  return isOwn(item.resource, chart) ? [area, "own"] : [area];
}
