import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { hasCode } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { permitDigest, permitTypedData, type Permit } from "@anamnesis/core/segment/permit";
import { ownerAccess } from "../access.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { type KeptSegment, newestCard, type PatientKeys } from "../keys/patientKeys.ts";
import { listRecords } from "../listRecords.ts";
import { codeOf } from "../ourError.ts";
import { patientClient } from "../patientClient.ts";
import type { Runtime } from "../runtime.ts";

export interface RenewPermitsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
}

export interface RenewedPermits {
  /** Permits that stand under the current owner's signature now. */
  readonly permits: number;
  /** Who did not take them, or did not say which there are: do it again when these nodes are up. */
  readonly permitsMissing: readonly { readonly organisation: OrganisationId; readonly code: string }[];
}

/**
 * Signs with the current owner's keys every permit under which records stand at the homes: one that only an owner before had signed
 * opens no record. To the homes and to the organisations that are permitted, which take the same again without a change.
 */
export async function renewPermits(parameters: RenewPermitsParameters): Promise<RenewedPermits> {
  const { runtime, consortium, keys } = parameters;
  const missing = new Map<OrganisationId, string>();
  const counts = await concurrently(keys.segments, 4, async (segment) => {
    const { id, opening } = segment;
    const standing = await permitsOf(parameters, segment, missing);
    if (standing.length === 0) return 0;
    const permits = standing.map((permit) => signedAgain(consortium.identity, keys, opening.kind, permit));
    const { homes } = newestCard(segment).body;
    const authors = permits.map((permit) => permit.body.organisation);
    for (const organisation of new Set([...homes, ...authors])) {
      const member = consortium.members.get(organisation);
      if (member === undefined) continue;
      // An author that is no home keeps its own permits alone.
      const theirs = homes.includes(organisation)
        ? permits
        : permits.filter((permit) => permit.body.organisation === organisation);
      try {
        const client = patientClient(runtime, keys, id, member.endpoint);
        await client.call(exchangeRoutes.renewPermits, {}, { permits: theirs });
      } catch (error) {
        missing.set(organisation, codeOf(error));
      }
    }
    return permits.length;
  });
  const permits = counts.reduce((sum, count) => sum + count, 0);
  return { permits, permitsMissing: [...missing].map(([organisation, code]) => ({ organisation, code })) };
}

async function permitsOf(
  { runtime, consortium, keys }: RenewPermitsParameters,
  segment: KeptSegment,
  missing: Map<OrganisationId, string>,
): Promise<readonly Permit[]> {
  try {
    const access = ownerAccess(keys, segment.opening.kind);
    const { permits } = await listRecords({ runtime, consortium, access, purpose: "PATRQT" });
    return [
      ...new Map(permits.map((permit) => [permitDigest(consortium.identity, permit.body), permit])).values(),
    ];
  } catch (error) {
    if (!hasCode(error, "homes-unreachable") && !hasCode(error, "not-opened")) throw error;
    for (const home of newestCard(segment).body.homes) missing.set(home, codeOf(error));
    return [];
  }
}

function signedAgain(
  identity: LedgerIdentity,
  keys: PatientKeys,
  kind: KeptSegment["opening"]["kind"],
  { body }: Permit,
): Permit {
  const { secret } = ownerKeyOf(keys.root, kind);
  return { body, signature: sign(typedDataDigest(permitTypedData(identity, body)), secret) };
}
