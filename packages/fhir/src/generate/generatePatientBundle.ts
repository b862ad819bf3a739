import { ALLERGIES, FAMILY_NAMES, GIVEN_NAMES, VACCINES, type Panel } from "./catalogue.ts";
import { addOrganisation, TEST_HOSPITAL, type SyntheticOrganisation } from "./organisation.ts";
import { addPanel } from "./laboratory.ts";
import { toBase64 } from "../base64.ts";
import { dateFromDay, dayFromDate, patientResource, personOf, type Person } from "./person.ts";
import { seededRandom, type SeededRandom } from "./seededRandom.ts";
import { writePdf } from "./writePdf.ts";
import { writePng } from "./writePng.ts";
import {
  bundleBuilder,
  concept,
  CVX,
  decimal,
  hl7,
  ICD_10,
  LOINC,
  quantity,
  RXNORM,
  sensitive,
  SNOMED,
  type BundleBuilder,
  type Plain,
  type Reference,
} from "./bundleBuilder.ts";

export interface PatientBundleOptions {
  /** Decides everything that is not given. */
  readonly seed: string | number;
  /** YYYY-MM-DD. */
  readonly birthDate?: string | undefined;
  /** Visits, at least 1; 3 by default, which gives about 40 resources. */
  readonly encounters?: number | undefined;
  /** YYYY-MM-DD of the last visit; 2026-06-30 by default. */
  readonly until?: string | undefined;
  readonly organisation?: SyntheticOrganisation | undefined;
  /** Width w of the image in pixels, 320 by default; the PNG has about 5/8 w² bytes, since it is not compressed. */
  readonly imageWidth?: number | undefined;
}

interface Visit {
  readonly reference: Reference;
  readonly date: string;
  /** Instant `minutes` after the visit's start. */
  at(minutes: number): string;
}

interface Chart {
  readonly builder: BundleBuilder;
  readonly random: SeededRandom;
  readonly person: Person;
  readonly patient: Reference;
  readonly practitioner: Reference;
  readonly organisation: Reference;
  readonly hospital: SyntheticOrganisation;
}

/**
 * A FHIR R4 transaction Bundle (JSON text) of a hospital about one synthetic person: visits with vital signs and laboratory panels, diagnoses,
 * medications, an allergy, vaccinations, a procedure, a letter (PDF) and a trace (PNG), all of one plausible course. Adults also have a
 * mental-health diagnosis with its medication and an alcohol screening, labelled as DS4P wants them. Deterministic.
 */
export function generatePatientBundle(options: PatientBundleOptions): string {
  const {
    until = "2026-06-30",
    encounters = 3,
    organisation: hospital = TEST_HOSPITAL,
    imageWidth = 320,
  } = options;
  const seed = String(options.seed);
  const person = personOf(seed, options.birthDate, until);
  const random = seededRandom(`hospital ${hospital.identifier} ${seed}`);
  const builder = bundleBuilder(random);
  const patient = builder.add(
    patientResource(person, "http://example.org/test-hospital-number", String(random.int(100_000, 999_999))),
  );
  const organisation = addOrganisation(builder, hospital);
  const practitioner = addPractitioner(builder, hospital);
  const chart: Chart = { builder, random, person, patient, practitioner, organisation, hospital };

  const visits = visitDays(person, until, encounters).map((day) => addVisit(chart, day));
  visits.forEach((visit, i) => {
    addVitalSigns(chart, visit);
    // Every other visit draws blood, and the last one does in any case.
    if ((visits.length - 1 - i) % 2 === 0) {
      const { panels } = person.course;
      const panel = panels[((visits.length - 1 - i) / 2) % panels.length] as Panel;
      addPanel(builder, random, person.course, panel, {
        patient,
        performer: organisation,
        encounter: visit.reference,
        time: visit.at(20),
      });
    }
  });
  const first = visits[0] as Visit;
  const last = visits.at(-1) as Visit;
  addDiagnosesAndMedications(chart, first);
  addAllergy(chart, first);
  const { influenza, tetanus } = VACCINES;
  const season = visits.find(({ date }) => ["09", "10", "11", "12", "01"].includes(date.slice(5, 7)));
  if (season !== undefined) addImmunization(chart, season, influenza);
  addImmunization(chart, first, tetanus);
  if (person.adult) addSensitive(chart, last);
  addProcedureWithTrace(chart, last, imageWidth);
  addLetter(chart, last);
  return builder.text();
}

