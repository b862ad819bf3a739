import type { Correction } from "@anamnesis/core/correction/correction";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Content } from "@anamnesis/core/record/content";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { isObject, type Resource } from "@anamnesis/fhir/resource";
import { correctedPatient } from "@anamnesis/fhir/write/correctedPatient";
import { ourError } from "../ourError.ts";

/** Media type of a FHIR resource in JSON. */
export const FHIR_JSON = "application/fhir+json";

/**
 * What would take the place of a record if its owner's proposal was taken as it is: of a Patient the details that a person says about themselves, beside everything else that the author has. Throws `nothing-proposed` for all others:
 * what takes their place the author writes.
 *
 * @param time of writing: FHIR instant.
 */
export function proposedInstead(
  earlier: Pick<Content, "meta" | "bytes">,
  { proposed }: Pick<Correction, "proposed">,
  time: string,
): Resource {
  const before = resourceOf(earlier.meta.mediaType, earlier.bytes);
  const wanted = proposed === null ? null : resourceOf(proposed.mediaType, proposed.bytes);
  if (before?.resourceType === "Patient" && wanted?.resourceType === "Patient")
    return correctedPatient(before, wanted, time);
  throw new AnamnesisError({
    code: "nothing-proposed",
    rule: "Only personal details are taken over from what a patient proposes.",
    fix: "Write what takes the record's place yourself.",
  });
}

/** Numbers stay as they were written. `null` for what is no FHIR resource in JSON. */
export function resourceOf(mediaType: string, bytes: Uint8Array): Resource | null {
  if (mediaType !== FHIR_JSON) return null;
  try {
    const value = parseJson(bytes);
    const type = isObject(value) ? value["resourceType"] : null;
    return typeof type === "string" ? (value as unknown as Resource) : null;
  } catch (error) {
    ourError(error);
    return null;
  }
}
