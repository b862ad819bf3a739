import type { Day } from "@anamnesis/core/ids";
import { labelsOf } from "./labelling/labelsOf.ts";
import { daysOfDateTime, joinSpans, periodSpan, type DaySpan } from "./period.ts";
import { isObject, valuesAt, type Resource } from "./resource.ts";

/** What a record's header commits to, and what custodians decide on. */
export interface ClinicalAttributes {
  readonly resourceType: string;
  /** First day since 1970 (UTC) of the clinical period, included. `null`: open on this side, or no period at all. */
  readonly from: Day | null;
  /** Last day, included. */
  readonly to: Day | null;
  /** Sensitivity codes of v3-ActCode, sorted, at most 16. */
  readonly labels: string[];
}

/**
 * Where R4 puts the time of what a resource tells. Each row is a list of choices: the first that has a time counts,
 * and all elements of that choice together span the period. `x[x]` stands for DateTime, Date, Instant, Period and Timing.
 */
const CLINICAL_TIME: Readonly<Record<string, readonly (readonly string[])[]>> = {
  AdverseEvent: [["date"], ["detected"], ["recordedDate"]],
  AllergyIntolerance: [["onset[x]", "lastOccurrence"], ["recordedDate"]],
  Appointment: [["start", "end"]],
  AuditEvent: [["period"], ["recorded"]],
  CarePlan: [["period"], ["created"]],
  CareTeam: [["period"]],
  Claim: [["billablePeriod"], ["created"]],
  ClaimResponse: [["created"]],
  ClinicalImpression: [["effective[x]"], ["date"]],
  Communication: [["sent", "received"]],
  Composition: [["event.period"], ["date"]],
  Condition: [["onset[x]", "abatement[x]"], ["recordedDate"]],
  Consent: [["dateTime"]],
  Coverage: [["period"]],
  DetectedIssue: [["identified[x]"]],
  DeviceRequest: [["occurrence[x]"], ["authoredOn"]],
  DeviceUseStatement: [["timing[x]"], ["recordedOn"]],
  DiagnosticReport: [["effective[x]"], ["issued"]],
  DocumentReference: [["context.period"], ["date"]],
  Encounter: [["period"]],
  EpisodeOfCare: [["period"]],
  ExplanationOfBenefit: [["billablePeriod"], ["created"]],
  FamilyMemberHistory: [["date"]],
  Flag: [["period"]],
  Goal: [["start[x]"], ["statusDate"]],
  ImagingStudy: [["started"]],
  Immunization: [["occurrence[x]"], ["recorded"]],
  ImmunizationRecommendation: [["date"]],
  List: [["date"]],
  Media: [["created[x]"], ["issued"]],
  MedicationAdministration: [["effective[x]"]],
  MedicationDispense: [["whenPrepared", "whenHandedOver"]],
  MedicationRequest: [["authoredOn"]],
  MedicationStatement: [["effective[x]"], ["dateAsserted"]],
  NutritionOrder: [["dateTime"]],
  Observation: [["effective[x]"], ["issued"]],
  Procedure: [["performed[x]"]],
  Provenance: [["occurred[x]"], ["recorded"]],
  QuestionnaireResponse: [["authored"]],
  RiskAssessment: [["occurrence[x]"]],
  ServiceRequest: [["occurrence[x]"], ["authoredOn"]],
  Specimen: [["collection.collected[x]"], ["receivedTime"]],
  SupplyDelivery: [["occurrence[x]"]],
  Task: [["executionPeriod"], ["authoredOn"]],
  VisionPrescription: [["dateWritten"], ["created"]],
};

const CHOICES = ["DateTime", "Date", "Instant", "Period", "Timing"];

/** core/record/attributes.ts keeps at most so many labels. */
const MAX_LABELS = 16;

/**
 * Resource type, clinical period and sensitivity labels of a resource. The period is in days since 1970 in UTC, both ends
 * included; a partial date widens to all its days; a Period without an end goes on (R4 datatypes, Period) and gives `to: null`; a
 * resource without any time (Patient, Organization) gives `null` for both. Never throws: a text that is no date counts as absent.
 */
export function attributesOf(resource: Resource): ClinicalAttributes {
  const span = clinicalSpan(resource);
  return {
    resourceType: resource.resourceType,
    from: (span?.from ?? null) as Day | null,
    to: (span?.to ?? null) as Day | null,
    labels: labelsOf(resource).slice(0, MAX_LABELS),
  };
}

function clinicalSpan(resource: Resource): DaySpan | null {
  const rows = Object.hasOwn(CLINICAL_TIME, resource.resourceType)
    ? CLINICAL_TIME[resource.resourceType]
    : undefined;
  for (const elements of rows ?? []) {
    const span = joinSpans(
      elements.flatMap(expand).flatMap((path) => valuesAt(resource, path).flatMap(spansOf)),
    );
    if (span !== null) return span;
  }
  return null;
}

function expand(element: string): readonly string[] {
  return element.endsWith("[x]") ? CHOICES.map((type) => element.slice(0, -3) + type) : [element];
}

/** A text is a date; an object is a Period or a Timing. */
function spansOf(value: unknown): readonly DaySpan[] {
  if (typeof value === "string") {
    const days = daysOfDateTime(value);
    return days === null ? [] : [days];
  }
  if (!isObject(value)) return [];
  const events = valuesAt(value, "event").flatMap(spansOf);
  const bounds = valuesAt(value, "repeat.boundsPeriod").flatMap(spansOf);
  const period = periodSpan(value["start"], value["end"]);
  return [...events, ...bounds, ...(period === null ? [] : [period])];
}
