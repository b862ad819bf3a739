import type { PatientSource } from "@anamnesis/cli/demo/patient";
import { givenSources } from "@anamnesis/cli/demo/sources";
import { toSeal } from "@anamnesis/cli/bundles/toSeal";
import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import { readBundles } from "@anamnesis/cli/bundles/readBundles";

export interface BenchSources {
  readonly patients: readonly PatientSource[];
  readonly records: number;
  /** Of the resources as they are sealed. */
  readonly bytes: number;
  /** Milliseconds for parsing, labelling and splitting the bundles. */
  readonly parseMs: number;
  readonly what: string;
}

const SYSTEM = "urn:anamnesis:bench";

/**
 * Patients with at least `records` resources together: Synthea bundles from the folder that `ANAMNESIS_SAMPLES` names, else
 * generated ones, the same each time (four visits a person, a letter and an image each).
 */
export async function benchSources(
  records: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<BenchSources> {
  const samples = env["ANAMNESIS_SAMPLES"];
  return samples === undefined || samples === "" ? generated(records) : given(samples, records);
}

/** @param encounters visits of each person: four give some 45 resources. */
export function generated(records: number, encounters: number = 4, name: string = "bench"): BenchSources {
  const identities = memoryIdentities();
  const patients: PatientSource[] = [];
  let count = 0;
  let parseMs = 0;
  while (count < records) {
    const text = generatePatientBundle({ seed: `${name} ${patients.length}`, encounters });
    const begin = performance.now();
    const hospital = toSeal(parseBundle(text), { system: SYSTEM, identities });
    parseMs += performance.now() - begin;
    patients.push({ label: `patient ${patients.length + 1}`, hospital, laboratory: [] });
    count += hospital.length;
  }
  return summed(patients, parseMs, "generated bundles");
}

async function given(folder: string, records: number): Promise<BenchSources> {
  // Once to warm the disk's cache, so that parsing is what is measured.
  await readBundles([folder]);
  const begin = performance.now();
  const { patients } = await givenSources([folder]);
  const parseMs = performance.now() - begin;
  const kept: PatientSource[] = [];
  let count = 0;
  for (const patient of patients) {
    if (count >= records) break;
    kept.push(patient);
    count += patient.hospital.length;
  }
  const all = patients.reduce((sum, { hospital }) => sum + hospital.length, 0);
  return summed(kept, (parseMs * count) / all, "Synthea bundles");
}

function summed(patients: readonly PatientSource[], parseMs: number, what: string): BenchSources {
  const resources = patients.flatMap(({ hospital }) => hospital);
  const bytes = resources.reduce((sum, resource) => sum + resource.bytes.length, 0);
  return { patients, records: resources.length, bytes, parseMs, what };
}
