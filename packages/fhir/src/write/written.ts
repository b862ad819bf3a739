import { AnamnesisError } from "@anamnesis/core/errors";
import { FHIR_ID, type Resource } from "../resource.ts";

/** A record by its id in the exchange, wherever FHIR takes an Identifier. */
export const RECORD_SYSTEM = "urn:anamnesis:record";
/** A person of a member organisation by the directory's id. */
export const ACTOR_SYSTEM = "urn:anamnesis:actor";

/** What everything that is written here has. */
export interface Written {
  /** FHIR id: the same for every version of it. */
  readonly id: string;
  /** Moment of writing: FHIR instant, with its offset. */
  readonly time: string;
  readonly patient: WrittenPatient;
}

/** The Patient as the chart's resources name it. */
export interface WrittenPatient {
  /** `Patient/<id>`; `null`: no Patient resource is known. */
  readonly reference: string | null;
  /** The record that holds that Patient: says whose it is where ids of several organisations meet. */
  readonly record: string | null;
}

/** A practitioner as the directory names them. */
export interface WrittenAuthor {
  readonly actor: string;
  readonly name: string;
  readonly organisation: string;
}

export type Plain = Readonly<Record<string, unknown>>;

/** `id`, `meta` and who it is about. `time` is the version's own. Throws `bad-writing`. */
export function begun(
  resourceType: string,
  { id, time }: Written,
  security: readonly Plain[] = [],
): Resource {
  if (!FHIR_ID.test(id)) throw badWriting("id");
  requireInstant(time);
  const meta = { lastUpdated: time, ...(security.length === 0 ? {} : { security }) };
  return { resourceType, id, meta };
}

/** A Reference to the Patient. Throws `bad-writing`. */
export function patientReference({ reference, record }: WrittenPatient): Plain {
  if (reference !== null && !/^Patient\/[A-Za-z0-9\-.]{1,64}$/.test(reference)) throw badWriting("patient");
  return {
    ...(reference === null ? {} : { reference }),
    type: "Patient",
    ...(record === null ? {} : { identifier: { system: RECORD_SYSTEM, value: record } }),
  };
}

/** A Reference to who writes. */
export function practitionerReference({ actor, name }: WrittenAuthor): Plain {
  return {
    type: "Practitioner",
    identifier: { system: ACTOR_SYSTEM, value: actor },
    display: requireText(name, "author", 200),
  };
}

/** What no person types and FHIR's strings do not have: controls but for tab and line feed. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f]/;

/** Trimmed, with one form of line ends. Throws `bad-writing` when nothing is left, or more than `most` characters. */
export function requireText(value: string, field: string, most: number): string {
  const text = value.replace(/\r\n?/g, "\n").trim();
  if (text === "" || text.length > most || CONTROLS.test(text) || !text.isWellFormed()) {
    throw badWriting(field);
  }
  return text;
}

/** The same of what may be left out: `null` for nothing. */
export function optionalText(value: string, field: string, most: number): string | null {
  return value.trim() === "" ? null : requireText(value, field, most);
}

/** Throws `bad-writing` for what is no number, or lies outside; both ends are included. */
export function requireNumber(value: number, field: string, least: number, most: number): number {
  if (!Number.isFinite(value) || value < least || value > most) throw badWriting(field);
  return value;
}

/** A calendar day as FHIR writes it. Throws `bad-writing`. */
export function requireDate(value: string, field: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  const date = match === null ? null : new Date(`${value}T00:00:00Z`);
  if (date === null || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value) {
    throw badWriting(field);
  }
  return value;
}

/** Throws `bad-writing`. */
export function requireInstant(value: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value))
    throw badWriting("time");
  if (Number.isNaN(Date.parse(value))) throw badWriting("time");
  return value;
}

/** @param field which one, never what stands in it. */
export function badWriting(field: string): AnamnesisError<"bad-writing"> {
  return new AnamnesisError({
    code: "bad-writing",
    rule: "What is written fills in the fields that its kind needs, with text that people can read and numbers that can be.",
    fix: "Look at the field that is named.",
    meta: { field },
  });
}
