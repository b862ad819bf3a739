import { AnamnesisError, isAnamnesisError } from "@anamnesis/core/errors";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { validateResource } from "../validate/validateResource.ts";
import type { LoadedPackage } from "../validate/packages.ts";
import type { Issue } from "../validate/issue.ts";

/** What is wrong with a resource, issue by issue. */
export class InvalidResource extends AnamnesisError<"fhir-invalid"> {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], entry: number | null = null) {
    super({
      code: "fhir-invalid",
      rule: "What is kept is valid FHIR R4, and meets the profiles that it names and the server has.",
      fix: "Mend what the issues name; $validate says the same without keeping anything.",
      meta: { issues: issues.length, ...(entry === null ? {} : { entry }) },
    });
    this.issues = issues;
  }
}

/** Against R4, and against the profiles that it names and one of the packages has. Throws `fhir-invalid` with the issues. */
export function requireValid(resource: JsonObject, packages: readonly LoadedPackage[]): void {
  const errors = validateResource(resource, { packages }).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new InvalidResource(errors);
}

/** The same refusal, which says besides which entry of a Bundle it is about. What is no refusal stays as it is. */
export function inEntry(error: unknown, entry: number): unknown {
  if (error instanceof InvalidResource) return new InvalidResource(error.issues, entry);
  if (!isAnamnesisError(error)) return error;
  const { code, rule, fix, meta, cause } = error;
  return new AnamnesisError({ code, rule, fix, meta: { ...meta, entry }, cause });
}