/** About every five months, the last one on `until`; closer together for a life that is shorter. */
function visitDays(person: Person, until: string, encounters: number): readonly number[] {
  const last = dayFromDate(until);
  const step = Math.min(150, Math.floor((last - dayFromDate(person.birthDate)) / (encounters + 1)));
  return Array.from({ length: encounters }, (_, i) => last - step * (encounters - 1 - i));
}

/** The hospital's one practitioner: the same in all its bundles. */
function addPractitioner(builder: BundleBuilder, hospital: SyntheticOrganisation): Reference {
  const random = seededRandom(`practitioner ${hospital.identifier}`);
  const gender = random.pick(["female", "male"] as const);
  return builder.add({
    resourceType: "Practitioner",
    identifier: [{ system: "http://example.org/test-practitioner-id", value: `${hospital.identifier}-1` }],
    active: true,
    name: [{ family: random.pick(FAMILY_NAMES), given: [random.pick(GIVEN_NAMES[gender])], prefix: ["Dr."] }],
    gender,
  });
}

function addVisit(
  { builder, random, person, patient, practitioner, organisation }: Chart,
  day: number,
): Visit {
  const date = dateFromDay(day);
  const start = random.int(8 * 60, 15 * 60);
  const at = (minutes: number): string => {
    const time = start + minutes;
    const two = (n: number): string => String(n).padStart(2, "0");
    return `${date}T${two(Math.floor(time / 60))}:${two(time % 60)}:00Z`;
  };
  const reason = person.course.diagnoses[0];
  const reference = builder.add({
    resourceType: "Encounter",
    status: "finished",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB", display: "ambulatory" },
    type: [concept({ system: SNOMED, code: "185349003", display: "Encounter for check up" })],
    subject: { ...patient },
    participant: [{ individual: { ...practitioner } }],
    period: { start: at(0), end: at(30) },
    reasonCode: reason && [concept({ system: SNOMED, ...reason.snomed })],
    serviceProvider: { ...organisation },
  });
  return { reference, date, at };
}

function addVitalSigns({ builder, random, person, patient, practitioner }: Chart, visit: Visit): void {
  const common = {
    resourceType: "Observation",
    status: "final",
    category: [hl7("observation-category", "vital-signs", "Vital Signs")],
    subject: { ...patient },
    encounter: { ...visit.reference },
    effectiveDateTime: visit.at(5),
    performer: [{ ...practitioner }],
  };
  const { systolic, diastolic } = person.course.bloodPressure;
  const pressure = (code: string, display: string, [low, high]: readonly [number, number]): Plain => ({
    code: concept({ system: LOINC, code, display }),
    valueQuantity: quantity(random.int(low, high), "mm[Hg]"),
  });
  builder.add({
    ...common,
    code: concept({
      system: LOINC,
      code: "85354-9",
      display: "Blood pressure panel with all children optional",
    }),
    component: [
      pressure("8480-6", "Systolic blood pressure", systolic),
      pressure("8462-4", "Diastolic blood pressure", diastolic),
    ],
  });
  builder.add({
    ...common,
    code: concept({ system: LOINC, code: "8867-4", display: "Heart rate" }),
    valueQuantity: quantity(random.int(62, 84), "/min"),
  });
  // A child's weight depends on its age; the temperature does not.
  builder.add(
    person.adult
      ? {
          ...common,
          code: concept({ system: LOINC, code: "29463-7", display: "Body weight" }),
          valueQuantity: quantity(decimal(person.weight + random.int(-15, 15) / 10, 1), "kg"),
        }
      : {
          ...common,
          code: concept({ system: LOINC, code: "8310-5", display: "Body temperature" }),
          valueQuantity: quantity(decimal(random.int(364, 372) / 10, 1), "Cel"),
        },
  );
}

