import { aesGcmOpen, aesGcmSeal } from "@anamnesis/core/crypto/aead";
import { hpkeOpen, hpkeSeal, KEM_ENC_BYTES, KEM_PUBLIC_KEY_BYTES } from "@anamnesis/core/crypto/hpke";
import { hkdf } from "@anamnesis/core/crypto/kdf";
import { concatBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type CodeKind, printCode, readCode } from "./groupedCode.ts";

/** 128 bits and a checksum: 32 characters. */
const CODE: CodeKind = { prefix: "AD1", domain: "anamnesis/device-code/1", secret: 16, checksum: 4 };
const NONCE_BYTES = 12;
const ACCOUNT_BYTES = 16;
const ANSWER_LABEL = utf8ToBytes("anamnesis/device-answer/1");
const CLAIM_LABEL = utf8ToBytes("anamnesis/device-claim/1");

/** What the device that adds another one shows: `AD1` and eight groups, as text and in a QR code. */
export function createDeviceCode(random: (length: number) => Uint8Array): string {
  return printCode(CODE, random(CODE.secret));
}

/** Its secret (16 bytes). Throws `bad-device-code` with `meta.reason` `form` or `checksum`. */
export function readDeviceCode(text: string): Uint8Array {
  const secret = readCode(CODE, text);
  if (secret instanceof Uint8Array) return secret;
  throw new AnamnesisError({
    code: "bad-device-code",
    rule: "The code of another device is AD1 and eight groups of four characters that fit their checksum.",
    fix: "Scan it again, or type all groups as the other device shows them.",
    meta: { reason: secret },
  });
}

/** Under which name a node keeps what the devices leave for each other (32 bytes): says nothing of the keys. */
export function deviceLocator(secret: Uint8Array): Uint8Array {
  return derived(secret, "anamnesis/device-locator/1");
}

/** The new device's public key (X-Wing, made for this once), sealed: a node without the secret can put no other one in its place. */
export async function sealDeviceClaim(
  secret: Uint8Array,
  publicKey: Uint8Array,
  random: (length: number) => Uint8Array,
): Promise<Uint8Array> {
  const nonce = random(NONCE_BYTES);
  const key = derived(secret, "anamnesis/device-claim-key/1");
  return concatBytes(nonce, await aesGcmSeal(key, nonce, publicKey, CLAIM_LABEL));
}

/** The public key of who knows the secret. Throws `device-not-ours`. */
export async function openDeviceClaim(secret: Uint8Array, claim: Uint8Array): Promise<Uint8Array> {
  const key = derived(secret, "anamnesis/device-claim-key/1");
  const opened = await orNotOurs(async () =>
    aesGcmOpen(key, claim.subarray(0, NONCE_BYTES), claim.subarray(NONCE_BYTES), CLAIM_LABEL),
  );
  if (opened.length !== KEM_PUBLIC_KEY_BYTES) throw notOurs();
  return opened;
}

/** Six digits that both devices show: they differ when another device than the one in front of the person answered to the code. */
export function deviceDigits(secret: Uint8Array, publicKey: Uint8Array): string {
  const bytes = hkdf(secret, { salt: publicKey, info: utf8ToBytes("anamnesis/device-digits/1"), length: 8 });
  const value = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0) % 1_000_000n;
  return value.toString().padStart(6, "0");
}

export interface DeviceAnswer {
  /** Id of the account, 16 bytes. */
  readonly account: Uint8Array;
  /** The vault's key, 32 bytes. */
  readonly vaultKey: Uint8Array;
}

/** The vault's key for the new device: to its public key (HPKE), with the code's secret in the context, so that both are needed. */
export async function sealDeviceAnswer(
  secret: Uint8Array,
  publicKey: Uint8Array,
  { account, vaultKey }: DeviceAnswer,
): Promise<Uint8Array> {
  const plaintext = concatBytes(account, vaultKey);
  const { enc, ciphertext } = await hpkeSeal({
    publicKey,
    info: contextOf(secret),
    aad: publicKey,
    plaintext,
  });
  plaintext.fill(0);
  return concatBytes(enc, ciphertext);
}

/** @param seed of the new device's key, 32 bytes, and `publicKey` of the same. Throws `device-not-ours`. */
export async function openDeviceAnswer(
  secret: Uint8Array,
  { seed, publicKey }: { readonly seed: Uint8Array; readonly publicKey: Uint8Array },
  answer: Uint8Array,
): Promise<DeviceAnswer> {
  const enc = answer.subarray(0, KEM_ENC_BYTES);
  const ciphertext = answer.subarray(KEM_ENC_BYTES);
  const plaintext = await orNotOurs(async () =>
    hpkeOpen({ seed, enc, info: contextOf(secret), aad: publicKey, ciphertext }),
  );
  if (plaintext.length !== ACCOUNT_BYTES + 32) throw notOurs();
  return { account: plaintext.slice(0, ACCOUNT_BYTES), vaultKey: plaintext.slice(ACCOUNT_BYTES) };
}

function contextOf(secret: Uint8Array): Uint8Array {
  return concatBytes(ANSWER_LABEL, derived(secret, "anamnesis/device-answer-context/1"));
}

function derived(secret: Uint8Array, domain: string): Uint8Array {
  return hkdf(secret, { info: utf8ToBytes(domain), length: 32 });
}

async function orNotOurs<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch {
    throw notOurs();
  }
}

function notOurs(): AnamnesisError<"device-not-ours"> {
  return new AnamnesisError({
    code: "device-not-ours",
    rule: "Two devices of one person find each other by a code that only their screens show.",
    fix: "Begin again on the device that is signed in. If it happens again, tell the people who run this node.",
  });
}
