import type { Queryable } from "@anamnesis/core/ports/database";
import { forbidden } from "@anamnesis/fhir-server/errors/fhirError";
import type { NewVersion } from "@anamnesis/fhir-server/store/version";

/** What a patient signed is nobody else's to change or delete. Throws `fhir-forbidden`. */
export async function requireNotSigned(tx: Queryable, versions: readonly NewVersion[]): Promise<void> {
  const ids = versions.filter(({ type }) => type === "Consent").map(({ id }) => id);
  if (ids.length === 0) return;
  const signed = await tx.query(
    `select 1 as one from fhir_resources r join fhir_consents c on c.row = r.row where r.type = 'Consent' and r.id = any($1::text[])`,
    [ids],
  );
  if (signed.length > 0) throw forbidden();
}