function addDiagnosesAndMedications(chart: Chart, visit: Visit): void {
  const { course } = chart.person;
  const conditions = course.diagnoses.map((diagnosis) =>
    addCondition(chart, visit, [
      { system: SNOMED, ...diagnosis.snomed },
      { system: ICD_10, ...diagnosis.icd10 },
    ]),
  );
  course.medications.forEach((medication, i) => {
    addMedication(chart, visit, medication, conditions[Math.min(i, conditions.length - 1)] as Reference);
  });
}

function addCondition(
  { builder, patient, practitioner }: Chart,
  visit: Visit,
  codings: readonly { system: string; code: string; display: string }[],
  meta?: Plain,
): Reference {
  return builder.add({
    resourceType: "Condition",
    meta,
    clinicalStatus: hl7("condition-clinical", "active", "Active"),
    verificationStatus: hl7("condition-ver-status", "confirmed", "Confirmed"),
    category: [hl7("condition-category", "encounter-diagnosis", "Encounter Diagnosis")],
    code: concept(...codings),
    subject: { ...patient },
    encounter: { ...visit.reference },
    onsetDateTime: visit.date,
    recordedDate: visit.date,
    recorder: { ...practitioner },
  });
}

function addMedication(
  { builder, patient, practitioner }: Chart,
  visit: Visit,
  medication: { readonly code: string; readonly display: string; readonly dosage: string },
  reason: Reference,
  meta?: Plain,
): void {
  builder.add({
    resourceType: "MedicationRequest",
    meta,
    status: "active",
    intent: "order",
    medicationCodeableConcept: concept({
      system: RXNORM,
      code: medication.code,
      display: medication.display,
    }),
    subject: { ...patient },
    encounter: { ...visit.reference },
    authoredOn: visit.at(25),
    requester: { ...practitioner },
    reasonReference: [{ ...reason }],
    dosageInstruction: [{ text: medication.dosage }],
  });
}

function addAllergy({ builder, random, patient, practitioner }: Chart, visit: Visit): void {
  builder.add({
    resourceType: "AllergyIntolerance",
    clinicalStatus: hl7("allergyintolerance-clinical", "active", "Active"),
    verificationStatus: hl7("allergyintolerance-verification", "confirmed", "Confirmed"),
    type: "allergy",
    criticality: random.pick(["low", "high"]),
    code: concept({ system: SNOMED, ...random.pick(ALLERGIES) }),
    patient: { ...patient },
    recordedDate: visit.date,
    recorder: { ...practitioner },
  });
}

function addImmunization(
  { builder, patient, practitioner }: Chart,
  visit: Visit,
  vaccine: { code: string; display: string },
): void {
  builder.add({
    resourceType: "Immunization",
    status: "completed",
    vaccineCode: concept({ system: CVX, ...vaccine }),
    patient: { ...patient },
    encounter: { ...visit.reference },
    occurrenceDateTime: visit.at(15),
    primarySource: true,
    performer: [{ actor: { ...practitioner } }],
  });
}

function addSensitive(chart: Chart, visit: Visit): void {
  const { builder, random, patient, practitioner } = chart;
  const psychiatry = sensitive("PSY", "psychiatry disorder information sensitivity");
  const anxiety = addCondition(
    chart,
    visit,
    [
      { system: SNOMED, code: "197480006", display: "Anxiety disorder" },
      { system: ICD_10, code: "F41.9", display: "Anxiety disorder, unspecified" },
    ],
    psychiatry,
  );
  addMedication(
    chart,
    visit,
    { code: "312941", display: "sertraline 50 MG Oral Tablet", dosage: "One tablet by mouth every morning" },
    anxiety,
    psychiatry,
  );
  builder.add({
    resourceType: "Observation",
    meta: sensitive("ETH", "substance abuse information sensitivity"),
    status: "final",
    category: [hl7("observation-category", "survey", "Survey")],
    code: concept({ system: LOINC, code: "75626-2", display: "Total score [AUDIT-C]" }),
    subject: { ...patient },
    encounter: { ...visit.reference },
    effectiveDateTime: visit.at(10),
    performer: [{ ...practitioner }],
    valueQuantity: quantity(random.int(5, 8), "{score}"),
    note: [
      {
        text: "Above the cut-off for hazardous drinking. Brief advice given, to be repeated at the next visit.",
      },
    ],
  });
}

