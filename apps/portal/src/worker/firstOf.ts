import type { OrderedRecord } from "@anamnesis/sdk/openLocks";

/** Who it is, and what is dangerous not to know. */
const FIRST: readonly string[] = [
  "Patient",
  "AllergyIntolerance",
  "MedicationRequest",
  "MedicationStatement",
  "Condition",
];

/** Order in which records are opened: those first without which the rest is dangerous to read, then the newest by their clinical date; of the same date the one that was sealed last, since it may replace the other. */
export function firstOf(one: OrderedRecord, other: OrderedRecord): number {
  return rank(one) - rank(other) || dayOf(other) - dayOf(one) || other.day - one.day;
}

function rank({ attributes }: OrderedRecord): number {
  const at = FIRST.indexOf(attributes.resourceType);
  return at === -1 ? FIRST.length : at;
}

/** What has no date is as old as its seal. */
function dayOf({ attributes, day }: OrderedRecord): number {
  return attributes.to ?? attributes.from ?? day;
}
