import type { JsonObject, JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { instantOf } from "../resource/meta.ts";
import type { FhirAccess } from "./accessesOf.ts";
import type { InteractionCode } from "./interactionOf.ts";

/** Who did it, for whom and why. */
export interface AuditAgent {
  /** The client program, as the authorisation server knows it. */
  readonly client: string;
  /** Who was logged in, in the consortium's directory; `null`: the organisation's own system. */
  readonly actor: string | null;
  /** Segments whose owner was logged in: a patient has no other name. None for anybody else. */
  readonly segments?: readonly string[];
  /** HL7 v3-ActReason. */
  readonly purpose: string;
  /** Network address of the client; `null`: not known. */
  readonly address: string | null;
}

export interface AuditSource {
  /** The organisation whose server it is. */
  readonly organisation: string;
  readonly base: string;
}

const DCM = "http://dicom.nema.org/resources/ontology/DCM";
const PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
const ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";

interface Pattern {
  readonly action: "C" | "R" | "U" | "D" | "E";
  /** Of the BALP patterns; `null`: there is none for it. */
  readonly profile: "Create" | "Read" | "Update" | "Delete" | "Query" | null;
  readonly client: readonly [code: string, display: string, system: string];
  readonly server: readonly [code: string, display: string, system: string];
}

const SOURCE = ["110153", "Source Role ID", DCM] as const;
const DESTINATION = ["110152", "Destination Role ID", DCM] as const;
const APPLICATION = ["110150", "Application", DCM] as const;
const CUSTODIAN = ["CST", "custodian", "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"] as const;

const READ: Pattern = { action: "R", profile: "Read", client: DESTINATION, server: SOURCE };
const UPDATE: Pattern = { action: "U", profile: "Update", client: SOURCE, server: DESTINATION };
const QUERY: Pattern = { action: "E", profile: "Query", client: SOURCE, server: DESTINATION };
const OTHER: Pattern = { ...QUERY, profile: null };

/** IHE Basic Audit Log Patterns 1.1: who of the two ends is source and who destination, and the action. */
const PATTERNS: Readonly<Record<InteractionCode, Pattern>> = {
  read: READ,
  vread: READ,
  create: { action: "C", profile: "Create", client: SOURCE, server: DESTINATION },
  update: UPDATE,
  patch: UPDATE,
  delete: { action: "D", profile: "Delete", client: APPLICATION, server: CUSTODIAN },
  "search-type": QUERY,
  "history-instance": { ...READ, profile: null },
  "history-type": OTHER,
  "history-system": OTHER,
  transaction: OTHER,
  operation: OTHER,
  capabilities: OTHER,
};

/**
 * The AuditEvents (FHIR R4) of one access after IHE BALP, without id and meta.versionId: one, or one for each patient whom it told something of, so that what one
 * patient reads of it names no other. A refused or failed one claims no pattern, since those are of what succeeded.
 *
 * @param at milliseconds since 1970.
 */
export function auditEventsOf(
  access: FhirAccess,
  agent: AuditAgent,
  source: AuditSource,
  at: number,
): readonly JsonObject[] {
  const about = access.patients.length === 0 ? [null] : access.patients;
  return about.map((patient) => auditEvent(access, patient, agent, source, at));
}

function auditEvent(
  access: FhirAccess,
  patient: string | null,
  agent: AuditAgent,
  source: AuditSource,
  at: number,
): JsonObject {
  const pattern = PATTERNS[access.code];
  const claimed = access.status < 400 ? pattern.profile : null;
  return {
    resourceType: "AuditEvent",
    ...(claimed === null
      ? {}
      : { meta: { profile: [`${PROFILE}${patient === null ? "" : "Patient"}${claimed}`] } }),
    type: {
      system: "http://terminology.hl7.org/CodeSystem/audit-event-type",
      code: "rest",
      display: "Restful Operation",
    },
    subtype: subtypesOf(access.code),
    action: pattern.action,
    recorded: instantOf(at),
    outcome: access.status < 400 ? "0" : access.status < 500 ? "4" : "8",
    purposeOfEvent: [
      { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code: agent.purpose }] },
    ],
    agent: agentsOf(pattern, agent, source),
    source: { observer: { display: source.organisation } },
    ...entitiesOf(access, patient),
  };
}

/** BALP asks for the code of the group besides: `search` of `search-type`. */
function subtypesOf(code: InteractionCode): JsonValue {
  const codes = code === "search-type" ? ["search", code] : [code];
  return codes.map((one) => ({ system: "http://hl7.org/fhir/restful-interaction", code: one, display: one }));
}

function agentsOf(pattern: Pattern, agent: AuditAgent, source: AuditSource): JsonValue {
  const typed = ([code, display, system]: Pattern["client"]): JsonValue => ({
    coding: [{ system, code, display }],
  });
  const identified = (system: string, value: string): JsonValue => ({
    type: typed([
      "IRCP",
      "information recipient",
      "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
    ]),
    who: { identifier: { system, value } },
    requestor: true,
  });
  const user = [
    ...(agent.actor === null ? [] : [identified("urn:anamnesis:actor", agent.actor)]),
    ...(agent.segments ?? []).map((segment) => identified("urn:anamnesis:segment", segment)),
  ];
  return [
    {
      type: typed(pattern.client),
      who: { identifier: { system: "urn:anamnesis:oauth-client", value: agent.client } },
      requestor: user.length === 0,
      // 2: an IP address (FHIR R4, network-type).
      ...(agent.address === null ? {} : { network: { address: agent.address, type: "2" } }),
    },
    {
      type: typed(pattern.server),
      who: { display: source.organisation },
      requestor: false,
      // 5: a URI.
      network: { address: source.base, type: "5" },
    },
    ...user,
  ];
}

function entitiesOf(access: FhirAccess, patient: string | null): { readonly entity?: JsonValue } {
  const { target, query } = access;
  const entity: JsonValue[] = [];
  if (patient !== null) {
    entity.push({
      what: { reference: `Patient/${patient}` },
      type: { system: ENTITY_TYPE, code: "1", display: "Person" },
      role: { system: OBJECT_ROLE, code: "1", display: "Patient" },
    });
  }
  if (query !== null) {
    entity.push({
      type: { system: ENTITY_TYPE, code: "2", display: "System Object" },
      role: { system: OBJECT_ROLE, code: "24", display: "Query" },
      query: Buffer.from(query, "utf8").toString("base64"),
    });
  } else if (target !== null && "id" in target) {
    const { type, id, version } = target;
    entity.push({
      what: { reference: `${type}/${id}${version === null ? "" : `/_history/${version}`}` },
      type: { system: ENTITY_TYPE, code: "2", display: "System Object" },
      role: { system: OBJECT_ROLE, code: "4", display: "Domain Resource" },
    });
  }
  return entity.length === 0 ? {} : { entity };
}
