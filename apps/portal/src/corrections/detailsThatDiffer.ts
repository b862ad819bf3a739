import type { PersonalDetails } from "@anamnesis/fhir/write/personalDetails";

export interface DifferentDetail {
  readonly name: keyof PersonalDetails;
  readonly theirs: string;
  readonly wanted: string;
}

/** What is wanted and stands otherwise there; what is left empty is not wanted. */
export function detailsThatDiffer(
  theirs: PersonalDetails,
  wanted: PersonalDetails,
): readonly DifferentDetail[] {
  const names = Object.keys(wanted) as (keyof PersonalDetails)[];
  return names
    .filter((name) => wanted[name] !== "" && wanted[name] !== theirs[name])
    .map((name) => ({ name, theirs: theirs[name], wanted: wanted[name] }));
}
