import { parseStructureDefinition, type InternalTypeSchema } from "@medplum/core";
import type { StructureDefinition } from "../definitions/structureDefinitions.ts";
import { type CodeSystem, codeSystemOf, type CodeTree } from "../terminology/codeSystem.ts";
import {
  type CodeList,
  R4_TERMINOLOGY,
  type Terminology,
  withoutVersion,
} from "../terminology/terminology.ts";
import { expand, type ValueSetPart } from "../terminology/valueSet.ts";

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
  /** Those of which it has all codes. */
  readonly codeSystems: ReadonlyMap<string, CodeSystem>;
  /** URLs of profiles that cannot be checked: without a snapshot, or with slicing by another discriminator than value, pattern or type. */
  readonly unsupported: readonly string[];
}

interface Concept {
  readonly system?: string;
  readonly code?: string;
  /** Groups others, and is none that a resource may have. */
  readonly abstract?: boolean;
  readonly concept?: readonly Concept[];
  readonly contains?: readonly Concept[];
}

interface ComposePart {
  readonly system?: string;
  readonly concept?: readonly Concept[];
  readonly filter?: readonly { readonly property?: string; readonly op?: string; readonly value?: string }[];
  readonly valueSet?: readonly string[];
}

interface Expansion {
  readonly total?: number;
  readonly offset?: number;
  readonly parameter?: readonly { readonly name?: string; readonly valueBoolean?: boolean }[];
  readonly extension?: readonly { readonly url?: string; readonly valueBoolean?: boolean }[];
  readonly contains?: readonly Concept[];
}

interface Definition {
  readonly resourceType?: string;
  readonly url?: string;
  readonly version?: string;
  readonly content?: string;
  readonly hierarchyMeaning?: string;
  readonly derivation?: string;
  readonly concept?: readonly Concept[];
  readonly compose?: { readonly include?: readonly ComposePart[]; readonly exclude?: readonly ComposePart[] };
  readonly expansion?: Expansion;
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
  const codeSystems = new Map(
    definitions.flatMap((one) => {
      const system = one.resourceType === "CodeSystem" ? systemOf(one) : null;
      return system === null ? [] : [[one.url ?? "", system] as const];
    }),
  );
  const valueSets = new Map<string, CodeList>();
  const held = withPackages([{ codeSystems, valueSets }]);
  // One may take what a later one says.
  for (let known = -1; known < valueSets.size;) {
    known = valueSets.size;
    for (const one of definitions) {
      if (one.resourceType !== "ValueSet" || one.url === undefined || valueSets.has(one.url)) continue;
      const codes = listOf(one, held);
      if (codes !== null) valueSets.set(one.url, codes);
    }
  }
  const guides = definitions.flatMap(({ resourceType, url, version }) =>
    resourceType === "ImplementationGuide" && typeof url === "string"
      ? [version === undefined ? url : `${url}|${version}`]
      : [],
  );
  return { guides, profiles, valueSets, codeSystems, unsupported };
}

function parse(definition: StructureDefinition): InternalTypeSchema | null {
  try {
    return parseStructureDefinition(definition as Parameters<typeof parseStructureDefinition>[0]);
  } catch {
    return null;
  }
}

/** Null where codes are missing. */
function systemOf({ content, concept, hierarchyMeaning = "is-a" }: Definition): CodeSystem | null {
  if (content !== "complete" || concept === undefined) return null;
  return codeSystemOf(concept.flatMap(treeOf), hierarchyMeaning === "is-a");
}

function treeOf({ code, concept = [] }: Concept): readonly CodeTree[] {
  return code === undefined ? [] : [concept.length === 0 ? code : [code, concept.flatMap(treeOf)]];
}

/** Null when the value set cannot be written out from what is held: neither by an expansion that is whole nor by its definition. */
function listOf({ compose, expansion }: Definition, held: Terminology): CodeList | null {
  const whole = expansion === undefined ? null : expanded(expansion);
  if (whole !== null) return whole;
  const include = compose?.include?.map(partOf);
  const exclude = (compose?.exclude ?? []).map(partOf);
  if (include === undefined || include.includes(null) || exclude.includes(null)) return null;
  return expand({ include: include as ValueSetPart[], exclude: exclude as ValueSetPart[] }, held);
}

/** Null when it may be a part. */
function expanded(expansion: Expansion): CodeList | null {
  if (expansion.contains === undefined) return null;
  const all = flat(expansion.contains);
  if (isPart(expansion, all.length)) return null;
  const list = new Map<string, Set<string>>();
  for (const { system, code, abstract } of all)
    if (system !== undefined && code !== undefined && abstract !== true)
      list.set(system, (list.get(system) ?? new Set()).add(code));
  return list;
}

/** What an expansion says of itself when it may have fewer codes than its value set (FHIR R4, valueset.html#expansion). */
const PART_PARAMETERS: ReadonlySet<string> = new Set(["offset", "count", "limitedExpansion"]);
const PART_EXTENSIONS: ReadonlySet<string> = new Set([
  "http://hl7.org/fhir/StructureDefinition/valueset-toocostly",
  "http://hl7.org/fhir/StructureDefinition/valueset-unclosed",
]);

function isPart({ total = 0, offset, parameter = [], extension = [] }: Expansion, entries: number): boolean {
  return (
    total > entries ||
    offset !== undefined ||
    parameter.some(({ name = "", valueBoolean }) => PART_PARAMETERS.has(name) && valueBoolean !== false) ||
    extension.some(({ url = "", valueBoolean }) => PART_EXTENSIONS.has(url) && valueBoolean !== false)
  );
}

/** Null for a filter by something else than the hierarchy. */
function partOf({ system, concept, filter, valueSet }: ComposePart): ValueSetPart | null {
  if (filter?.some(({ property }) => property !== "concept" && property !== "code") === true) return null;
  return {
    ...(system === undefined ? {} : { system }),
    ...(concept === undefined ? {} : { codes: flat(concept).flatMap(({ code }) => code ?? []) }),
    ...(filter === undefined
      ? {}
      : { filter: filter.map(({ op = "", value = "" }) => [op, value] as const) }),
    ...(valueSet === undefined ? {} : { valueSets: valueSet }),
  };
}

const flat = (concepts: readonly Concept[]): readonly Concept[] =>
  concepts.flatMap((one) => [one, ...flat(one.concept ?? []), ...flat(one.contains ?? [])]);

/** What some packages hold, and R4 besides: of several by one name the first counts. */
export function withPackages(
  packages: readonly Pick<LoadedPackage, "codeSystems" | "valueSets">[],
): Terminology {
  return {
    codeSystem: (url) =>
      packages.map(({ codeSystems }) => codeSystems.get(url)).find((one) => one !== undefined) ??
      R4_TERMINOLOGY.codeSystem(url),
    codesOf: (canonical) => {
      const url = withoutVersion(canonical);
      const known = packages.map(({ valueSets }) => valueSets.get(url)).find((one) => one !== undefined);
      return known ?? R4_TERMINOLOGY.codesOf(url);
    },
  };
}
