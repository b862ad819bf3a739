import { elementsOf, type WrittenElement } from "./structureDefinitions.ts";

export interface RootElements {
  /** Those of `_summary=true`, with the JSON names of choices (`valueQuantity`). */
  readonly summary: { has(name: string): boolean };
  /** Those that have to be there. */
  readonly required: { has(name: string): boolean };
}

const known = new Map<string, RootElements>();

/** Elements at the root of a type (FHIR R4, elementdefinition isSummary). */
export function summaryElements(type: string): RootElements {
  const found = known.get(type) ?? rootElements(type);
  known.set(type, found);
  return found;
}

function rootElements(type: string): RootElements {
  const roots = elementsOf(type).filter(({ path }) => path.split(".").length === 2);
  const namesOf = (which: (element: WrittenElement) => boolean): RootElements["summary"] => {
    const names = roots.filter(which).map(({ path }) => path.slice(type.length + 1));
    const plain = new Set(names.filter((name) => !name.endsWith("[x]")));
    const choices = names.filter((name) => name.endsWith("[x]")).map((name) => name.slice(0, -3));
    return { has: (name) => plain.has(name) || choices.some((choice) => isChoice(name, choice)) };
  };
  return {
    summary: namesOf(({ summary }) => summary === true),
    required: namesOf(({ min }) => min !== undefined && min > 0),
  };
}

function isChoice(name: string, choice: string): boolean {
  return name.startsWith(choice) && /^[A-Z]/.test(name.slice(choice.length));
}
