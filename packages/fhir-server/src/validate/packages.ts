import { parseStructureDefinition, type InternalTypeSchema } from "@medplum/core";
import type { StructureDefinition } from "../definitions/structureDefinitions.ts";
import { codesOfValueSet, withoutVersion, type CodeList } from "../definitions/valueSets.ts";

/** A profile that resources can be held against. */
export interface Profile {
  readonly definition: StructureDefinition;
  readonly schema: InternalTypeSchema;
}

export interface LoadedPackage {
  /** Canonical addresses of its ImplementationGuides, with their versions. */
  readonly guides: readonly string[];
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly valueSets: ReadonlyMap<string, CodeList>;
  /** URLs of profiles that cannot be checked: without a snapshot, or with slicing by another discriminator than value, pattern or type. */
  readonly unsupported: readonly string[];
}

interface Concept {
  readonly system?: string;
  readonly code?: string;
  readonly concept?: readonly Concept[];
  readonly contains?: readonly Concept[];
}

interface Definition {
  readonly resourceType?: string;
  readonly url?: string;
  readonly version?: string;
  readonly content?: string;
  readonly derivation?: string;
  readonly concept?: readonly Concept[];
  readonly compose?: {
    readonly include?: readonly {
      readonly system?: string;
      readonly concept?: readonly Concept[];
      readonly filter?: unknown;
      readonly valueSet?: readonly string[];
    }[];
    readonly exclude?: unknown;
  };
  readonly expansion?: { readonly contains?: readonly Concept[] };
}

/**
 * Takes up a FHIR package (hl7.org/fhir/packages): the contents of its files, as `JSON.parse` gives them. What is neither a
 * StructureDefinition with a profile on R4 nor a ValueSet or CodeSystem is passed over. Packages are chosen by who runs the node and are
 * trusted: their expressions run on every resource that names the profile.
 */
export function loadPackage(files: readonly unknown[]): LoadedPackage {
  const definitions = files.filter((file): file is Definition => typeof file === "object" && file !== null);
  const profiles = new Map<string, Profile>();
  const unsupported: string[] = [];
  for (const one of definitions) {
    if (
      one.resourceType !== "StructureDefinition" ||
      one.derivation !== "constraint" ||
      one.url === undefined
    )
      continue;
    const schema = parse(one as unknown as StructureDefinition);
    if (schema === null) unsupported.push(one.url);
    else profiles.set(one.url, { definition: one as unknown as StructureDefinition, schema });
  }
  const systems = new Map(
    definitions.filter((one) => one.resourceType === "CodeSystem").map((one) => [one.url ?? "", one]),
  );
  const valueSets = new Map<string, CodeList>();
  for (const one of definitions) {
    const codes = one.resourceType === "ValueSet" ? listOf(one, systems) : null;
    if (codes !== null && one.url !== undefined) valueSets.set(one.url, codes);
  }
  const guides = definitions.flatMap(({ resourceType, url, version }) =>
    resourceType === "ImplementationGuide" && typeof url === "string"
      ? [version === undefined ? url : `${url}|${version}`]
      : [],
  );
  return { guides, profiles, valueSets, unsupported };
}

function parse(definition: StructureDefinition): InternalTypeSchema | null {
  try {
    return parseStructureDefinition(definition as Parameters<typeof parseStructureDefinition>[0]);
  } catch {
    return null;
  }
}

/** Null when the value set cannot be written out from what the package holds. */
function listOf(
  { compose, expansion }: Definition,
  systems: ReadonlyMap<string, Definition>,
): CodeList | null {
  const list = new Map<string, Set<string>>();
  const add = (system: string, code: string): void => {
    list.set(system, (list.get(system) ?? new Set()).add(code));
  };
  if (expansion?.contains !== undefined) {
    for (const { system, code } of flat(expansion.contains))
      if (system !== undefined && code !== undefined) add(system, code);
    return list;
  }
  if (compose?.include === undefined || compose.exclude !== undefined) return null;
  for (const { system, concept, filter, valueSet } of compose.include) {
    if (filter !== undefined) return null;
    if (system === undefined) {
      const others = (valueSet ?? []).map(codesOfValueSet);
      if (others.length !== 1 || others[0] === null) return null;
      for (const [of, codes] of others[0] ?? []) for (const code of codes) add(of, code);
      continue;
    }
    const whole = systems.get(system);
    const concepts = concept ?? (whole?.content === "complete" ? whole.concept : undefined);
    if (concepts === undefined || valueSet !== undefined) return null;
    for (const { code } of flat(concepts)) if (code !== undefined) add(system, code);
  }
  return list;
}

const flat = (concepts: readonly Concept[]): readonly Concept[] =>
  concepts.flatMap((one) => [one, ...flat(one.concept ?? []), ...flat(one.contains ?? [])]);

/** The codes of a value set that one of the packages has, or R4. */
export function codesIn(packages: readonly LoadedPackage[], canonical: string): CodeList | null {
  const url = withoutVersion(canonical);
  for (const { valueSets } of packages) {
    const known = valueSets.get(url);
    if (known !== undefined) return known;
  }
  return codesOfValueSet(url);
}
