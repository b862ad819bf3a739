import {
  type CertificateBody,
  committeeCertificate,
  committeeKeyId,
  verifyCertificate,
} from "@anamnesis/core/crypto/dkg/certificate";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { CommitteeKeyId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { CommitteeRow } from "../indexer/ledgerCopy.ts";

export interface ActiveCommittee {
  readonly id: CommitteeKeyId;
  /** Y, compressed SEC1. */
  readonly publicKey: Uint8Array;
  readonly certificate: CertificateBody;
  readonly row: CommitteeRow;
}

const verified = new WeakMap<object, Map<string, CertificateBody>>();

/**
 * The committee that stands on the ledger, once this node has its certificate; `null` before. The certificate is held
 * against the ledger (digest, members) and verified once a process.
 */
export async function activeCommittee(
  context: Pick<NodeContext, "copy" | "db">,
): Promise<ActiveCommittee | null> {
  const row = await context.copy.committee();
  if (row === null) return null;
  const cache = verified.get(context.db) ?? new Map<string, CertificateBody>();
  verified.set(context.db, cache);
  let certificate = cache.get(row.certificate);
  if (certificate === undefined) {
    const rows = await context.db.query<{ bytes: Uint8Array }>(
      "select bytes from committee_certificates where digest = $1",
      [row.certificate],
    );
    if (rows[0] === undefined) return null;
    certificate = checkCertificate(rows[0].bytes, row);
    cache.set(row.certificate, certificate);
  }
  return { id: row.committee, publicKey: certificate.publicKey, certificate, row };
}

/** Throws `bad-certificate` when it is not the one that the ledger names. */
export function checkCertificate(bytes: Uint8Array, row: CommitteeRow): CertificateBody {
  const value = committeeCertificate.decode(bytes);
  const body = verifyCertificate(value);
  const members = body.participants.map((participant) => participant.organisation);
  const same =
    committeeCertificate.digest(value) === row.certificate &&
    committeeKeyId(body) === row.committee &&
    body.threshold === row.threshold &&
    members.length === row.members.length &&
    members.every((member, i) => member === row.members[i]);
  if (same) return body;
  throw new AnamnesisError({
    code: "bad-certificate",
    rule: "A committee key is used only with the certificate that the ledger names.",
    fix: "Fetch the certificate from another custodian.",
    meta: { part: "ledger" },
  });
}
