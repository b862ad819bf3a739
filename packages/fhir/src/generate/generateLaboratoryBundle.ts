import { addOrganisation, TEST_LABORATORY, type SyntheticOrganisation } from "./organisation.ts";
import { addPanel } from "./laboratory.ts";
import { bundleBuilder } from "./bundleBuilder.ts";
import { dateFromDay, dayFromDate, patientResource, personOf } from "./person.ts";
import { seededRandom } from "./seededRandom.ts";
import type { Panel } from "./catalogue.ts";

export interface LaboratoryBundleOptions {
  /** The seed of `generatePatientBundle` gives the same person, as the laboratory knows them. */
  readonly seed: string | number;
  /** YYYY-MM-DD; give the same as to `generatePatientBundle`. */
  readonly birthDate?: string | undefined;
  /** How many reports; 2 by default. */
  readonly reports?: number | undefined;
  /** YYYY-MM-DD of the last report; 2026-06-30 by default. */
  readonly until?: string | undefined;
  readonly organisation?: SyntheticOrganisation | undefined;
}

/**
 * A FHIR R4 transaction Bundle (JSON text) of a laboratory about the person of a seed: the laboratory's own copy of the
 * Patient, its Organization, and Observations with a DiagnosticReport for each report, three months apart. Deterministic.
 */
export function generateLaboratoryBundle(options: LaboratoryBundleOptions): string {
  const { until = "2026-06-30", reports = 2, organisation = TEST_LABORATORY } = options;
  const seed = String(options.seed);
  const person = personOf(seed, options.birthDate, until);
  const random = seededRandom(`laboratory ${organisation.identifier} ${seed}`);
  const builder = bundleBuilder(random);
  const patient = builder.add(
    patientResource(
      person,
      "http://example.org/test-laboratory-number",
      String(random.int(100_000, 999_999)),
    ),
  );
  const performer = addOrganisation(builder, organisation);
  const { panels } = person.course;
  const last = dayFromDate(until);
  for (let i = 0; i < reports; i++) {
    const day = Math.max(last - 91 * (reports - 1 - i), dayFromDate(person.birthDate));
    const time = `${dateFromDay(day)}T0${random.int(7, 9)}:${random.int(10, 59)}:00Z`;
    addPanel(builder, random, person.course, panels[i % panels.length] as Panel, {
      patient,
      performer,
      time,
    });
  }
  return builder.text();
}
