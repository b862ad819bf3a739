import { RESOURCE_TYPES } from "../definitions/resourceTypes.ts";
import { searchParametersOf } from "../definitions/searchParameters.ts";
import { referencesOf } from "../search/parseSearch.ts";
import { isSearchable, LIST_PARAMETER } from "../search/searchable.ts";
import type { LoadedPackage } from "../validate/packages.ts";
import type { ServerFacts } from "./handle.ts";

const INTERACTIONS = [
  "read",
  "vread",
  "update",
  "patch",
  "delete",
  "history-instance",
  "history-type",
  "create",
  "search-type",
];

/** What the kinds of parameters cannot say. */
const SEARCHES =
  "`:in` and `:not-in` take value sets, `:above` and `:below` of codes take code systems that the server holds as a whole: those of FHIR R4's definitions and of the implementation guides named here. `_list` takes ids of Lists. `near` is in km without units and 50 km without a distance.";

/** The CapabilityStatement (FHIR R4, http.html#capabilities): what this server does, and nothing that it does not. */
export function capabilities(base: string, { version, since, packages = [] }: ServerFacts): string {
  const guides = [...new Set(packages.flatMap(({ guides: of }) => of))];
  return JSON.stringify({
    resourceType: "CapabilityStatement",
    status: "active",
    date: since,
    kind: "instance",
    software: { name: "Anamnesis", version },
    implementation: { description: "Consent-enforcing FHIR server of a consortium's member", url: base },
    ...(guides.length === 0 ? {} : { implementationGuide: guides }),
    fhirVersion: "4.0.1",
    format: ["application/fhir+json"],
    patchFormat: ["application/json-patch+json"],
    rest: [
      {
        mode: "server",
        documentation: SEARCHES,
        security: {
          cors: false,
          description:
            "Every read, search and write is decided by the patient's consent or the organisation's policy.",
        },
        resource: RESOURCE_TYPES.map((type) => resourceOf(type, packages)),
        interaction: ["transaction", "batch", "history-system"].map((code) => ({ code })),
        operation: [
          { name: "validate", definition: "http://hl7.org/fhir/OperationDefinition/Resource-validate" },
        ],
      },
    ],
  });
}

function resourceOf(type: string, packages: readonly LoadedPackage[]): object {
  const profiles = packages.flatMap(({ profiles: of }) =>
    [...of].flatMap(([url, { schema }]) => (schema.type === type ? [url] : [])),
  );
  const parameters = searchParametersOf(type).filter((one) => isSearchable(type, one));
  const references = referencesOf(type).map(({ code }) => `${type}:${code}`);
  return {
    type,
    ...(profiles.length === 0 ? {} : { supportedProfile: profiles.toSorted() }),
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: "versioned-update",
    readHistory: true,
    // An id that a client could choose would tell it which ids are taken.
    updateCreate: false,
    conditionalCreate: true,
    conditionalRead: "full-support",
    conditionalUpdate: true,
    conditionalDelete: "single",
    referencePolicy: ["literal", "logical", "enforced"],
    ...(references.length === 0 ? {} : { searchInclude: ["*", ...references] }),
    searchParam: [
      ...parameters.map(({ code, url, type: kind }) => ({ name: code, definition: url, type: kind })),
      { name: LIST_PARAMETER, type: "special" },
    ],
    ...(type === "Patient"
      ? {
          operation: [
            { name: "everything", definition: "http://hl7.org/fhir/OperationDefinition/Patient-everything" },
          ],
        }
      : {}),
  };
}
