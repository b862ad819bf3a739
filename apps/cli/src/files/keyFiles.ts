import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { decryptActorKeys, decryptPatientKeys } from "@anamnesis/sdk/keys/decryptKeys";
import { encryptActorKeys, encryptPatientKeys } from "@anamnesis/sdk/keys/encryptKeys";
import type { PatientKeys, SaveKeys } from "@anamnesis/sdk/keys/patientKeys";
import { readRequired, writeDurably } from "./durableFile.ts";

/** What opens and closes key files. */
export interface Lock {
  readonly passphrase: string;
  /** Base-2 logarithm of scrypt's work; age's own for a person's passphrase, less for one made at random. */
  readonly workFactor?: number;
}

export async function writePatientKeys(path: string, keys: PatientKeys, lock: Lock): Promise<void> {
  await writeDurably(path, await encryptPatientKeys(keys, lock));
}

export async function readPatientKeys(path: string, lock: Lock): Promise<PatientKeys> {
  return decryptPatientKeys(await readRequired(path, "patient's key file"), lock.passphrase);
}

export function savePatientKeys(path: string, lock: Lock): SaveKeys {
  return (keys) => writePatientKeys(path, keys, lock);
}

export async function writeActorKeys(path: string, keys: ActorKeys, lock: Lock): Promise<void> {
  await writeDurably(path, await encryptActorKeys(keys, lock));
}

export async function readActorKeys(path: string, lock: Lock): Promise<ActorKeys> {
  return decryptActorKeys(await readRequired(path, "key file"), lock.passphrase);
}
