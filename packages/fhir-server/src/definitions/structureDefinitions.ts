import data from "../../definitions/structureDefinitions.json" with { type: "json" };

const PREFIX = "http://hl7.org/fhir/StructureDefinition/";

export interface Constraint {
  readonly key: string;
  readonly severity: string;
  readonly human: string;
  readonly expression: string;
}

interface WrittenType {
  readonly code: string;
  readonly profile?: readonly string[];
  readonly targetProfile?: readonly string[];
}

export interface WrittenElement {
  readonly id?: string;
  readonly path: string;
  readonly min?: number;
  readonly max?: string;
  readonly base?: string;
  readonly type?: readonly WrittenType[];
  readonly binding?: readonly [string, string];
  readonly constraint?: readonly number[];
  readonly summary?: boolean;
}

interface WrittenDefinition {
  readonly url: string;
  readonly name: string;
  readonly type: string;
  readonly kind: string;
  readonly abstract?: boolean;
  readonly baseDefinition?: string;
  readonly element: readonly WrittenElement[];
}

/** FHIR's StructureDefinition with what validation reads; `snapshot` is complete. */
export interface StructureDefinition {
  readonly resourceType: "StructureDefinition";
  readonly url: string;
  readonly name: string;
  readonly type: string;
  readonly snapshot: { readonly element: readonly { readonly path: string }[] };
}

const WRITTEN = data.types as unknown as readonly WrittenDefinition[];
const BY_NAME: ReadonlyMap<string, WrittenDefinition> = new Map(WRITTEN.map((type) => [type.name, type]));
const CONSTRAINTS = data.constraints as readonly Constraint[];

/** A URL as it was before the definitions were made compact. */
const long = (url: string): string => (url.includes("://") ? url : `${PREFIX}${url}`);

function inflateElement(written: WrittenElement): { readonly path: string } {
  const { id, path, min = 0, max = "1", base, type, binding, constraint, summary, ...rest } = written;
  return {
    ...rest,
    id: id ?? path,
    path,
    min,
    max,
    base: { path, min, max: base ?? max },
    ...(summary === true ? { isSummary: true } : {}),
    ...(type === undefined
      ? {}
      : {
          type: type.map(({ code, profile, targetProfile }) => ({
            code,
            ...(profile === undefined ? {} : { profile: profile.map(long) }),
            ...(targetProfile === undefined ? {} : { targetProfile: targetProfile.map(long) }),
          })),
        }),
    ...(binding === undefined ? {} : { binding: { strength: binding[0], valueSet: binding[1] } }),
    ...(constraint === undefined ? {} : { constraint: constraint.map((at) => CONSTRAINTS[at]) }),
  } as { readonly path: string };
}

function inflate({ element, url, baseDefinition, ...rest }: WrittenDefinition): StructureDefinition {
  return {
    ...rest,
    resourceType: "StructureDefinition",
    url: long(url),
    ...(baseDefinition === undefined ? {} : { baseDefinition: long(baseDefinition) }),
    snapshot: { element: element.map(inflateElement) },
  };
}

/** R4's definitions of all datatypes and abstract types, in FHIR's form. Made anew by each call. */
export function datatypeDefinitions(): readonly StructureDefinition[] {
  return WRITTEN.filter(({ kind, abstract }) => kind !== "resource" || abstract === true).map(inflate);
}

/** R4's definition of a type of resource, in FHIR's form; null when there is none. Made anew by each call. */
export function resourceDefinition(type: string): StructureDefinition | null {
  const written = BY_NAME.get(type);
  return written === undefined || written.kind !== "resource" ? null : inflate(written);
}

/** Elements of a type as they are written down; none of a type that R4 has not. */
export function elementsOf(type: string): readonly WrittenElement[] {
  return BY_NAME.get(type)?.element ?? [];
}

/** An invariant of R4 by its key, of those with one meaning. */
export function constraintOf(key: string): Constraint | null {
  return CONSTRAINTS.find((one) => one.key === key) ?? null;
}

/** Names that elements of R4 have in JSON; of a choice, one for each type, such as `valueQuantity`. */
export function elementNames(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { path, type } of WRITTEN.flatMap(({ element }) => element)) {
    const name = path.slice(path.lastIndexOf(".") + 1);
    if (!name.endsWith("[x]")) names.add(name);
    for (const { code } of name.endsWith("[x]") ? (type ?? []) : []) {
      names.add(`${name.slice(0, -3)}${code.charAt(0).toUpperCase()}${code.slice(1)}`);
    }
  }
  return names;
}
