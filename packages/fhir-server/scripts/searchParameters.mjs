import { readBundle } from "./readSource.mjs";

const PREFIX = "http://hl7.org/fhir/SearchParameter/";
const given = (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));

/** R4's search parameters in the order of their URLs; the package has some of other versions besides. */
export function searchParameters() {
  return readBundle("search-parameters")
    .filter(({ version, url }) => version === "4.0.1" && url.startsWith(PREFIX))
    .sort((a, b) => (a.url < b.url ? -1 : 1))
    .map(({ url, code, type, base, expression, target, component }) =>
      given({ url, code, type, base, expression, target, component }),
    );
}
