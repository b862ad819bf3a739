import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { FhirImportJournal, ImportedTo } from "@anamnesis/sdk/fhir/importToFhir";
import { fileNotWritable, readIfThere } from "./durableFile.ts";

/**
 * What an import wrote to a FHIR server, in a file of lines: one for each version of a resource, appended and synced, the newest counts. It holds names and ids at the source and at the server, no content. A last line
 * that a kill tore is cut off: the server finds its resource by the tag.
 *
 * Throws `journal-corrupt`, `file-not-readable`, `file-not-writable`.
 */
export async function openImportJournal(path: string): Promise<FhirImportJournal> {
  const known = new Map<string, ImportedTo>();
  const bytes = await readIfThere(path);
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  const lines = text.split("\n");
  const torn = lines.pop() ?? "";
  for (const line of lines) {
    const entry = parsed(line);
    known.set(entry.key, entry);
  }
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "a", 0o600);
    if (torn !== "") await file.truncate((bytes?.length ?? 0) - new TextEncoder().encode(torn).length);
    await file.close();
  } catch {
    throw fileNotWritable();
  }
  return {
    find: (key) => known.get(key) ?? null,
    remember: async (written) => {
      await append(path, written.map((one) => `${JSON.stringify(one)}\n`).join(""));
      for (const one of written) known.set(one.key, one);
    },
  };
}

async function append(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, "a", 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch {
    throw fileNotWritable();
  }
}

function parsed(line: string): ImportedTo {
  try {
    const { key, version, target } = JSON.parse(line) as Partial<Record<keyof ImportedTo, unknown>>;
    if (typeof key === "string" && typeof version === "string" && typeof target === "string")
      return { key, version, target };
  } catch {
    // Said below.
  }
  throw new AnamnesisError({
    code: "journal-corrupt",
    rule: "A journal's lines are those that an import wrote.",
    fix: "Begin with a new journal: what stands at the server is found there, and not made twice.",
  });
}
