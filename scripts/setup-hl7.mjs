// `npm run setup:hl7`: fetches HL7's validator as Java libraries, with which `npm run test:deep` checks what the FHIR server makes. Needs Java 17 and Maven; half a minute, once a machine.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findHl7Validator, hl7Folder } from "../apps/node/src/fhir/testing/hl7/hl7Validator.ts";

const POM = fileURLToPath(new URL("../apps/node/src/fhir/testing/hl7/pom.xml", import.meta.url));

/** Resolves to the exit code, or to null when there is no Maven. */
function maven(folder) {
  return new Promise((resolve) => {
    const child = spawn(
      "mvn",
      ["-B", "-q", "-f", POM, "dependency:copy-dependencies", `-DoutputDirectory=${folder}`],
      { stdio: "inherit" },
    );
    child.on("error", () => resolve(null));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

const found = findHl7Validator();
if (found !== null) {
  console.log(`HL7's validator is there: ${found}`);
} else {
  const folder = hl7Folder();
  mkdirSync(folder, { recursive: true });
  console.log(`Fetching HL7's validator into ${folder}: some 90 libraries, once on this machine.`);
  const code = await maven(folder);
  if (code === null) {
    console.error(
      "The libraries are fetched with Maven, and there is none on this machine. Install Maven and Java 17, then run the command again.",
    );
    process.exitCode = 1;
  } else if (code !== 0 || findHl7Validator() === null) {
    console.error(
      `Maven ended with code ${code}; its messages are above. Check that its repository can be reached, and run the command again.`,
    );
    process.exitCode = 1;
  } else {
    console.log(`Fetched: ${findHl7Validator()}`);
  }
}
