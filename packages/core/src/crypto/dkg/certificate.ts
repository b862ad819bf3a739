import { AnamnesisError } from "../../errors.ts";
import { array, fixedBytes, hash32, type Infer, struct, uint } from "../../encoding/codec.ts";
import { defineFormat, type Format } from "../../encoding/format.ts";
import { fromHex } from "../../encoding/bytes.ts";
import { domainHashHex } from "../../encoding/hash.ts";
import type { CommitteeKeyId, Digest } from "../../ids.ts";
import { ed25519Verify } from "../ed25519.ts";
import { isPoint, POINT_BYTES } from "../secp256k1.ts";
import { sharesFit } from "./polynomial.ts";
import { checkSetup, dkgParticipant, MAX_PARTICIPANTS } from "./setup.ts";

const body = struct({
  run: fixedBytes(32),
  threshold: uint(MAX_PARTICIPANTS),
  /** Custodians in the order of their share index: the first has index 1. */
  participants: array(dkgParticipant, MAX_PARTICIPANTS, 2),
  /** Y, compressed SEC1. */
  publicKey: fixedBytes(POINT_BYTES),
  /** g^s_i of each custodian, in their order. */
  verificationShares: array(fixedBytes(POINT_BYTES), MAX_PARTICIPANTS, 2),
  /** Digest over all messages of the run. */
  transcript: hash32<Digest>(),
  /** 0 from the DKG; shares of two epochs never combine. */
  shareEpoch: uint(2 ** 32 - 1),
});
export type CertificateBody = Infer<typeof body>;

export const certificateBody: Format<CertificateBody> = defineFormat(
  "committee-certificate-body",
  body,
  4096,
);

export interface CommitteeCertificate {
  readonly body: CertificateBody;
  /** Ed25519 over the body's digest, one of each custodian in their order; 64 bytes. */
  readonly signatures: readonly Uint8Array[];
}

/** All custodians' word on a committee key: Y is used only with it. */
export const committeeCertificate: Format<CommitteeCertificate> = defineFormat(
  "committee-certificate",
  struct({ body: certificateBody, signatures: array(fixedBytes(64), MAX_PARTICIPANTS, 2) }),
  8192,
);

/** SHA-256("anamnesis/committee-key/1" ‖ digest of the body). */
export function committeeKeyId(certificate: CertificateBody): CommitteeKeyId {
  const digest = fromHex(certificateBody.digest(certificate));
  return domainHashHex<CommitteeKeyId>("anamnesis/committee-key/1", digest);
}

/** True when the key of participant `index` (from 1) in `participants` signed the body with this digest. */
export function signedBy(
  participants: CertificateBody["participants"],
  index: number,
  digest: Digest,
  signature: Uint8Array,
): boolean {
  const key = participants[index - 1]?.ed25519;
  return key !== undefined && ed25519Verify(fromHex(digest), signature, key);
}

/**
 * Checks that every custodian signed, and that Y and the verification shares lie on one polynomial of degree t - 1.
 * Who the custodians should be is the ledger's word, not the certificate's. Throws `bad-certificate`,
 * `bad-threshold`, `bad-participants`.
 */
export function verifyCertificate(certificate: CommitteeCertificate): CertificateBody {
  const { body: content, signatures } = certificate;
  checkSetup(content);
  const { participants, publicKey, verificationShares, threshold } = content;
  const n = participants.length;
  const whole = verificationShares.length === n && signatures.length === n;
  if (!whole || ![publicKey, ...verificationShares].every(isPoint)) throw badCertificate("form");
  const digest = certificateBody.digest(content);
  const unsigned =
    signatures.findIndex((signature, i) => !signedBy(participants, i + 1, digest, signature)) + 1;
  if (unsigned > 0) throw badCertificate("signature", unsigned);
  if (!sharesFit(publicKey, verificationShares, threshold)) throw badCertificate("shares");
  return content;
}

function badCertificate(
  part: "form" | "signature" | "shares",
  index?: number,
): AnamnesisError<"bad-certificate"> {
  return new AnamnesisError({
    code: "bad-certificate",
    rule: "A committee key is used only with a certificate that all its custodians signed.",
    fix: "Fetch the certificate that the ledger names; do not write records to this key.",
    meta: index === undefined ? { part } : { part, index },
  });
}
