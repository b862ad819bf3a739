import type { SegmentId } from "@anamnesis/core/ids";
import type { Permit } from "@anamnesis/core/segment/permit";
import type { Publication } from "../cards/publishCards.ts";
import { publishToAll, type SegmentProgress } from "../cards/publishToAll.ts";
import type { Consortium } from "../consortium.ts";
import type { Undelivered } from "../deliverGrants.ts";
import { completeGrants, delegationRegistration, register } from "../grant.ts";
import type { KeptSegment, PatientKeys, SaveKeys } from "../keys/patientKeys.ts";
import type { Runtime } from "../runtime.ts";
import { deliverOverdueGrants } from "../startEpoch.ts";
import { isUnsigned, type RenewedPermits, renewPermits } from "./renewPermits.ts";

export interface FinishRotationParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** From `beginRotation`, or as a session that was broken off left them. */
  readonly keys: PatientKeys;
  readonly save: SaveKeys;
  /** Seconds to wait for the ledger; 60 by default. */
  readonly wait?: number;
  readonly onProgress?: SegmentProgress;
}

export interface FinishedRotation extends RenewedPermits {
  readonly keys: PatientKeys;
  /** Where the rotation's cards stand. */
  readonly published: readonly Publication[];
  readonly undelivered: readonly Undelivered[];
}

/**
 * Brings a rotation that was begun to its end: the rotation to the ledger and its cards to custodians and homes, the permits under which
 * records stand signed by the new owner, the segments' new keys to those who keep a consent. Each step may be done again. `null` when no
 * rotation was begun.
 *
 * Throws `consent-not-registered`, `cards-not-published`, `grant-not-delivered`.
 */
export async function finishRotation(parameters: FinishRotationParameters): Promise<FinishedRotation | null> {
  const { runtime, consortium, save, wait = 60, onProgress } = parameters;
  let { keys } = parameters;
  const begun = keys.segments.filter(isBegun);
  if (begun.length === 0) return null;
  for (const { id, wallet } of begun) {
    if (wallet === undefined) continue;
    // Before the rotation, so that whoever has heard of the one has heard of the other.
    const registration = delegationRegistration(consortium, keys, wallet.delegation.body);
    await register({ runtime, consortium, keys, wait }, id, registration);
  }
  const chains = begun.map(({ id, cards, pending }) => {
    return { id, cards: pending === null ? cards : [...cards, pending] };
  });
  const published = await publishToAll(runtime, consortium, keys, chains, {
    wait,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const ended = new Map(chains.map(({ id, cards }) => [id, cards]));
  const current = {
    ...keys,
    segments: keys.segments.map((segment) => ({ ...segment, cards: ended.get(segment.id) ?? segment.cards })),
  };
  const { unfinished, ...renewal } = await renewPermits({ runtime, consortium, keys: current });
  const settled = current.segments.map((segment) =>
    ended.has(segment.id) ? { ...withPermits(segment, unfinished), pending: null } : segment,
  );
  keys = { ...current, segments: settled };
  await save(keys);
  keys = await completeGrants({ runtime, consortium, keys, save });
  const delivery = await deliverOverdueGrants({ runtime, consortium, keys, save });
  return { keys: delivery.keys, published, ...renewal, undelivered: delivery.undelivered };
}

/**
 * Brings what a wallet signed when it became the owner to homes and authors that were away then. What it has yet to sign it is asked for where `runtime` has a wallet, and else waits on. Returns the
 * keys as they are saved.
 */
export async function completePermits(
  parameters: Pick<FinishRotationParameters, "runtime" | "consortium" | "keys" | "save">,
): Promise<PatientKeys> {
  const { keys, save } = parameters;
  const waiting = keys.segments.filter(hasPermits);
  if (waiting.length === 0) return keys;
  const { unfinished } = await renewPermits({ ...parameters, keys: { ...keys, segments: waiting } });
  const done = { ...keys, segments: keys.segments.map((segment) => withPermits(segment, unfinished)) };
  await save(done);
  return done;
}

/** Whether something that the wallet signed has not reached everybody, or waits for its signature, see `completePermits`. */
export function hasPermits({ wallet, pending }: KeptSegment): boolean {
  return pending === null && wallet !== undefined && wallet.permits.length > 0;
}

/** How many permits, under which records stand, the wallet that owns the segment has yet to sign. */
export function unsignedPermits({ identity }: Pick<Consortium, "identity">, { wallet }: KeptSegment): number {
  return wallet?.permits.filter((permit) => isUnsigned(identity, wallet.account, permit)).length ?? 0;
}

/** Whether a rotation of this segment was signed and is not known to stand everywhere. */
export function isBegun({ pending }: KeptSegment): boolean {
  return pending !== null && pending.body.rotation !== null;
}

/** What a wallet signed is kept until nobody misses it: it is not asked twice. */
function withPermits(
  segment: KeptSegment,
  unfinished: ReadonlyMap<SegmentId, readonly Permit[]>,
): KeptSegment {
  const { id, wallet } = segment;
  const permits = unfinished.get(id);
  if (wallet === undefined || permits === undefined) return segment;
  return { ...segment, wallet: { ...wallet, permits: [...permits] } };
}
