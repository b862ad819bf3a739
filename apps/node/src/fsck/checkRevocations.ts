import { revocation, verifyRevocation } from "@anamnesis/core/consent/revocation";
import type { ConsentId } from "@anamnesis/core/ids";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** Each revocation that this custodian promised to keep is signed by the revoker of the consent under which it is kept. */
export async function checkRevocations({ db, identity }: FsckContext): Promise<readonly Finding[]> {
  const rows = await db.query<{ consent: ConsentId; revocation: Uint8Array }>(
    "select consent, revocation from sticky_revocations order by consent",
  );
  const holds = (consent: ConsentId, bytes: Uint8Array): boolean => {
    try {
      return verifyRevocation(identity, revocation.decode(bytes)) === consent;
    } catch {
      return false;
    }
  };
  return rows
    .filter((row) => !holds(row.consent, row.revocation))
    .map(({ consent }) => finding("revocation-invalid", `consent ${consent}`));
}
