import type { Digest } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/**
 * Keeps an encoded `committee-certificate` under the digest that stands on the ledger. The caller has verified it.
 */
export async function keepCertificate(
  { db, durable }: Pick<NodeContext, "db" | "durable">,
  digest: Digest,
  bytes: Uint8Array,
): Promise<void> {
  await durable("certificate.rows", () =>
    db.query(
      "insert into committee_certificates (digest, bytes) values ($1, $2) on conflict (digest) do nothing",
      [digest, bytes],
    ),
  );
}
