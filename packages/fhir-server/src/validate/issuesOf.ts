import type { Issue } from "./issue.ts";
import { safePath } from "./safePath.ts";

/** What @medplum/core reports: an OperationOutcome's issue. */
export interface ReportedIssue {
  readonly severity?: string;
  readonly code?: string;
  readonly details?: { readonly text?: string };
  readonly expression?: readonly string[];
}

/** Texts that say nothing of the resource but counts, JSON's types and what stands in the definitions. */
const SAFE = [
  /^Missing required property$/,
  /^Invalid (?:empty|null|undefined) value$/,
  /^Invalid empty non-primitive value$/,
  /^Expected (?:array of values|single value) for property$/,
  /^Invalid number of values: expected \d+\.\.(?:\d+|\*), but found \d+$/,
  /^Value did not match expected pattern$/,
  /^Invalid JSON type: expected (?:string|boolean|number), but got (?:string|boolean|number|object)$/,
  /^Invalid [A-Za-z0-9]+ (?:format|value)$/,
  /^Invalid numeric value$/,
  /^base64Binary exceeds \d+ bytes$/,
  /^String (?:must contain non-whitespace content|cannot be larger than 1 MB)$/,
  /^Expected number to be (?:an integer|in the range -?\d+\.\.\d+)$/,
  /^Incorrect number of values provided for slice '[^']*': expected \d+\.\.(?:\d+|\*), but found \d+$/,
];

const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/^Invalid additional property /, "FHIR R4 has no such element here."],
  [/^Conflicting choice of type properties/, "An element of which only one type may be given has several."],
  [/^Type of primitive extension /, "An element and its extensions are of different types."],
];

/**
 * Issues for the caller. References' targets are left out, since they are checked elsewhere: the library takes an absolute reference
 * for one to a wrong type. What it only warns of, two types of one choice, is an error of R4.
 */
export function issuesOf(reported: readonly ReportedIssue[], type: string): readonly Issue[] {
  return reported.flatMap((one): readonly Issue[] => {
    const text = one.details?.text ?? "";
    if (text.startsWith("Invalid reference: ")) return [];
    const expression = safePath(one.expression?.[0] ?? type, type);
    if (one.code === "invariant") {
      const rule = /^Constraint (\S+) not met: (.*)$/s.exec(text);
      return [
        {
          severity: "error",
          code: "invariant",
          expression,
          diagnostics: `${rule?.[1] ?? ""}: ${rule?.[2] ?? ""}`,
        },
      ];
    }
    if (one.code === "processing") {
      return [
        {
          severity: "error",
          code: "processing",
          expression,
          diagnostics: "An invariant could not be evaluated.",
        },
      ];
    }
    const replaced = REPLACED.find(([pattern]) => pattern.test(text))?.[1];
    const diagnostics =
      replaced ?? (SAFE.some((pattern) => pattern.test(text)) ? `${text}.` : "Not as its definition says.");
    return [{ severity: "error", code: "structure", expression, diagnostics }];
  });
}
