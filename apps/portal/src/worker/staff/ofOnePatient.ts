import { RECORD_SYSTEM } from "@anamnesis/fhir/write/written";
import type { ChartSubject, OpenedItem } from "../protocol.ts";

/**
 * The segments' records of one patient: those of the segment that says who it is (the general one, if it has a Patient resource), and of any
 * other segment only what names the same Patient. A chart never mixes two people, whatever was signed at the same time.
 */
export function ofOnePatient(segments: readonly (readonly OpenedItem[])[]): readonly OpenedItem[] {
  const places = segments.map((_, i) => String(i));
  return ofSubject(segments, places, subjectOf(segments, places));
}

/**
 * Whom the segments are about; `null`: none of them says it.
 * @param consents of each segment, in the same order.
 */
export function subjectOf(
  segments: readonly (readonly OpenedItem[])[],
  consents: readonly string[],
): ChartSubject | null {
  const saysWho = segments.filter((items) => items.some(isPatient));
  // What a person says about themselves names an organisation's Patient, and nobody else names it.
  const anchor =
    saysWho.find((items) => items.some(({ kind }) => kind === "general")) ??
    saysWho.find((items) => items.some((item) => isPatient(item) && !item.byOwner)) ??
    saysWho[0];
  if (anchor === undefined) return null;
  const patients = anchor.filter(isPatient);
  return {
    consent: consents[segments.indexOf(anchor)] ?? "",
    patients: patients.flatMap((item) => nameOf(item) ?? []),
    records: patients.map(({ record }) => record),
  };
}

/** Of these segments what is about this subject. */
export function ofSubject(
  segments: readonly (readonly OpenedItem[])[],
  consents: readonly string[],
  subject: ChartSubject | null,
): readonly OpenedItem[] {
  if (segments.length < 2) return segments.flat();
  if (subject === null) return [];
  const patients = new Set(subject.patients);
  const records = new Set(subject.records);
  return segments.flatMap((items, i) =>
    consents[i] === subject.consent
      ? items
      : items.filter(
          (item) =>
            patients.has(nameOf(item) ?? "") || records.has(patientRecordNamedBy(item.resource) ?? ""),
        ),
  );
}

export function isPatient({ resource }: OpenedItem): boolean {
  return resource?.["resourceType"] === "Patient";
}

/** Organisation and id of the Patient that a record is, or is about; `null` when it does not say. */
function nameOf(item: OpenedItem): string | null {
  const id = isPatient(item) ? item.resource?.["id"] : patientNamedBy(item.resource);
  return typeof id === "string" ? `${item.organisation} ${id}` : null;
}

function patientNamedBy(resource: OpenedItem["resource"]): string | null {
  for (const field of ["subject", "patient", "beneficiary", "for"]) {
    const value = resource?.[field];
    if (typeof value !== "object" || value === null) continue;
    const { reference } = value as { readonly reference?: unknown };
    if (typeof reference !== "string") continue;
    return reference.split("/").at(-1)?.replace("urn:uuid:", "") ?? null;
  }
  return null;
}

/** The record of the Patient, which those name who write about another organisation's: as the subject, or in the person's own details as the same person. */
function patientRecordNamedBy(resource: OpenedItem["resource"]): string | null {
  const linked: unknown = resource?.["link"];
  const links: readonly unknown[] = Array.isArray(linked) ? linked : [];
  const same = links.map((link) => fieldOf(link, "other"));
  for (const reference of [fieldOf(resource, "subject"), ...same]) {
    const identifier = fieldOf(reference, "identifier");
    const value = fieldOf(identifier, "value");
    if (fieldOf(identifier, "system") === RECORD_SYSTEM && typeof value === "string") return value;
  }
  return null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : null;
}
