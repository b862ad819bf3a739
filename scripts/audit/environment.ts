// Where the audit's Python programs are: in a virtual environment of their own, which `npm run setup:audit` makes.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { CONTRACTS, ROOT } from "../test/paths.ts";

export const REQUIREMENTS = join(CONTRACTS, "audit", "requirements.txt");
export const VENV = join(ROOT, ".audit");
/** Digest of the requirements that are installed; written last. */
export const MARKER = join(VENV, "requirements.sha256");

const FOLDER = join(VENV, process.platform === "win32" ? "Scripts" : "bin");

/** Path of a program in the virtual environment. */
export const programOf = (name: string): string =>
  join(FOLDER, process.platform === "win32" ? `${name}.exe` : name);

export const requirementsDigest = (): string =>
  createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex");

/** Whether exactly what is required now is installed. */
export const isSetUp = (): boolean =>
  existsSync(MARKER) && readFileSync(MARKER, "utf8").trim() === requirementsDigest();
