import { Decrypter } from "age-encryption";
import { AnamnesisError } from "@anamnesis/core/errors";
import { actorKeys, type ActorKeys } from "./actorKeys.ts";
import { patientKeys, type PatientKeys } from "./patientKeys.ts";

/** Opens what `encryptPatientKeys` gave. Throws `bad-passphrase`, `keys-corrupt` or a decoder's error. */
export async function decryptPatientKeys(file: Uint8Array, passphrase: string): Promise<PatientKeys> {
  return patientKeys.decode(await decrypt(file, passphrase));
}

/** Opens what `encryptActorKeys` gave. Throws `bad-passphrase`, `keys-corrupt` or a decoder's error. */
export async function decryptActorKeys(file: Uint8Array, passphrase: string): Promise<ActorKeys> {
  return actorKeys.decode(await decrypt(file, passphrase));
}

// What age says when a well-formed file does not open with the passphrase; all else is damage.
const NOT_THIS_PASSPHRASE = "no identity matched";

async function decrypt(file: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    // The cause is left out: its text is the library's and could quote the file.
    throw error instanceof Error && error.message.startsWith(NOT_THIS_PASSPHRASE)
      ? new AnamnesisError({
          code: "bad-passphrase",
          rule: "A key file opens with the passphrase under which it was written.",
          fix: "Try the passphrase again; without it, recover with the printed kit.",
        })
      : new AnamnesisError({
          code: "keys-corrupt",
          rule: "A key file is an age file under a passphrase, as this program wrote it.",
          fix: "Take an earlier copy of the file, or recover with the printed kit.",
        });
  }
}
