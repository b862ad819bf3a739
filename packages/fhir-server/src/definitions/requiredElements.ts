import { elementsOf } from "./structureDefinitions.ts";

const byType = new Map<string, ReadonlySet<string>>();

/** True for an element that R4 demands, such as `Condition.subject` or `List.entry.item`; elements inside of datatypes are not looked at. */
export function isRequired(path: string): boolean {
  const [type = ""] = path.split(".");
  const known = byType.get(type);
  if (known !== undefined) return known.has(path);
  const required = new Set(
    elementsOf(type)
      .filter(({ min }) => min !== undefined && min > 0)
      .map((element) => element.path),
  );
  byType.set(type, required);
  return required.has(path);
}
