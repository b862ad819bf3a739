import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { hasCode, isAnamnesisError } from "@anamnesis/core/errors";
import type { Address, Digest, OrganisationId } from "@anamnesis/core/ids";
import { permitDigest, permitSigner, permitTypedData, type Permit } from "@anamnesis/core/segment/permit";
import { ownerAccess } from "../access.ts";
import { publishCards } from "../cards/publishCards.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { type KeptSegment, newestCard, type PatientKeys } from "../keys/patientKeys.ts";
import { listRecords } from "../listRecords.ts";
import { codeOf } from "../ourError.ts";
import { patientClient } from "../patientClient.ts";
import type { Runtime } from "../runtime.ts";
import { ownerSigner } from "./ownerSigner.ts";

/** Permits of one request. */
const PER_CALL = 1024;

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
 * Signs with the current owner's keys every permit that an owner of the segment signed and under which a record stands at the homes: one that
 * only an owner before had signed opens no record. Cards and permits go to the homes and to the organisations that are permitted, which take the
 * same again without a change. What a home merely says is not signed.
 */
export async function renewPermits(parameters: RenewPermitsParameters): Promise<RenewedPermits> {
  const { runtime, consortium, keys } = parameters;
  const missing = new Map<OrganisationId, string>();
  const counts = await concurrently(keys.segments, 4, async (segment) => {
    const { id } = segment;
    const standing = await permitsOf(parameters, segment, missing);
    if (standing.length === 0) return 0;
    const permits = await signedAgain(parameters, segment, standing, missing);
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
        // An author that is neither home nor custodian has not heard of the rotation yet.
        const { code } = await publishCards(client, organisation, id, segment.cards);
        if (code !== null) missing.set(organisation, code);
        for (let from = 0; from < theirs.length; from += PER_CALL) {
          const some = theirs.slice(from, from + PER_CALL);
          await client.call(exchangeRoutes.renewPermits, {}, { permits: some });
        }
      } catch (error) {
        missing.set(organisation, codeOf(error));
      }
    }
    return permits.length;
  });
  const permits = counts.reduce((sum, count) => sum + count, 0);
  return { permits, permitsMissing: [...missing].map(([organisation, code]) => ({ organisation, code })) };
}

/**
 * Permits that an owner of the segment signed and under which a record stands, as the homes tell, each once. Throws what `listRecords` throws; of a segment of which nobody has anything
 * it is an empty list.
 */
export async function standingPermits(
  { runtime, consortium, keys }: RenewPermitsParameters,
  segment: KeptSegment,
): Promise<readonly Permit[]> {
  const access = ownerAccess(keys, segment.opening.kind);
  const { permits, records } = await listRecords({ runtime, consortium, access, purpose: "PATRQT" });
  const authors = new Map(records.map(({ header: { body } }) => [body.core.permit, body.core.organisation]));
  const owners = new Set<Address | null>(segment.cards.map((card) => card.body.owner));
  const standing = new Map<Digest, Permit>();
  for (const permit of permits) {
    const name = permitDigest(consortium.identity, permit.body);
    const ours = permit.body.segment === segment.id && owners.has(permitSigner(consortium.identity, permit));
    if (ours && authors.get(name) === permit.body.organisation) standing.set(name, permit);
  }
  return [...standing.values()];
}

/** Of a wallet what it signed when it became the owner; one that came in between waits for it, and is missing until then. */
async function signedAgain(
  { runtime, consortium: { identity }, keys }: RenewPermitsParameters,
  { opening, wallet }: KeptSegment,
  standing: readonly Permit[],
  missing: Map<OrganisationId, string>,
): Promise<readonly Permit[]> {
  const signer = ownerSigner(keys, runtime.wallet);
  const signed = new Map(wallet?.permits.map((permit) => [permitDigest(identity, permit.body), permit]));
  const permits: Permit[] = [];
  for (const permit of standing) {
    const { body } = permit;
    // What the wallet signed stands: it is not asked twice.
    const isSigned = wallet !== undefined && permitSigner(identity, permit) === wallet.account;
    const known = isSigned ? permit : signed.get(permitDigest(identity, body));
    try {
      permits.push(known ?? { body, signature: await signer(opening.kind, permitTypedData(identity, body)) });
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
      missing.set(body.organisation, error.code);
    }
  }
  return permits;
}

async function permitsOf(
  { runtime, consortium, keys }: RenewPermitsParameters,
  segment: KeptSegment,
  missing: Map<OrganisationId, string>,
): Promise<readonly Permit[]> {
  try {
    return await standingPermits({ runtime, consortium, keys }, segment);
  } catch (error) {
    if (!hasCode(error, "homes-unreachable") && !hasCode(error, "not-opened")) throw error;
    for (const home of newestCard(segment).body.homes) missing.set(home, codeOf(error));
    return [];
  }
}
