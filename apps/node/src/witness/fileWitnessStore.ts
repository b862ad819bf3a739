import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { encodeEvidence, evidenceDigest } from "@anamnesis/core/evidence/evidence";
import type { OrganisationId } from "@anamnesis/core/ids";
import { readIfThere, writeDurably } from "@anamnesis/storage/files/durableFile";
import type { HeldHead, WitnessStore } from "./witnessStore.ts";

/** One contradiction convicts a log; a log that signs ever more of them must not fill the disk. */
const MOST_EVIDENCE = 16;
const EVIDENCE = "evidence";
const SUFFIX = ".cbor";

/**
 * A folder with one file for each log, `<organisation>.checkpoint`, replaced whole and synced; contradictions are files in
 * `evidence/` that `anamnesis evidence` checks. The data folder's lock keeps other processes away. Throws `storage-failed`.
 */
export async function openWitnessStore(folder: string): Promise<WitnessStore> {
  await mkdir(join(folder, EVIDENCE), { recursive: true, mode: 0o700 });
  const pathOf = (log: OrganisationId): string => join(folder, `${log}.checkpoint`);
  const running = new Map<OrganisationId, Promise<unknown>>();

  const read = async (log: OrganisationId): Promise<string | null> => {
    const bytes = await readIfThere(pathOf(log));
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  const held = async (log: OrganisationId): Promise<HeldHead> => ({
    checkpoint: await read(log),
    replace: (checkpoint) => writeDurably(pathOf(log), utf8ToBytes(checkpoint)),
  });

  return {
    read,
    update: (log, work) => {
      const before = running.get(log) ?? Promise.resolve();
      const turn = before.catch(() => undefined).then(async () => work(await held(log)));
      running.set(log, turn);
      return turn;
    },
    keepEvidence: async (value) => {
      const log = value.accused;
      const files = await readdir(join(folder, EVIDENCE));
      const name = `${log}-${evidenceDigest(value).slice(2, 34)}${SUFFIX}`;
      const ofLog = files.filter((file) => file.startsWith(log) && file.endsWith(SUFFIX));
      if (ofLog.includes(name) || ofLog.length >= MOST_EVIDENCE) return false;
      await writeDurably(join(folder, EVIDENCE, name), encodeEvidence(value));
      return true;
    },
    evidence: async () => {
      const files = await readdir(join(folder, EVIDENCE));
      return files.filter((file) => file.endsWith(SUFFIX)).length;
    },
  };
}
