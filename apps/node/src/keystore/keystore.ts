import { type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { ed25519PublicKey } from "@anamnesis/core/crypto/ed25519";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { addressOf, publicKeyOf, scalarFromSeed, sign } from "@anamnesis/core/crypto/secp256k1";
import { fixedBytes, struct, text, type Infer } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { AnamnesisError } from "@anamnesis/core/errors";
import { Decrypter, Encrypter } from "age-encryption";
import { readIfThere, writeDurably } from "@anamnesis/storage/files/durableFile";
import { nativeSigner } from "@anamnesis/native/ed25519";
import type { NodeKeys } from "./nodeKeys.ts";

const secrets = defineFormat(
  "node-secrets",
  struct({
    name: text(200),
    secp256k1: fixedBytes(32),
    ed25519: fixedBytes(32),
    kem: fixedBytes(32),
    tag: fixedBytes(32),
    relayer: fixedBytes(32),
    /** Key under which the custody share is kept. */
    custody: fixedBytes(32),
  }),
  1024,
);
type Secrets = Infer<typeof secrets>;

/** 2^16 · 8 · 128 bytes = 64 MiB and about a quarter of a second; age's own default takes a second and 256 MiB. */
const WORK_FACTOR = 16;

export interface CreateKeystoreParameters {
  readonly path: string;
  readonly passphrase: string;
  /** Name of the organisation, as it stands in its key card. */
  readonly name: string;
  readonly random: (length: number) => Uint8Array;
  /** log2 of scrypt's work; lower in tests alone. */
  readonly workFactor?: number;
}

/**
 * Makes an organisation's keys and writes them to one file, encrypted with age (scrypt). Throws `keystore-exists` rather
 * than replace the keys of an organisation, which nobody could make again, and `storage-failed`.
 */
export async function createKeystore(parameters: CreateKeystoreParameters): Promise<NodeKeys> {
  const { random } = parameters;
  if ((await readIfThere(parameters.path)) !== null) throw keystoreError("keystore-exists");
  const value: Secrets = {
    name: parameters.name,
    secp256k1: scalarFromSeed(random(48)),
    ed25519: random(32),
    kem: random(32),
    tag: random(32),
    relayer: scalarFromSeed(random(48)),
    custody: random(32),
  };
  const age = new Encrypter();
  age.setPassphrase(parameters.passphrase);
  age.setScryptWorkFactor(parameters.workFactor ?? WORK_FACTOR);
  await writeDurably(parameters.path, await age.encrypt(secrets.encode(value)));
  return keysOf(value);
}

/** Throws `keystore-missing`, `bad-passphrase`, `keystore-corrupt`, `storage-failed`. */
export async function openKeystore(path: string, passphrase: string): Promise<NodeKeys> {
  const encrypted = await readIfThere(path);
  if (encrypted === null) throw keystoreError("keystore-missing");
  const age = new Decrypter();
  age.addPassphrase(passphrase);
  let plain: Uint8Array;
  try {
    plain = await age.decrypt(encrypted);
  } catch (error) {
    // The library tells a wrong passphrase ("no identity matched") from a damaged file by its message alone.
    const wrong = error instanceof Error && /identity/i.test(error.message);
    throw keystoreError(wrong ? "bad-passphrase" : "keystore-corrupt");
  }
  try {
    return await keysOf(secrets.decode(plain));
  } catch {
    throw keystoreError("keystore-corrupt");
  } finally {
    plain.fill(0);
  }
}

async function keysOf(value: Secrets): Promise<NodeKeys> {
  const publicKey = publicKeyOf(value.secp256k1);
  const { publicKey: kem } = await kemKeyPair(value.kem);
  const card: KeyCard = {
    subject: "organisation",
    name: value.name,
    organisation: null,
    secp256k1: publicKey,
    ed25519: ed25519PublicKey(value.ed25519),
    kem,
  };
  // The plain bytes that the decoder read from are wiped; what stays is copied.
  const [secp256k1, kemSeed, tagSecret, relayerSecret, custodySecret] = [
    value.secp256k1,
    value.kem,
    value.tag,
    value.relayer,
    value.custody,
  ].map((secret) => Uint8Array.from(secret)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return {
    card,
    cardDigest: keyCardDigest(card),
    address: addressOf(publicKey),
    signDigest: (digest) => sign(digest, secp256k1),
    signMessage: nativeSigner(value.ed25519),
    kemSeed,
    tagSecret,
    relayerSecret,
    custodySecret,
  };
}

type KeystoreCode = "keystore-exists" | "keystore-missing" | "bad-passphrase" | "keystore-corrupt";

function keystoreError(code: KeystoreCode): AnamnesisError<KeystoreCode> {
  const parts: Record<KeystoreCode, { rule: string; fix: string }> = {
    "keystore-exists": {
      rule: "A keystore file is made once and never replaced.",
      fix: "Use the keystore that is there, or choose another folder.",
    },
    "keystore-missing": {
      rule: "A node has its keys in a keystore file.",
      fix: "Make one with `anamnesis node init`, or name its path in the configuration.",
    },
    "bad-passphrase": {
      rule: "The keystore opens with the passphrase under which it was made.",
      fix: "Check the file that ANAMNESIS_PASSPHRASE_FILE names.",
    },
    "keystore-corrupt": {
      rule: "The keystore file is as it was written.",
      fix: "Restore it from its backup.",
    },
  };
  return new AnamnesisError({ code, ...parts[code] });
}
