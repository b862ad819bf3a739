import {
  getDataType,
  loadDataType,
  OperationOutcomeError,
  validateResource as validateStructure,
  type InternalTypeSchema,
} from "@medplum/core";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { isResourceType } from "../definitions/resourceTypes.ts";
import {
  datatypeDefinitions,
  resourceDefinition,
  type StructureDefinition,
} from "../definitions/structureDefinitions.ts";
import { checkElements } from "./checkElements.ts";
import { checkInvariants } from "./checkInvariants.ts";
import type { Issue } from "./issue.ts";
import { issuesOf, type ReportedIssue } from "./issuesOf.ts";
import { type LoadedPackage, type Profile, withPackages } from "./packages.ts";
import { plainResource, type Plain } from "./plainResource.ts";

export interface ValidateOptions {
  readonly packages?: readonly LoadedPackage[];
  /** Profiles that the resource has to meet besides those that it names in `meta.profile`. */
  readonly profiles?: readonly string[];
}

const loaded = new Set<string>();

/**
 * The library keeps definitions for the whole process; it has some of its own, which R4's replace. Those of resources are loaded when the first
 * of their type comes: all at once take a second.
 */
function loadDefinitions(types: Iterable<string>): void {
  const wanted = loaded.size === 0 ? [...datatypeDefinitions()] : [];
  for (const type of types) {
    const definition = loaded.has(type) ? null : resourceDefinition(type);
    if (definition !== null) wanted.push(definition);
    loaded.add(type);
  }
  for (const definition of wanted) loadDataType(definition as Parameters<typeof loadDataType>[0]);
}

/**
 * Holds a resource against R4, and against the profiles that it names and a package has: structure, cardinality, types, unknown elements, the
 * form of primitives, invariants, required bindings, types of references' targets, slices. The resource as `parseJson` gives it. No issue
 * with severity `error`: it is valid. Nothing is thrown, and no issue quotes a value.
 *
 * Limits: 20,000 values, nested 64 deep, strings of 1 MiB characters, base64 of 1 MiB decoded. Time is linear in the number of values,
 * but for invariants of distinctness. Not checked: codes of value sets that cannot be written out, extensible bindings, what is inside of
 * extensions beyond their structure, invariants of contained resources as a whole, the HTML of narratives.
 */
export function validateResource(resource: JsonObject, options: ValidateOptions = {}): readonly Issue[] {
  const type = resource["resourceType"];
  if (typeof type !== "string" || !isResourceType(type)) return [notAResource()];
  const copied = plainResource(resource);
  if ("issue" in copied) return [copied.issue];
  const { plain, types } = copied;
  loadDefinitions(types);
  const packages = options.packages ?? [];
  const { found, unknown } = profilesOf(plain, options.profiles ?? [], packages);
  const issues = [...against(plain, type, null, packages), ...invariants(plain, type)];
  for (const profile of found) issues.push(...against(plain, type, profile, packages));
  if (unknown > 0) issues.push(profileUnknown(type, options.profiles ?? [], packages));
  return distinct(issues);
}

function against(
  plain: Plain,
  type: string,
  profile: Profile | null,
  packages: readonly LoadedPackage[],
): readonly Issue[] {
  if (profile !== null && profile.schema.type !== type) {
    return [
      {
        severity: "error",
        code: "structure",
        expression: type,
        diagnostics: "The profile is for another type.",
      },
    ];
  }
  const terminology = withPackages(packages);
  try {
    const reported = structureIssues(plain, profile?.definition ?? null);
    const schema: InternalTypeSchema = profile?.schema ?? getDataType(type);
    return [
      ...issuesOf(reported, type),
      ...checkElements(plain, schema, {
        codes: (valueSet) => terminology.codesOf(valueSet),
        typeOf: (url) =>
          packages.map(({ profiles }) => profiles.get(url)?.schema.type).find((one) => one !== undefined) ??
          null,
      }),
    ];
  } catch {
    return [notRead(type)];
  }
}

interface Refusal {
  readonly outcome: { readonly issue?: readonly ReportedIssue[] };
}

/** The library throws its issues as soon as one of them is an error. */
function structureIssues(plain: Plain, profile: StructureDefinition | null): readonly ReportedIssue[] {
  try {
    type Given = Parameters<typeof validateStructure>;
    // Theirs are types of what was validated already.
    const options = (profile === null ? {} : { profile }) as unknown as Given[1];
    return validateStructure(plain as unknown as Given[0], options);
  } catch (error) {
    if (error instanceof OperationOutcomeError) return (error as Refusal).outcome.issue ?? [];
    throw error;
  }
}

function invariants(plain: Plain, type: string): readonly Issue[] {
  try {
    return checkInvariants(plain);
  } catch {
    return [notRead(type)];
  }
}

function profilesOf(
  plain: Plain,
  asked: readonly string[],
  packages: readonly LoadedPackage[],
): { readonly found: readonly Profile[]; readonly unknown: number } {
  const meta = plain["meta"];
  const named: unknown = typeof meta === "object" && meta !== null ? (meta as Plain)["profile"] : undefined;
  const urls = new Set([
    ...asked,
    ...(Array.isArray(named) ? named.filter((one) => typeof one === "string") : []),
  ]);
  const found = [...urls].flatMap((url) => profileOf(url, packages) ?? []);
  return { found, unknown: urls.size - found.length };
}

function profileOf(url: string, packages: readonly LoadedPackage[]): Profile | null {
  const plainUrl = url.replace(/\|.*$/s, "");
  for (const { profiles } of packages) {
    const known = profiles.get(plainUrl);
    if (known !== undefined) return known;
  }
  return null;
}

/** Whoever asks for a profile wants it checked; what a resource merely says of itself may be of another world. */
function profileUnknown(type: string, asked: readonly string[], packages: readonly LoadedPackage[]): Issue {
  const failed = asked.some((url) => profileOf(url, packages) === null);
  return {
    severity: failed ? "error" : "information",
    code: "not-supported",
    expression: type,
    diagnostics: "A profile is not known here and was not checked.",
  };
}

const notAResource = (): Issue => ({
  severity: "error",
  code: "structure",
  expression: "Resource",
  diagnostics: "The resourceType is none of FHIR R4.",
});

const notRead = (type: string): Issue => ({
  severity: "error",
  code: "structure",
  expression: type,
  diagnostics: "The resource could not be read as its definition says.",
});

function distinct(issues: readonly Issue[]): readonly Issue[] {
  return [
    ...new Map(issues.map((one) => [`${one.code} ${one.expression} ${one.diagnostics}`, one])).values(),
  ];
}
