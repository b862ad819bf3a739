import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AnamnesisError } from "@anamnesis/core/errors";
import { loadPackage, type LoadedPackage } from "@anamnesis/fhir-server/validate/packages";
import type { Logger } from "../../runtime/logger.ts";
import { readTar } from "./readTar.ts";

/** Bytes of a package when it is unpacked, at most: the largest guides have a third of it. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Reads FHIR packages (hl7.org/fhir/packages: `package/package.json` and resources beside it, gzipped tar) whose profiles resources are held against. Examples and other folders are passed over.
 *
 * Throws `bad-fhir-package` with `meta.package`, its place in the configuration from 1 on, and `meta.reason`: `file` (cannot be read), `archive`, `manifest`, `version` (for another version than R4), `json`, `profiles` (none of its profiles can be
 * checked: without snapshots).
 */
export async function readFhirPackages(
  paths: readonly string[],
  log: Pick<Logger, "info" | "warn">,
): Promise<readonly LoadedPackage[]> {
  const packages: LoadedPackage[] = [];
  for (const [i, path] of paths.entries()) {
    const loaded = await readOne(path, i + 1);
    const { profiles, valueSets, unsupported } = loaded;
    const facts = { package: i + 1, profiles: profiles.size, valueSets: valueSets.size };
    log.info("fhir-package", facts);
    if (unsupported.length > 0)
      log.warn("fhir-profiles-unsupported", { package: i + 1, profiles: unsupported.length });
    packages.push(loaded);
  }
  return packages;
}

async function readOne(path: string, place: number): Promise<LoadedPackage> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) throw badPackage(place, "file");
  const tar = await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES }).catch(() => null);
  const files = tar === null ? null : readTar(tar);
  if (files === null) throw badPackage(place, "archive");
  const manifest = files.get("package/package.json");
  if (manifest === undefined) throw badPackage(place, "manifest");
  const { fhirVersions, "fhir-version-list": older } = json(manifest, place) as {
    readonly fhirVersions?: unknown;
    readonly "fhir-version-list"?: unknown;
  };
  const versions: unknown = fhirVersions ?? older;
  const isR4 = (version: unknown): boolean => typeof version === "string" && /^4\.0(\.|$)/.test(version);
  if (!Array.isArray(versions) || !versions.some(isR4)) throw badPackage(place, "version");
  const resources = [...files].flatMap(([name, content]) =>
    /^package\/(?!package\.json$|\.)[^/]+\.json$/.test(name) ? [json(content, place)] : [],
  );
  const loaded = loadPackage(resources);
  if (loaded.profiles.size === 0 && loaded.unsupported.length > 0) throw badPackage(place, "profiles");
  return loaded;
}

function json(bytes: Uint8Array, place: number): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw badPackage(place, "json");
}

function badPackage(place: number, reason: string): AnamnesisError<"bad-fhir-package"> {
  return new AnamnesisError({
    code: "bad-fhir-package",
    rule: "Each of fhir.packages is a FHIR package for R4 as registries give it (.tgz), whose profiles have snapshots.",
    fix: "Fetch the package again, or take it out of the configuration; its place there, from 1 on, is in meta.package.",
    meta: { package: place, reason },
  });
}
