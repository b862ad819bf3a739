import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { committeeCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import type { NodeContext } from "../context.ts";
import { clientFor } from "../replicate/nodeClient.ts";
import { keepCertificate } from "./keepCertificate.ts";
import { activeCommittee, checkCertificate } from "./activeCommittee.ts";

/** A node that took no part in the run fetches the certificate from a custodian and holds it against the ledger. */
export async function fetchCertificate(context: NodeContext): Promise<void> {
  const row = await context.copy.committee();
  if (row === null || (await activeCommittee(context)) !== null) return;
  for (const organisation of row.members) {
    const member = await context.copy.member(organisation);
    if (member === null || organisation === context.organisation) continue;
    try {
      const certificate = await clientFor(context, member.endpoint).call(
        custodyRoutes.committee,
        {},
        undefined,
      );
      const bytes = committeeCertificate.encode(certificate);
      checkCertificate(bytes, row);
      await keepCertificate(context, row.certificate, bytes);
      return;
    } catch {
      context.log.warn("certificate-unreachable", { organisation });
    }
  }
}
