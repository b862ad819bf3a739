import { AnamnesisError } from "@anamnesis/core/errors";
import type { Bundle, BundleEntry } from "./parseBundle.ts";

/**
 * The entry of the bundle's patient; `null` when it holds none (organisations and practitioners only). Several
 * versions of one patient count as one, and the last one stands. Throws `several-patients`.
 */
export function patientOf(bundle: Bundle): BundleEntry | null {
  const patients = bundle.entries.filter((entry) => entry.resource.resourceType === "Patient");
  const names = new Set(patients.map((entry, i) => entry.resource["id"] ?? entry.fullUrl ?? i));
  if (names.size > 1) {
    throw new AnamnesisError({
      code: "several-patients",
      rule: "A Bundle to import is about one patient at most.",
      fix: "Export one Bundle for each patient.",
      meta: { patients: names.size },
    });
  }
  return patients.at(-1) ?? null;
}
