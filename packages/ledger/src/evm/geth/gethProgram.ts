import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";

/** The last release with Clique, the consensus of several signers that needs nothing beside geth itself. */
export const GETH_VERSION = "1.13.15";
export const GETH_MODULE = `github.com/ethereum/go-ethereum/cmd/geth@v${GETH_VERSION}`;

/** Folder that `npm run setup:geth` puts the program into: outside of the project, so that every checkout has it. */
export function gethFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(cache, "anamnesis", `geth-${GETH_VERSION}`);
}

/** The program that `ANAMNESIS_GETH` names, else the one that was set up; `null` when there is none. */
export function findGeth(env: NodeJS.ProcessEnv = process.env): string | null {
  const path = env["ANAMNESIS_GETH"] || join(gethFolder(env), "geth");
  return existsSync(path) ? path : null;
}

/** As `findGeth`; throws `geth-missing`. */
export function requireGeth(): string {
  const found = findGeth();
  if (found !== null) return found;
  throw new AnamnesisError({
    code: "geth-missing",
    rule: "Tests on a network of several nodes run the program geth.",
    fix: "Run npm run setup:geth, or name a geth 1.13.15 with ANAMNESIS_GETH.",
  });
}
