import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Bundle, parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { missingFile } from "../files/durableFile.ts";
import { errorReport } from "../output/reportError.ts";

/**
 * Reads FHIR R4 Bundles from files, and from all `*.json` files of folders, in the order given and by name within a folder.
 *
 * Throws `missing-file`, `no-bundles`, and what `parseBundle` throws with `meta.file`, the place of the file in that order: names are
 * not shown, since exports name their files after patients.
 */
export async function readBundles(inputs: readonly string[]): Promise<readonly Bundle[]> {
  const paths = (await Promise.all(inputs.map(filesOf))).flat();
  if (paths.length === 0) {
    throw new AnamnesisError({
      code: "no-bundles",
      rule: "An import needs at least one file.",
      fix: "Name FHIR R4 Bundles, or a folder that holds them as *.json.",
    });
  }
  const bundles: Bundle[] = [];
  for (const [i, path] of paths.entries()) {
    const file = `${i + 1} of ${paths.length}`;
    bundles.push(await withFile(file, async () => parseBundle(await readText(path))));
  }
  return bundles;
}

/** Runs `work` and says in its error which file it was about. */
export async function withFile<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AnamnesisError)) throw error;
    const { code, rule, fix, meta } = errorReport(error);
    throw new AnamnesisError({ code, rule, fix, meta: { ...meta, file } });
  }
}

async function filesOf(input: string, i: number): Promise<readonly string[]> {
  const found = await stat(input).catch(() => null);
  if (found === null) throw missingFile(`input ${i + 1}`);
  if (!found.isDirectory()) return [input];
  const names = await readdir(input);
  return names
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(input, name));
}

async function readText(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) throw missingFile("bundle");
  return bytes;
}
