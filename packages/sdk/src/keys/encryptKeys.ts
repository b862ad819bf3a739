import { Encrypter } from "age-encryption";
import { actorKeys, type ActorKeys } from "./actorKeys.ts";
import { patientKeys, type PatientKeys } from "./patientKeys.ts";

export interface EncryptOptions {
  readonly passphrase: string;
  /** Base-2 logarithm of scrypt's work; 18 by default, as in age. Lower only in tests. */
  readonly workFactor?: number;
}

/** The keys as an age file under a passphrase (https://age-encryption.org/v1, scrypt): what the caller writes to disk. */
export async function encryptPatientKeys(keys: PatientKeys, options: EncryptOptions): Promise<Uint8Array> {
  return encrypt(patientKeys.encode(keys), options);
}

/** As `encryptPatientKeys`, for a practitioner, staff member or device. */
export async function encryptActorKeys(keys: ActorKeys, options: EncryptOptions): Promise<Uint8Array> {
  return encrypt(actorKeys.encode(keys), options);
}

async function encrypt(plaintext: Uint8Array, options: EncryptOptions): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(options.passphrase);
  encrypter.setScryptWorkFactor(options.workFactor ?? 18);
  const file = await encrypter.encrypt(plaintext);
  plaintext.fill(0);
  return file;
}
