import { array, type Codec, fixedBytes, hash32, type Infer, struct, uint } from "../../encoding/codec.ts";
import { defineFormat, type Format } from "../../encoding/format.ts";
import { fromHex } from "../../encoding/bytes.ts";
import type { Digest } from "../../ids.ts";
import { ed25519Verify } from "../ed25519.ts";
import { KEM_ENC_BYTES, KEM_PUBLIC_KEY_BYTES, KEM_SEED_BYTES } from "../hpke.ts";
import { POINT_BYTES, SCALAR_BYTES } from "../secp256k1.ts";
import { DkgCulprit } from "./culprit.ts";
import { dkgSetup, type DkgSetup, MAX_PARTICIPANTS } from "./setup.ts";

const index = uint(MAX_PARTICIPANTS);
const signature = fixedBytes(64);

/** A signed message: the Ed25519 signature is over the 32-byte digest of the body's own format. */
interface Signed<T> {
  readonly body: T;
  readonly signature: Uint8Array;
}

function signedFormats<T>(
  kind: string,
  fields: Codec<T>,
  maxBytes: number,
): { body: Format<T>; message: Format<Signed<T>> } {
  const body = defineFormat(`${kind}-body`, fields, maxBytes);
  const signed: Codec<Signed<T>> = struct({ body, signature });
  return { body, message: defineFormat(kind, signed, maxBytes + 128) };
}

const head = {
  /** `dkgSetup`'s digest: run id, threshold, participants. */
  setup: hash32<Digest>(),
  sender: index,
};

const round1Body = struct({
  ...head,
  /** g^a_k for each coefficient of the sender's polynomial: `threshold` points of 33 bytes. */
  commitment: array(fixedBytes(POINT_BYTES), MAX_PARTICIPANTS, 2),
  /** Schnorr proof R ‖ z of knowledge of a_0 (FROST, Komlo and Goldberg 2020, figure 1). */
  proofOfKnowledge: fixedBytes(POINT_BYTES + SCALAR_BYTES),
  /** X-Wing key of this run only. */
  runKey: fixedBytes(KEM_PUBLIC_KEY_BYTES),
});
export type Round1Body = Infer<typeof round1Body>;
export const dkgRound1 = signedFormats<Round1Body>("dkg-round1", round1Body, 2048);

const round2Body = struct({
  ...head,
  /** Digests of all round-1 messages in order, as the sender received them, its own included. */
  echo: array(hash32<Digest>(), MAX_PARTICIPANTS, 2),
  /** The sender's polynomial at each other participant's index, sealed to that one's run key. */
  shares: array(
    struct({ recipient: index, enc: fixedBytes(KEM_ENC_BYTES), ciphertext: fixedBytes(SCALAR_BYTES + 16) }),
    MAX_PARTICIPANTS - 1,
    1,
  ),
});
export type Round2Body = Infer<typeof round2Body>;
export const dkgRound2 = signedFormats<Round2Body>("dkg-round2", round2Body, 16_384);

const complaintBody = struct({
  ...head,
  accused: index,
  /** Seed of the sender's run key. The run is aborted in any case, so it protects nothing any more. */
  seed: fixedBytes(KEM_SEED_BYTES),
});
export type ComplaintBody = Infer<typeof complaintBody>;
export const dkgComplaint = signedFormats<ComplaintBody>("dkg-complaint", complaintBody, 512);

export interface SignedFormats<T> {
  readonly body: Format<T>;
  readonly message: Format<Signed<T>>;
}

/** Signs a 32-byte digest with the participant's Ed25519 key. */
export type DkgSigner = (digest: Uint8Array) => Uint8Array;

export function signMessage<T>(formats: SignedFormats<T>, body: T, sign: DkgSigner): Uint8Array {
  return formats.message.encode({ body, signature: sign(fromHex(formats.body.digest(body))) });
}

/** The message of participant `from`, checked in form, signature and setup. Throws `dkg-culprit`. */
export function readMessage<T extends { readonly setup: Digest; readonly sender: number }>(
  formats: SignedFormats<T>,
  setup: DkgSetup,
  from: number,
  bytes: Uint8Array | undefined,
): T {
  const key = setup.participants[from - 1]?.ed25519;
  if (bytes === undefined || key === undefined) throw new DkgCulprit(from, "malformed", []);
  let message: Signed<T>;
  try {
    message = formats.message.decode(bytes);
  } catch {
    throw new DkgCulprit(from, "malformed", []);
  }
  const { body } = message;
  if (!ed25519Verify(fromHex(formats.body.digest(body)), message.signature, key)) {
    throw new DkgCulprit(from, "signature", []);
  }
  if (body.sender !== from) throw new DkgCulprit(from, "malformed", [bytes]);
  if (body.setup !== dkgSetup.digest(setup)) throw new DkgCulprit(from, "setup", [bytes]);
  return body;
}
