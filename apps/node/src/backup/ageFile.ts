import { AnamnesisError } from "@anamnesis/core/errors";
import { Decrypter, Encrypter } from "age-encryption";
import { backupDamaged } from "./tar.ts";

/** log2 of scrypt's work, as in age itself: a second and 256 MiB. */
const WORK_FACTOR = 18;

/** For whom a backup is encrypted. */
export type BackupLock =
  | {
      readonly passphrase: string;
      /** log2 of scrypt's work; lower in tests alone. */
      readonly workFactor?: number;
    }
  /** `age1…`, `age1pq1…`: the file opens with its identity alone. */
  | { readonly recipient: string };

/** What opens a backup: the passphrase, or the identity (`AGE-SECRET-KEY-…`) of its recipient. */
export type BackupKey = { readonly passphrase: string } | { readonly identity: string };

/** The age file of these bytes, piece by piece. Throws `bad-recipient`. */
export async function encryptStream(
  bytes: AsyncIterable<Uint8Array>,
  lock: BackupLock,
): Promise<AsyncIterable<Uint8Array>> {
  const age = new Encrypter();
  if ("passphrase" in lock) {
    age.setPassphrase(lock.passphrase);
    age.setScryptWorkFactor(lock.workFactor ?? WORK_FACTOR);
  } else {
    try {
      age.addRecipient(lock.recipient.trim());
    } catch {
      throw badRecipient();
    }
  }
  return age.encrypt(ReadableStream.from(bytes));
}

/** The bytes of an age file, each given only when it was authenticated. Throws `bad-passphrase`, `bad-identity`, `backup-damaged`. */
export async function* decryptStream(
  bytes: AsyncIterable<Uint8Array>,
  key: BackupKey,
): AsyncGenerator<Uint8Array> {
  const age = new Decrypter();
  if ("passphrase" in key) age.addPassphrase(key.passphrase);
  else {
    try {
      age.addIdentity(key.identity.trim());
    } catch {
      throw badIdentity();
    }
  }
  try {
    yield* await age.decrypt(ReadableStream.from(bytes));
  } catch (error) {
    if (error instanceof AnamnesisError) throw error;
    // The library tells a wrong key ("no identity matched") from a damaged file by its message alone.
    if (!(error instanceof Error && /identity matched/i.test(error.message)))
      throw backupDamaged("encryption");
    throw "passphrase" in key ? badPassphrase() : badIdentity();
  }
}

function badPassphrase(): AnamnesisError<"bad-passphrase"> {
  return new AnamnesisError({
    code: "bad-passphrase",
    rule: "A backup opens with the passphrase under which it was written.",
    fix: "Check the file that ANAMNESIS_BACKUP_PASSPHRASE_FILE names; it is not the keystore's.",
  });
}

function badIdentity(): AnamnesisError<"bad-identity"> {
  return new AnamnesisError({
    code: "bad-identity",
    rule: "A backup for a recipient opens with that recipient's age identity.",
    fix: "Give the file with the AGE-SECRET-KEY line of the recipient for whom it was written.",
  });
}

function badRecipient(): AnamnesisError<"bad-recipient"> {
  return new AnamnesisError({
    code: "bad-recipient",
    rule: "A recipient is an age public key, age1….",
    fix: "Copy it as age-keygen printed it.",
  });
}
