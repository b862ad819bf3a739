import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { hasCode, isAnamnesisError } from "@anamnesis/core/errors";
import type { Address, Digest, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
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

export interface RenewalOfPermits extends RenewedPermits {
  /** Of segments that a wallet owns what has not reached its author and all homes: as the wallet signed it, or as an owner before did where the wallet has yet to. */
  readonly unfinished: ReadonlyMap<SegmentId, readonly Permit[]>;
}

/**
 * Signs with the current owner's keys every permit that an owner of the segment signed and under which a record stands at the homes: one that
 * only an owner before had signed opens no record. Cards and permits go to the homes and to the organisations that are permitted, which take the
 * same again without a change. What a home merely says is not signed. What a wallet signed goes too, whatever the homes say that they have.
 */
export async function renewPermits(parameters: RenewPermitsParameters): Promise<RenewalOfPermits> {
  const { runtime, consortium, keys } = parameters;
  const missing = new Map<OrganisationId, string>();
  const unfinished = new Map<SegmentId, readonly Permit[]>();
  const counts = await concurrently(keys.segments, 4, async (segment) => {
    const { id, wallet } = segment;
    const standing = await permitsOf(parameters, segment, missing);
    const all = union(parameters, standing ?? [], wallet?.permits ?? []);
    if (all.length === 0) return 0;
    const { permits, unsigned } = await signedAgain(parameters, segment, all, missing);
    const { homes } = newestCard(segment).body;
    const authors = permits.map((permit) => permit.body.organisation);
    const untaken = new Set<Permit>(standing === null ? permits : []);
    for (const organisation of new Set([...homes, ...authors])) {
      const member = consortium.members.get(organisation);
      if (member === undefined) continue;
      // An author that is no home keeps its own permits alone.
      const theirs = homes.includes(organisation)
        ? permits
        : permits.filter((permit) => permit.body.organisation === organisation);
      const left = new Set(theirs);
      try {
        const client = patientClient(runtime, keys, id, member.endpoint);
        // An author that is neither home nor custodian has not heard of the rotation yet.
        const { code } = await publishCards(client, organisation, id, segment.cards);
        if (code !== null) missing.set(organisation, code);
        for (let from = 0; from < theirs.length; from += PER_CALL) {
          await give(client, theirs.slice(from, from + PER_CALL), (permit) => left.delete(permit));
        }
      } catch (error) {
        missing.set(organisation, codeOf(error));
      }
      for (const permit of left) untaken.add(permit);
    }
    if (wallet !== undefined) unfinished.set(id, [...untaken, ...unsigned]);
    return permits.length;
  });
  const permits = counts.reduce((sum, count) => sum + count, 0);
  const permitsMissing = [...missing].map(([organisation, code]) => ({ organisation, code }));
  return { permits, permitsMissing, unfinished };
}

/** A node takes all of a call or none: where it has not heard of one permit yet, the others go one by one. Throws what the node answers to the last that it refused. */
async function give(
  client: Client,
  permits: readonly Permit[],
  taken: (permit: Permit) => void,
): Promise<void> {
  try {
    await client.call(exchangeRoutes.renewPermits, {}, { permits: [...permits] });
    permits.forEach(taken);
  } catch (error) {
    if (permits.length <= 1 || !hasCode(error, "bad-permit")) throw error;
    let refused: { readonly error: unknown } | null = null;
    for (const permit of permits) {
      try {
        await give(client, [permit], taken);
      } catch (again) {
        refused = { error: again };
      }
    }
    if (refused !== null) throw refused.error;
  }
}

/** Each once: as the wallet signed it where it did. */
function union(
  { consortium: { identity } }: RenewPermitsParameters,
  standing: readonly Permit[],
  kept: readonly Permit[],
): readonly Permit[] {
  const nameOf = (permit: Permit): Digest => permitDigest(identity, permit.body);
  const all = new Map(kept.map((permit) => [nameOf(permit), permit]));
  const named = new Set(all.keys());
  for (const permit of standing) if (!named.has(nameOf(permit))) all.set(nameOf(permit), permit);
  return [...all.values()];
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

/** Whether the wallet that owns a segment has yet to sign it. */
export function isUnsigned(identity: LedgerIdentity, account: Address, permit: Permit): boolean {
  return permitSigner(identity, permit) !== account;
}

/** Of a wallet what it signed when it became the owner; one that came in between waits for it, and is missing until then. */
async function signedAgain(
  { runtime, consortium: { identity }, keys }: RenewPermitsParameters,
  { opening, wallet }: KeptSegment,
  all: readonly Permit[],
  missing: Map<OrganisationId, string>,
): Promise<{ readonly permits: readonly Permit[]; readonly unsigned: readonly Permit[] }> {
  const signer = ownerSigner(keys, runtime.wallet);
  const permits: Permit[] = [];
  const unsigned: Permit[] = [];
  for (const permit of all) {
    const { body } = permit;
    // What the wallet signed stands: it is not asked twice.
    if (wallet !== undefined && !isUnsigned(identity, wallet.account, permit)) {
      permits.push(permit);
      continue;
    }
    try {
      permits.push({ body, signature: await signer(opening.kind, permitTypedData(identity, body)) });
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
      missing.set(body.organisation, error.code);
      unsigned.push(permit);
    }
  }
  return { permits, unsigned };
}

/** `null` when the homes do not say. */
async function permitsOf(
  { runtime, consortium, keys }: RenewPermitsParameters,
  segment: KeptSegment,
  missing: Map<OrganisationId, string>,
): Promise<readonly Permit[] | null> {
  try {
    return await standingPermits({ runtime, consortium, keys }, segment);
  } catch (error) {
    if (!hasCode(error, "homes-unreachable") && !hasCode(error, "not-opened")) throw error;
    for (const home of newestCard(segment).body.homes) missing.set(home, codeOf(error));
    return null;
  }
}
