import { type KeyCard, keyCardDigest, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { ed25519PublicKey } from "@anamnesis/core/crypto/ed25519";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { addressOf, publicKeyOf, scalarFromSeed, sign } from "@anamnesis/core/crypto/secp256k1";
import { array, fixedBytes, optional, struct, text, type Infer } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest, OrganisationId } from "@anamnesis/core/ids";
import { Decrypter, Encrypter } from "age-encryption";
import { readIfThere, writeDurably } from "@anamnesis/storage/files/durableFile";
import { nativeSigner } from "@anamnesis/native/ed25519";
import type { NodeKeys } from "./nodeKeys.ts";

/** What stands in a key card, and is replaced with it. */
const pairs = { secp256k1: fixedBytes(32), ed25519: fixedBytes(32), kem: fixedBytes(32) };
const MOST_LATER = 64;

const secrets = defineFormat(
  "node-secrets",
  struct({
    name: text(200),
    /** The first ones, which make the organisation's id. */
    ...pairs,
    tag: fixedBytes(32),
    relayer: fixedBytes(32),
    /** Key under which the custody share is kept. */
    custody: fixedBytes(32),
    /** Those that were made afterwards, oldest first. Which ones are in use the ledger says. */
    later: optional(array(struct(pairs), MOST_LATER, 1)),
  }),
  16_384,
);
type Secrets = Infer<typeof secrets>;
type Pairs = Pick<Secrets, "secp256k1" | "ed25519" | "kem">;

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
    ...newPairs(random),
    tag: random(32),
    relayer: scalarFromSeed(random(48)),
    custody: random(32),
  };
  await writeSecrets(parameters, value);
  return keysOf(value);
}

/**
 * Adds the keys that the organisation shall have next, which are in no use before the ledger names their card. The file is replaced
 * whole and synced; whoever has it open goes on with what it read. Throws what `openKeystore` throws, and `too-many-keys`.
 */
export async function addNextKeys(parameters: Omit<CreateKeystoreParameters, "name">): Promise<NodeKeys> {
  const value = await readSecrets(parameters.path, parameters.passphrase);
  const later = [...(value.later ?? []), newPairs(parameters.random)];
  if (later.length > MOST_LATER) throw keystoreError("too-many-keys");
  const next: Secrets = { ...value, later };
  await writeSecrets(parameters, next);
  return keysOf(next);
}

function newPairs(random: CreateKeystoreParameters["random"]): Pairs {
  return { secp256k1: scalarFromSeed(random(48)), ed25519: random(32), kem: random(32) };
}

async function writeSecrets(
  { path, passphrase, workFactor }: Pick<CreateKeystoreParameters, "path" | "passphrase" | "workFactor">,
  value: Secrets,
): Promise<void> {
  const age = new Encrypter();
  age.setPassphrase(passphrase);
  age.setScryptWorkFactor(workFactor ?? WORK_FACTOR);
  await writeDurably(path, await age.encrypt(secrets.encode(value)));
}

/** With the first keys in use. Throws `keystore-missing`, `bad-passphrase`, `keystore-corrupt`, `storage-failed`. */
export async function openKeystore(path: string, passphrase: string): Promise<NodeKeys> {
  const value = await readSecrets(path, passphrase);
  try {
    return await keysOf(value);
  } catch {
    throw keystoreError("keystore-corrupt");
  }
}

async function readSecrets(path: string, passphrase: string): Promise<Secrets> {
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
    return copied(secrets.decode(plain));
  } catch {
    throw keystoreError("keystore-corrupt");
  } finally {
    plain.fill(0);
  }
}

/** The decoder's values are parts of what it read, which is wiped. */
function copied({ name, tag, relayer, custody, later, ...first }: Secrets): Secrets {
  const bytes = (secret: Uint8Array): Uint8Array => Uint8Array.from(secret);
  const pair = ({ secp256k1, ed25519, kem }: Pairs): Pairs => ({
    secp256k1: bytes(secp256k1),
    ed25519: bytes(ed25519),
    kem: bytes(kem),
  });
  const rest = { tag: bytes(tag), relayer: bytes(relayer), custody: bytes(custody) };
  return { name, ...pair(first), ...rest, ...(later === undefined ? {} : { later: later.map(pair) }) };
}

/** One card's keys. */
interface Held extends Pick<
  NodeKeys,
  "card" | "cardDigest" | "address" | "signDigest" | "signMessage" | "kemSeed"
> {}

async function keysOf(value: Secrets): Promise<NodeKeys> {
  const first = await heldOf(value.name, null, value);
  const organisation = organisationIdOf(first.card);
  const later = await Promise.all((value.later ?? []).map((pair) => heldOf(value.name, organisation, pair)));
  const all = new Map([first, ...later].map((held): [Digest, Held] => [held.cardDigest, held]));
  let used = first;
  return {
    organisation,
    cards: [...all.values()].map(({ card }) => card),
    accounts: new Set([...all.values()].map(({ address }) => address)),
    use: (keyCard) => {
      const found = all.get(keyCard);
      if (found !== undefined) used = found;
      return found !== undefined;
    },
    get card() {
      return used.card;
    },
    get cardDigest() {
      return used.cardDigest;
    },
    get address() {
      return used.address;
    },
    get signDigest() {
      return used.signDigest;
    },
    get signMessage() {
      return used.signMessage;
    },
    get kemSeed() {
      return used.kemSeed;
    },
    tagSecret: value.tag,
    relayerSecret: value.relayer,
    custodySecret: value.custody,
  };
}

/** @param organisation `null` for the first keys, whose card makes its id. */
async function heldOf(
  name: string,
  organisation: OrganisationId | null,
  { secp256k1, ed25519, kem }: Pairs,
): Promise<Held> {
  const publicKey = publicKeyOf(secp256k1);
  const card: KeyCard = {
    subject: "organisation",
    name,
    organisation,
    secp256k1: publicKey,
    ed25519: ed25519PublicKey(ed25519),
    kem: (await kemKeyPair(kem)).publicKey,
  };
  return {
    card,
    cardDigest: keyCardDigest(card),
    address: addressOf(publicKey),
    signDigest: (digest) => sign(digest, secp256k1),
    signMessage: nativeSigner(ed25519),
    kemSeed: kem,
  };
}

type KeystoreCode =
  "keystore-exists" | "keystore-missing" | "bad-passphrase" | "keystore-corrupt" | "too-many-keys";

function keystoreError(code: KeystoreCode): AnamnesisError<KeystoreCode> {
  const parts: Record<KeystoreCode, { rule: string; fix: string }> = {
    "keystore-exists": {
      rule: "A keystore is made once, and its keys are never replaced.",
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
    "too-many-keys": {
      rule: `An organisation's keys are replaced at most ${MOST_LATER} times.`,
      fix: "Have an entrant with new keys admitted in its place.",
    },
  };
  return new AnamnesisError({ code, ...parts[code] });
}
