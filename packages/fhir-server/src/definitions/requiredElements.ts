import data from "../../definitions/structureDefinitions.json" with { type: "json" };

interface Written {
  readonly name: string;
  readonly kind: string;
  readonly element: readonly { readonly path: string; readonly min?: number }[];
}

const TYPES: ReadonlyMap<string, Written> = new Map(
  (data.types as readonly Written[]).map((type) => [type.name, type]),
);
const byType = new Map<string, ReadonlySet<string>>();

/** True for an element that R4 demands, such as `Condition.subject` or `List.entry.item`; elements inside of datatypes are not looked at. */
export function isRequired(path: string): boolean {
  const [type = ""] = path.split(".");
  const known = byType.get(type);
  if (known !== undefined) return known.has(path);
  const required = new Set(
    (TYPES.get(type)?.element ?? [])
      .filter(({ min }) => min !== undefined && min > 0)
      .map((element) => element.path),
  );
  byType.set(type, required);
  return required.has(path);
}
