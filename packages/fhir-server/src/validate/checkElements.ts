import { crawlTypedValue, type InternalTypeSchema, type TypedValue } from "@medplum/core";
import type { CodeList } from "../terminology/terminology.ts";
import { parseReference } from "../index/references.ts";
import type { Issue } from "./issue.ts";
import type { Plain } from "./plainResource.ts";

const TYPE_URL = /^http:\/\/hl7\.org\/fhir\/StructureDefinition\/([A-Za-z]+)$/;

export interface CheckedElements {
  /** Codes of a value set; null when they are not known, and then nothing is checked. */
  readonly codes: (valueSet: string) => CodeList | null;
  /** Which type a profile is on; null when it is not known. */
  readonly typeOf: (profile: string) => string | null;
}

/** Goes through a resource of the schema and checks what `validateResource` of @medplum/core does not: required bindings, and where references lead. */
export function checkElements(
  plain: Plain,
  schema: InternalTypeSchema,
  known: CheckedElements,
): readonly Issue[] {
  const issues: Issue[] = [];
  const type = String(plain["resourceType"]);
  crawlTypedValue(
    { type, value: plain },
    {
      visitProperty(_parent, key, _path, found, { elements }) {
        const element = elements[key] as Element | undefined;
        if (element === undefined) return;
        for (const value of found.flat()) {
          if (value.value === undefined || value.value === null) continue;
          if (value.type === "Reference") checkTarget(value, element, known, issues);
          if (element.binding?.strength === "required")
            checkBinding(value, element.binding.valueSet, known, issues);
        }
      },
    },
    { schema, skipMissingProperties: false },
  );
  return issues;
}

/** What is read of the library's element, whose own type comes from a package that is not installed. */
interface Element {
  readonly type: readonly { readonly code: string; readonly targetProfile?: readonly string[] }[];
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
}

type Found = TypedValue & { readonly path: string };

const textOf = (value: unknown): string | null => {
  const plain: unknown = typeof value === "object" && value !== null ? value.valueOf() : value;
  return typeof plain === "string" ? plain : null;
};

/** What a reference says of its target's type: its text, or else its `type`. A contained or an unresolved one says nothing by its text. */
function checkTarget(found: Found, element: Element, known: CheckedElements, issues: Issue[]): void {
  const { reference, type } = found.value as Record<string, unknown>;
  const literal = textOf(reference);
  const parsed = literal === null ? null : parseReference(literal);
  const target = parsed?.type ?? textOf(type);
  const allowed = element.type.find(({ code }) => code === "Reference")?.targetProfile ?? [];
  const types = allowed.map((url) => TYPE_URL.exec(url)?.[1] ?? known.typeOf(url));
  if (target === null || types.length === 0 || types.includes("Resource") || types.includes(null)) return;
  if (types.includes(target)) return;
  issues.push({
    severity: "error",
    code: "structure",
    expression: found.path,
    diagnostics: `The reference leads to a type that may not stand here: ${types.join(", ")} may.`,
  });
}

function checkBinding(
  found: Found,
  valueSet: string | undefined,
  known: CheckedElements,
  issues: Issue[],
): void {
  const codes = valueSet === undefined ? null : known.codes(valueSet);
  if (codes === null || isBound(found, codes)) return;
  issues.push({
    severity: "error",
    code: "code-invalid",
    expression: found.path,
    diagnostics: `The code is none of the value set ${valueSet ?? ""}, which is required here.`,
  });
}

function isBound({ type, value }: TypedValue, codes: CodeList): boolean {
  switch (type) {
    case "CodeableConcept": {
      const codings = (value as { readonly coding?: unknown }).coding;
      return Array.isArray(codings) && codings.some((coding) => isCodingOf(coding, codes));
    }
    case "Coding":
    case "Quantity":
      return isCodingOf(value, codes);
    default: {
      // Where only an extension says why there is no value, there is no code to check.
      const code = textOf(value);
      return code === null || [...codes.values()].some((of) => of.has(code));
    }
  }
}

function isCodingOf(coding: unknown, codes: CodeList): boolean {
  const { system, code } = coding as Record<string, unknown>;
  return typeof system === "string" && typeof code === "string" && codes.get(system)?.has(code) === true;
}
