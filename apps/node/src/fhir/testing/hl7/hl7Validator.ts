import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AnamnesisError } from "@anamnesis/core/errors";

/** What HL7's validator says of one resource. */
export interface Hl7Issue {
  readonly severity: "fatal" | "error" | "warning" | "information";
  /** FHIRPath of the element. */
  readonly location: string;
  readonly message: string;
}

/** Folder that `npm run setup:hl7` puts the libraries into: outside of the project, so that every checkout has it. */
export function hl7Folder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(cache, "anamnesis", "hl7-validator-8.4.0");
}

/** The libraries' folder; `null` where they were not set up. */
export function findHl7Validator(env: NodeJS.ProcessEnv = process.env): string | null {
  const folder = hl7Folder(env);
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith("hapi-fhir-validation-"))
    ? folder
    : null;
}

/**
 * Validates resources in one process of Java, which takes some seconds to start and then some 40 ms for each.
 *
 * @param texts JSON, one resource each. Throws `validator-failed`.
 */
export async function validateByHl7(
  folder: string,
  texts: readonly string[],
): Promise<readonly (readonly Hl7Issue[])[]> {
  const source = fileURLToPath(new URL("Validate.java", import.meta.url));
  const child = spawn("java", ["-cp", join(folder, "*"), source], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on("error", () => undefined);
  // A resource stands on one line: JSON has no line breaks that mean anything.
  child.stdin.end(texts.map((text) => `${text.replaceAll(/[\r\n]+/g, " ")}\n`).join(""));
  if ((await ended) !== 0) throw validatorFailed();
  const lines = Buffer.concat(chunks).toString("utf8").split("\n");
  const found: Hl7Issue[][] = [];
  let issues: Hl7Issue[] = [];
  for (const line of lines.slice(0, -1)) {
    if (line === "") {
      found.push(issues);
      issues = [];
      continue;
    }
    const [severity = "", location = "", message = ""] = line.split("\t");
    issues.push({ severity: severity as Hl7Issue["severity"], location, message });
  }
  if (found.length !== texts.length) throw validatorFailed();
  return found;
}

function validatorFailed(): AnamnesisError<"validator-failed"> {
  return new AnamnesisError({
    code: "validator-failed",
    rule: "HL7's validator answers for each resource.",
    fix: "Run npm run setup:hl7 again, with Java 17 or newer.",
  });
}
