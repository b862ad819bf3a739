import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SignedReceiptPromise, signedReceiptPromise } from "@anamnesis/core/audit/receiptStatement";
import { isAnamnesisError } from "@anamnesis/core/errors";
import { encodeEvidence, type Evidence, evidenceDigest } from "@anamnesis/core/evidence/evidence";
import type { OrganisationId } from "@anamnesis/core/ids";
import { writeDurably } from "./durableFile.ts";

/** Names in a folder of evidence: what proves a lie, what a custodian promised, and the newest head that each log has signed. */
const PROMISE = /^promise-[0-9a-f]{64}\.cbor$/;
const HEAD = /^head-[0-9a-f]{64}\.checkpoint$/;

/** Writes each as `evidence-<digest>.cbor`. Returns the files' names. Throws `file-not-writable`. */
export async function writeEvidence(folder: string, found: readonly Evidence[]): Promise<readonly string[]> {
  const names: string[] = [];
  for (const evidence of found) {
    const name = `evidence-${evidenceDigest(evidence).slice(2)}.cbor`;
    await writeDurably(join(folder, name), encodeEvidence(evidence));
    names.push(name);
  }
  return names;
}

/** Keeps what custodians promised to a reader, for the patient to hold against their logs. Throws `file-not-writable`. */
export async function writePromises(
  folder: string,
  promises: readonly SignedReceiptPromise[],
): Promise<void> {
  for (const promise of promises) {
    const name = `promise-${signedReceiptPromise.digest(promise).slice(2)}.cbor`;
    await writeDurably(join(folder, name), signedReceiptPromise.encode(promise));
  }
}

/** What does not decode is left out: the folder takes files of others. */
export async function readPromises(folder: string): Promise<readonly SignedReceiptPromise[]> {
  const files = await filesOf(folder, PROMISE);
  return files.flatMap((bytes) => {
    try {
      return [signedReceiptPromise.decode(Uint8Array.from(bytes))];
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
      return [];
    }
  });
}

/** Throws `file-not-writable`. */
export async function writeHeads(
  folder: string,
  heads: readonly { readonly custodian: OrganisationId; readonly checkpoint: string }[],
): Promise<void> {
  for (const { custodian, checkpoint } of heads) {
    await writeDurably(join(folder, `head-${custodian.slice(2)}.checkpoint`), checkpoint);
  }
}

export async function readHeads(folder: string): Promise<readonly string[]> {
  return (await filesOf(folder, HEAD)).map((bytes) => bytes.toString("utf8"));
}

async function filesOf(folder: string, name: RegExp): Promise<readonly Buffer[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.filter((found) => name.test(found)).map((found) => readFile(join(folder, found))));
}
