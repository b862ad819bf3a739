import { aesGcmOpen, aesGcmSeal } from "@anamnesis/core/crypto/aead";
import { equalSecret, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { fixedBytes, type Infer, struct } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { AnamnesisError } from "@anamnesis/core/errors";
import { rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import {
  HAND_OVER_SECRET_BYTES,
  type HandOverKeys,
  handOverKeys,
  printHandOverCode,
  readHandOverCode,
} from "../keys/handOverCode.ts";
import { newestCard, patientKeys, type PatientKeys } from "../keys/patientKeys.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";

/** What an organisation that enrolled somebody gives to this person, once: all that it holds for them. */
const handOver = defineFormat(
  "hand-over",
  struct({
    keys: patientKeys,
    /** Root (32 bytes) whose keys stand behind the segments' next digests: with it the owner is rotated. */
    standing: fixedBytes(32),
  }),
  4 * 1024 * 1024,
);
export type HandOver = Infer<typeof handOver>;

// The key is derived from a secret that seals this one thing.
const NONCE = new Uint8Array(12);
const AAD = utf8ToBytes("anamnesis/hand-over/1");

export interface SealedHandOver extends Pick<HandOverKeys, "locator"> {
  /** For the person alone, face to face: whoever has it first takes the segments over. */
  readonly code: string;
  readonly sealed: Uint8Array;
}

/**
 * Seals provisional keys under a fresh one-time code.
 *
 * Throws `not-provisional`, `bad-recovery-kit`, `another-kit`, `too-large`.
 */
export async function sealHandOver(
  keys: PatientKeys,
  recoveryKit: string,
  random: (length: number) => Uint8Array,
): Promise<SealedHandOver> {
  if (keys.segments.some((segment) => newestCard(segment).body.provisional === null)) throw notProvisional();
  const seed = readRecoveryKit(recoveryKit);
  if (!equalSecret(rootOfSeed(seed, keys.generation), keys.root)) throw anotherKit();
  const plaintext = handOver.encode({ keys, standing: rootOfSeed(seed, keys.generation + 1) });
  seed.fill(0);
  if (plaintext.length > handOver.maxBytes) throw tooLarge();
  const secret = random(HAND_OVER_SECRET_BYTES);
  const { locator, key } = handOverKeys(secret);
  const sealed = await aesGcmSeal(key, NONCE, plaintext, AAD);
  plaintext.fill(0);
  return { code: printHandOverCode(secret), locator, sealed };
}

/** Throws `bad-hand-over-code`. */
export function handOverLocator(code: string): HandOverKeys["locator"] {
  return handOverKeys(readHandOverCode(code)).locator;
}

/** Throws `bad-hand-over-code`, `aead-open`. */
export async function openHandOver(code: string, sealed: Uint8Array): Promise<HandOver> {
  const { key } = handOverKeys(readHandOverCode(code));
  return handOver.decode(await aesGcmOpen(key, NONCE, sealed, AAD));
}

function notProvisional(): AnamnesisError<"not-provisional"> {
  return new AnamnesisError({
    code: "not-provisional",
    rule: "An organisation hands over keys that it made for somebody, once.",
    fix: "Keys of a patient's own are rotated with the patient's own kit.",
  });
}

function anotherKit(): AnamnesisError<"another-kit"> {
  return new AnamnesisError({
    code: "another-kit",
    rule: "A segment goes to its next owner by the kit from which its keys came.",
    fix: "Take the kit that was written when these keys were made.",
  });
}

function tooLarge(): AnamnesisError<"too-large"> {
  return new AnamnesisError({
    code: "too-large",
    rule: `A hand-over has at most ${handOver.maxBytes} bytes.`,
    fix: "Hand over before more consents are given.",
  });
}
