import type { Identities } from "@anamnesis/fhir/bundle/identities";
import { readIfThere, writeDurably } from "./durableFile.ts";

/** Which id an organisation or practitioner got when it was first seen; kept with the import's journal. */
export async function openFileIdentities(path: string): Promise<Identities & { save(): Promise<void> }> {
  const bytes = await readIfThere(path);
  const entries = bytes === null ? [] : (JSON.parse(new TextDecoder().decode(bytes)) as [string, string][]);
  const ids = new Map(entries);
  let changed = false;
  return {
    lookup: (key) => ids.get(key) ?? null,
    remember: (key, id) => {
      changed ||= ids.get(key) !== id;
      ids.set(key, id);
    },
    save: async () => {
      if (changed) await writeDurably(path, JSON.stringify([...ids]));
      changed = false;
    },
  };
}
