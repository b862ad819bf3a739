import { fixedBytes, struct, uint } from "../../encoding/codec.ts";
import { defineFormat, type Format } from "../../encoding/format.ts";
import { type CertificateBody, certificateBody } from "./certificate.ts";
import { MAX_PARTICIPANTS } from "./setup.ts";

export interface CertificatePart {
  readonly sender: number;
  readonly body: CertificateBody;
  /** Ed25519 over the body's digest, 64 bytes. */
  readonly signature: Uint8Array;
}

/** One participant's signature over the certificate that it arrived at. */
export const dkgPart: Format<CertificatePart> = defineFormat(
  "dkg-part",
  struct({ sender: uint(MAX_PARTICIPANTS), body: certificateBody, signature: fixedBytes(64) }),
  4096,
);
