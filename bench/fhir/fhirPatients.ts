const RESOURCES = 20;

/** A patient and what was measured of it: 20 resources as one transaction. */
export function patientBundle(i: number): object {
  const patient = `urn:uuid:00000000-0000-4000-8000-${i.toString(16).padStart(12, "0")}`;
  const entry = (
    fullUrl: string,
    resource: { readonly resourceType: string; readonly [member: string]: unknown },
  ): object => ({
    fullUrl,
    resource,
    request: { method: "POST", url: resource.resourceType },
  });
  return {
    resourceType: "Bundle",
    type: "transaction",
    entry: [
      entry(patient, {
        resourceType: "Patient",
        identifier: [{ system: "urn:bench", value: String(i) }],
        name: [{ family: `Family${i}`, given: ["Given"] }],
        birthDate: "1960-05-06",
      }),
      ...Array.from({ length: RESOURCES - 1 }, (_, n) =>
        entry(
          `urn:uuid:10000000-0000-4000-8000-${(i * 100 + n).toString(16).padStart(12, "0")}`,
          observation(patient, n),
        ),
      ),
    ],
  };
}

const CODES = ["29463-7", "8302-2", "8867-4", "8310-5"] as const;

/** One of four vital signs on some day. @param subject a reference to a Patient. */
export function observation(subject: string, n: number) {
  const day = String((n % 28) + 1).padStart(2, "0");
  return {
    resourceType: "Observation",
    status: "final",
    category: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/observation-category",
            code: "vital-signs",
          },
        ],
      },
    ],
    code: { coding: [{ system: "http://loinc.org", code: CODES[n % CODES.length] }] },
    subject: { reference: subject },
    effectiveDateTime: `2026-03-${day}T10:00:00Z`,
    valueQuantity: { value: 50 + (n % 50), unit: "1", system: "http://unitsofmeasure.org", code: "1" },
  };
}
