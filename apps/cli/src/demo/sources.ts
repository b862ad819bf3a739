import { type Identities, memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { type Bundle, parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { patientOf } from "@anamnesis/fhir/bundle/patientOf";
import { generateLaboratoryBundle } from "@anamnesis/fhir/generate/generateLaboratoryBundle";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import { readBundles, withFile } from "../bundles/readBundles.ts";
import { toSeal } from "../bundles/toSeal.ts";
import type { PatientSource } from "./patient.ts";

export interface Sources {
  readonly patients: readonly PatientSource[];
  readonly bundles: number;
  readonly resources: number;
  /** Resources of bundles without a patient: they tell organisations and practitioners, and belong to nobody's record. */
  readonly unowned: number;
}

const HOSPITAL = "urn:anamnesis:demo:northbank";
const LABORATORY = "urn:anamnesis:demo:eastgate";

/** Made here, the same each time: three people, one a child, letters (PDF) and images (PNG), one of them larger than a batch carries inline. */
const GENERATED = [
  { seed: "demo 1", imageWidth: 720 },
  { seed: "demo 2" },
  { seed: "demo 3", birthDate: "2019-04-17", encounters: 2 },
] as const;

export function generatedSources(): Sources {
  return generated(GENERATED);
}

/** Another person, with whom somebody tries the portal: nothing of the journey changes that one's keys behind its back. */
export function portalSource(): Sources {
  return generated([{ seed: "demo portal", encounters: 4 }]);
}

function generated(
  wanted: readonly {
    readonly seed: string;
    readonly imageWidth?: number;
    readonly birthDate?: string;
    readonly encounters?: number;
  }[],
): Sources {
  const identities = memoryIdentities();
  const pairs = wanted.map((options) => ({
    hospital: parseBundle(generatePatientBundle(options)),
    laboratory: parseBundle(generateLaboratoryBundle(options)),
  }));
  const patients = pairs.map(({ hospital, laboratory }, i) => ({
    label: `patient ${i + 1}`,
    hospital: toSeal(hospital, { system: HOSPITAL, identities }),
    laboratory: toSeal(laboratory, { system: LABORATORY, identities }),
  }));
  const resources = pairs.reduce(
    (sum, { hospital, laboratory }) => sum + hospital.entries.length + laboratory.entries.length,
    0,
  );
  return { patients, bundles: pairs.length * 2, resources, unowned: 0 };
}

/**
 * One patient for each bundle that has one; bundles without tell identities only, and come first so that all others find
 * them. Throws what `readBundles`, `patientOf` and `no-patients` say.
 */
export async function givenSources(inputs: readonly string[]): Promise<Sources> {
  const bundles = await readBundles(inputs);
  const identities: Identities = memoryIdentities();
  const options = { system: HOSPITAL, identities };
  const owned: { readonly bundle: Bundle; readonly place: number }[] = [];
  let unowned = 0;
  for (const [i, bundle] of bundles.entries()) {
    const patient = await withFile(`${i + 1} of ${bundles.length}`, () => patientOf(bundle));
    if (patient !== null) owned.push({ bundle, place: i });
    else unowned += toSeal(bundle, options).length;
  }
  const patients = owned.map(({ bundle }, i) => ({
    label: `patient ${i + 1}`,
    hospital: toSeal(bundle, options),
    laboratory: [],
  }));
  const resources = bundles.reduce((sum, bundle) => sum + bundle.entries.length, 0);
  return { patients, bundles: bundles.length, resources, unowned };
}
