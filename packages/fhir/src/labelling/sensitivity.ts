import type { SegmentKind } from "@anamnesis/core/segment/kind";

/** HL7 v3 ActCode, whose ActInformationSensitivityPolicy is the vocabulary of DS4P labels; the second is its name before R4. */
export const ACT_CODE_SYSTEMS: ReadonlySet<string> = new Set([
  "http://terminology.hl7.org/CodeSystem/v3-ActCode",
  "http://hl7.org/fhir/v3/ActCode",
  "urn:oid:2.16.840.1.113883.5.4",
]);

/** v3-ActCode, ActInformationSensitivityPolicy: the segment that each sensitivity belongs to. */
export const SEGMENT_OF_SENSITIVITY: ReadonlyMap<string, SegmentKind> = new Map<string, SegmentKind>([
  // substance abuse; substance, alcohol and opioid use disorder
  ["ETH", "substance-use"],
  ["SUD", "substance-use"],
  ["ETHUD", "substance-use"],
  ["OPIOIDUD", "substance-use"],
  // psychiatry disorder, mental and behavioral health, psychotherapy note, cognitive and developmental disability, emotional disturbance
  ["PSY", "mental-health"],
  ["MH", "mental-health"],
  ["BH", "mental-health"],
  ["PSYTHPN", "mental-health"],
  ["COGN", "mental-health"],
  ["DVD", "mental-health"],
  ["EMOTDIS", "mental-health"],
  // sexuality and reproductive health, HIV/AIDS, sexually transmitted disease, pregnancy
  ["SEX", "sexual-reproductive"],
  ["HIV", "sexual-reproductive"],
  ["STD", "sexual-reproductive"],
  ["PREGNANT", "sexual-reproductive"],
  // genetic disease, sickle cell
  ["GDIS", "genetic"],
  ["SICKLE", "genetic"],
  // violence; sexual assault, abuse or domestic violence, and its short form in local labels
  ["VIO", "violence"],
  ["SDV", "violence"],
  ["DV", "violence"],
]);

/**
 * Strictest first. A record goes to the first kind that one of its labels names, by what a wrong reader could do:
 * endanger a life at once (violence: the reader may be the attacker); break a law that forbids passing on
 * (substance use, 42 CFR Part 2); bring prosecution or exclusion (sexual and reproductive); stigma and
 * loss of work or insurance (mental health); harm to relatives too, but slowly (genetic). The patient's own notes
 * and the summary are the patient's to share.
 */
export const STRICTEST_FIRST: readonly SegmentKind[] = [
  "violence",
  "substance-use",
  "sexual-reproductive",
  "mental-health",
  "genetic",
  "personal",
  "emergency",
  "general",
];

/** The strictest of some kinds; `general` for none. */
export function strictest(kinds: readonly SegmentKind[]): SegmentKind {
  return STRICTEST_FIRST.find((kind) => kinds.includes(kind)) ?? "general";
}
