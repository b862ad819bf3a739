import { committeeCertificate, verifyCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import { publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** The share of the committee that stands on the ledger is here, and is the one whose public part its certificate names. */
export async function checkShares(context: FsckContext): Promise<readonly Finding[]> {
  const { share, truthCopy, organisation, db } = context;
  const committee = await truthCopy.committee();
  if (share === null || committee === null || !committee.members.includes(organisation)) return [];
  const where = `committee ${committee.committee}`;
  const held = share.held(committee.committee);
  if (held === null) return [finding("share-missing", where)];
  const rows = await db.query<{ bytes: Uint8Array }>(
    "select bytes from committee_certificates where digest = $1",
    [committee.certificate],
  );
  if (rows[0] === undefined) return [];
  try {
    const certificate = verifyCertificate(committeeCertificate.decode(rows[0].bytes));
    const named = certificate.verificationShares[held.index - 1];
    const place = certificate.participants[held.index - 1]?.organisation;
    const right =
      named !== undefined && place === organisation && equalBytes(publicKeyOf(held.secret), named);
    return right ? [] : [finding("share-corrupt", where)];
  } catch {
    // The certificate is at fault, which `checkSegments` says.
    return [];
  }
}
