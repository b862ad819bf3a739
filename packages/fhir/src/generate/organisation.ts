import type { BundleBuilder, Reference } from "./bundleBuilder.ts";

/** An organisation as bundles name it; the identifier is what makes it one in all of them. */
export interface SyntheticOrganisation {
  readonly name: string;
  readonly identifier: string;
}

export const TEST_HOSPITAL: SyntheticOrganisation = {
  name: "Test Hospital Northbank",
  identifier: "test-hospital-northbank",
};
export const TEST_LABORATORY: SyntheticOrganisation = {
  name: "Test Laboratory Eastgate",
  identifier: "test-laboratory-eastgate",
};

export function addOrganisation(builder: BundleBuilder, organisation: SyntheticOrganisation): Reference {
  return builder.add({
    resourceType: "Organization",
    identifier: [{ system: "http://example.org/test-organisation-id", value: organisation.identifier }],
    active: true,
    type: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/organization-type",
            code: "prov",
            display: "Healthcare Provider",
          },
        ],
      },
    ],
    name: organisation.name,
    address: [{ line: ["2 Example Street"], city: "Testville", postalCode: "00000" }],
  });
}
