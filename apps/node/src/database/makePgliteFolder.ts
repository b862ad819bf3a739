import { cpSync } from "node:fs";
import { access, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";

/** Every folder of a database has it, with the major version of its PostgreSQL. */
const MARK = "PG_VERSION";

/**
 * Makes the folder of an empty database, whole or not at all: it is filled beside its place and then renamed. Does nothing
 * where there is one.
 *
 * Making one (PostgreSQL's initdb) takes seconds of a processor and always gives the same, so the first is kept with the
 * installed packages and the next are copies of it. Where packages cannot be written, each is made anew.
 *
 * @param folder absolute path; missing, or empty.
 */
export async function makePgliteFolder(folder: string): Promise<void> {
  if (await isThere(join(folder, MARK))) return;
  const beside = `${folder}.new`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { mode: 0o700 });
  const model = await findModel();
  if (model === null) await initialise(beside);
  // A thousand small files, before anything else runs: the asynchronous copy takes ten times the processor's time.
  else cpSync(model, beside, { recursive: true });
  await rename(beside, folder);
}

/** The kept empty database of this version of the engine; `null` where none can be kept. */
async function findModel(): Promise<string | null> {
  const installed = fileURLToPath(new URL("../", import.meta.resolve("@electric-sql/pglite")));
  const { version } = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as {
    readonly version: string;
  };
  const kept = join(installed, "..", "..", ".cache", "anamnesis", `pglite-${version}`);
  if (await isThere(join(kept, MARK))) return kept;
  try {
    await mkdir(dirname(kept), { recursive: true });
    const making = await mkdtemp(`${kept}-`);
    await initialise(making);
    // Of several that make it at once the first one's stays.
    await rename(making, kept).catch(() => rm(making, { recursive: true, force: true }));
  } catch {
    return null;
  }
  return (await isThere(join(kept, MARK))) ? kept : null;
}

async function initialise(folder: string): Promise<void> {
  const engine = await PGlite.create({ dataDir: folder });
  // A clean shutdown: what is copied needs no recovery.
  await engine.close();
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
