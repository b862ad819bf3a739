import { rewriteLinks } from "@anamnesis/fhir/bundle/references";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import { compartmentParameters } from "../definitions/compartments.ts";
import { linkOf, type Link } from "./links.ts";
import { stamped } from "./meta.ts";

/** `meta.tag` of everything that this server received, and by whose record. */
export const ORIGIN_SYSTEM = "urn:anamnesis:origin";
export const AUTHOR_SYSTEM = "urn:anamnesis:organisation";
/** HL7 v3-ActCode, refrain policies: no redisclosure without the information subject's consent directive. */
const SECURITY = {
  system: "http://terminology.hl7.org/CodeSystem/v3-ActCode",
  code: "NORDSCLCDS",
} as const;

/** `meta.source` of a received resource: the record that it is. */
export function recordUri(record: RecordId): string {
  return `urn:anamnesis:record:${record}`;
}

/** What a resource is at its author's: the same name in two records is the same resource there. */
export interface SourceName {
  readonly organisation: OrganisationId;
  /** The source system, as the author named it; empty when the record names none. */
  readonly system: string;
  /**
   * `null` for what belongs to one patient by its type (FHIR R4, compartmentdefinition-patient.html): it is one resource whatever its sensitivity. All else (organisations,
   * practitioners, places) is told apart by segment, so that nothing of one patient's leads to another's copy.
   */
  readonly segment: string | null;
  readonly link: Link;
}

/** In a patient's compartment, and in many patients' at once. */
const SHARED: ReadonlySet<string> = new Set(["Group", "Schedule"]);

/** The name under which a resource of this source and segment is known, or referred to. */
export function sourceName(source: Omit<SourceName, "segment">, segment: string): SourceName {
  const { type } = source.link;
  const inCompartment = type === "Patient" || compartmentParameters("Patient", type).length > 0;
  const ofPatient = inCompartment && !SHARED.has(type);
  return { ...source, segment: ofPatient ? null : segment };
}

export interface ReceivedForm {
  readonly resource: JsonObject;
  readonly type: string;
  readonly id: string;
  readonly record: RecordId;
  readonly organisation: OrganisationId;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The id that what a relative reference leads to has here, or would have if it was received. */
  readonly idOf: (link: Link) => string;
}

/**
 * A received resource as it is kept: under an id of this server, marked with its origin, its relative references led to what was received of the same author.
 * One whose target is not here leads nowhere, which is not shown. Nothing else changes.
 */
export function receivedForm({
  resource,
  type,
  id,
  record,
  organisation,
  at,
  idOf,
}: ReceivedForm): JsonObject {
  const linked = rewriteLinks(resource, (_kind, target) => {
    const link = linkOf(target);
    // A version of the author's is none of this server's.
    return link === null ? null : `${link.type}/${idOf(link)}`;
  }) as JsonObject;
  const { meta } = linked;
  const given: Readonly<Record<string, JsonValue>> = isJsonObject(meta) ? meta : {};
  const marked: JsonObject = {
    ...linked,
    meta: {
      ...given,
      source: recordUri(record),
      security: [...listOf(given["security"]), SECURITY],
      tag: [
        // Nobody else's word counts for where this came from.
        ...listOf(given["tag"]).filter((tag) => !isOurs(tag)),
        { system: ORIGIN_SYSTEM, code: "received" },
        { system: AUTHOR_SYSTEM, code: organisation },
      ],
    },
  };
  return stamped(marked, type, id, 1, at);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function isOurs(tag: JsonValue): boolean {
  return isJsonObject(tag) && (tag["system"] === ORIGIN_SYSTEM || tag["system"] === AUTHOR_SYSTEM);
}