function addProcedureWithTrace(
  { builder, random, person, patient, practitioner }: Chart,
  visit: Visit,
  width: number,
): void {
  const { procedure } = person.course;
  const done = builder.add({
    resourceType: "Procedure",
    status: "completed",
    code: concept({ system: SNOMED, ...procedure }),
    subject: { ...patient },
    encounter: { ...visit.reference },
    performedPeriod: { start: visit.at(12), end: visit.at(18) },
    performer: [{ actor: { ...practitioner } }],
  });
  const height = Math.round((width * 5) / 8);
  const image = writePng(
    width,
    height,
    traceShade(width, height, person.course.trace === "beats" ? beats(random.int(4, 6)) : breath),
  );
  builder.add({
    resourceType: "Media",
    partOf: [{ ...done }],
    status: "completed",
    type: hl7("media-type", "image", "Image"),
    subject: { ...patient },
    encounter: { ...visit.reference },
    createdDateTime: visit.at(18),
    operator: { ...practitioner },
    height,
    width,
    content: {
      contentType: "image/png",
      data: toBase64(image),
      size: image.length,
      title: `${procedure.display}: synthetic trace, not for diagnosis`,
    },
  });
}

/** Height of a curve above its base line, 0 to 1, at a place from 0 to 1. */
type Curve = (at: number) => number;

/** A sharp wave and a round one after it, `count` times. */
function beats(count: number): Curve {
  return (at) => {
    const phase = (at * count) % 1;
    const sharp = Math.max(0, 1 - Math.abs(phase - 0.4) / 0.03);
    const round = Math.abs(phase - 0.65) < 0.1 ? 0.4 * Math.cos(((phase - 0.65) / 0.2) * Math.PI) : 0;
    return Math.max(sharp, round);
  };
}

/** Forced expiration: the volume rises fast and then levels off. */
const breath: Curve = (at) => (at < 0.1 ? 0 : 1 - Math.exp(-(at - 0.1) * 6));

/** The curve on ruled paper: black on white, grid in grey. */
function traceShade(width: number, height: number, curve: Curve): (x: number, y: number) => number {
  const line = Array.from({ length: width }, (_, x) => Math.round(height * (0.75 - 0.5 * curve(x / width))));
  return (x, y) => {
    const here = line[x] as number;
    const before = line[Math.max(0, x - 1)] as number;
    if (y >= Math.min(here, before) && y <= Math.max(here, before) + 1) return 0;
    return x % 20 === 0 || y % 20 === 0 ? 208 : 255;
  };
}

function addLetter(
  { builder, person, patient, practitioner, organisation, hospital }: Chart,
  visit: Visit,
): void {
  const { course } = person;
  const pdf = writePdf([
    "Visit summary (synthetic record, no real person)",
    "",
    hospital.name,
    `Date of visit: ${visit.date}`,
    `Patient: ${person.given} ${person.family}, born ${person.birthDate}, number ${person.nationalId}`,
    "",
    "Diagnoses",
    ...course.diagnoses.map(({ icd10 }) => `  ${icd10.code}  ${icd10.display}`),
    "",
    "Medication",
    ...course.medications.flatMap(({ display, dosage }) => [`  ${display}`, `    ${dosage}`]),
    "",
    "Assessment",
    `  ${course.summary}`,
    "",
    "Plan",
    "  Continue the medication above. Next visit with laboratory results in five months.",
  ]);
  builder.add({
    resourceType: "DocumentReference",
    status: "current",
    docStatus: "final",
    type: concept({ system: LOINC, code: "34133-9", display: "Summary of episode note" }),
    subject: { ...patient },
    date: visit.at(30),
    author: [{ ...practitioner }],
    custodian: { ...organisation },
    content: [
      {
        attachment: {
          contentType: "application/pdf",
          language: "en",
          data: toBase64(pdf),
          size: pdf.length,
          title: "Visit summary",
          creation: visit.at(30),
        },
      },
    ],
    context: { encounter: [{ ...visit.reference }], period: { start: visit.at(0), end: visit.at(30) } },
  });
}
