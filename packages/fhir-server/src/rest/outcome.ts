import { isAnamnesisError } from "@anamnesis/core/errors";
import { refusalOf } from "../errors/fhirError.ts";
import { InvalidResource } from "./requireValid.ts";
import type { FhirAnswer } from "./exchange.ts";

export const FHIR_JSON = "application/fhir+json; charset=utf-8";

export interface Issue {
  readonly severity: "fatal" | "error" | "warning" | "information";
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: readonly string[];
}

/** An OperationOutcome as JSON text. */
export function outcomeText(issues: readonly Issue[]): string {
  return JSON.stringify({ resourceType: "OperationOutcome", issue: issues });
}

/** A refusal as OperationOutcome; `null` for what is none of this server's, which the node answers. */
export function outcomeOf(error: unknown): FhirAnswer | null {
  if (!isAnamnesisError(error)) return null;
  const refusal = refusalOf(error.code);
  if (refusal === null) return null;
  const { entry, parameter } = error.meta;
  const place = typeof entry === "number" ? [`Bundle.entry[${entry}]`] : [];
  const issues: readonly Issue[] =
    error instanceof InvalidResource
      ? error.issues.map(({ severity, code, diagnostics, expression }) => ({
          severity,
          code,
          diagnostics,
          expression: [[...place, expression].join(".resource: ")],
        }))
      : [
          {
            severity: "error",
            code: refusal.issue,
            diagnostics: `${error.rule} ${error.fix}`,
            ...(typeof parameter === "string"
              ? { expression: [...place, `http.${parameter}`] }
              : place.length > 0
                ? { expression: place }
                : {}),
          },
        ];
  return { status: refusal.status, headers: { "content-type": FHIR_JSON }, body: outcomeText(issues) };
}
