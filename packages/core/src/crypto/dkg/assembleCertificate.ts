import { AnamnesisError } from "../../errors.ts";
import {
  type CertificateBody,
  certificateBody,
  type CommitteeCertificate,
  signedBy,
  verifyCertificate,
} from "./certificate.ts";
import { type CertificatePart, dkgPart } from "./certificatePart.ts";
import { DkgCulprit } from "./culprit.ts";

/**
 * The certificate from all participants' parts, in order, for the body that this participant arrived at itself.
 * Throws `dkg-culprit`, and `dkg-transcript` when a participant saw other messages than we did: exchange them and look
 * with `findEquivocation`.
 */
export function assembleCertificate(
  body: CertificateBody,
  parts: readonly Uint8Array[],
): CommitteeCertificate {
  const digest = certificateBody.digest(body);
  const signatures = body.participants.map((_, i) => {
    const bytes = parts[i];
    const part = readPart(i + 1, bytes);
    const theirs = certificateBody.digest(part.body);
    // Under the key that our own participant list gives, whatever the part's list says.
    if (!signedBy(body.participants, i + 1, theirs, part.signature))
      throw new DkgCulprit(i + 1, "signature", []);
    if (theirs === digest) return part.signature;
    if (part.body.transcript !== body.transcript) throw otherTranscript(i + 1);
    throw new DkgCulprit(i + 1, "certificate", bytes === undefined ? [] : [bytes]);
  });
  const certificate = { body, signatures };
  verifyCertificate(certificate);
  return certificate;
}

function readPart(from: number, bytes: Uint8Array | undefined): CertificatePart {
  try {
    const part = dkgPart.decode(bytes ?? new Uint8Array());
    if (part.sender === from) return part;
  } catch {
    // Named below, without the decoder's words.
  }
  throw new DkgCulprit(from, "malformed", []);
}

function otherTranscript(index: number): AnamnesisError<"dkg-transcript"> {
  return new AnamnesisError({
    code: "dkg-transcript",
    rule: "All participants saw the same messages.",
    fix: "Exchange the messages with this participant and look for two different ones of one sender.",
    meta: { index },
  });
}
