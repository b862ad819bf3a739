import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { type Card, verifyChain } from "@anamnesis/core/segment/card";
import { kindCommitment, SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import {
  ownedSegment,
  ownerKeyOf,
  receiptKeySeed,
  requestKeySecret,
  rootOfSeed,
  segmentKeySeed,
} from "@anamnesis/core/segment/ownerKeys";
import { openCarried } from "@anamnesis/core/segment/rotation";
import { isNewerChain } from "../cards/isNewerChain.ts";
import { cardsAt } from "../cards/publishCards.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import type { KeptSegment, PatientKeys } from "../keys/patientKeys.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";
import type { LedgerView } from "../ledgerView.ts";
import { connect, httpSigner, type Runtime } from "../runtime.ts";

export interface RecoverKeysParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly ledger: Pick<LedgerView, "rotations">;
  readonly recoveryKit: string;
}

/** One segment as nodes and ledger have it. */
interface Found {
  readonly segment: KeptSegment;
  /** Generation of the seed to which its newest card belongs. */
  readonly generation: number;
}

/**
 * A patient's keys from the printed kit alone, when no device is left: segments from what the seed derives and the ledger's rotations, cards
 * from the members' nodes. What somebody else published with stolen keys is left out. The list of consents was on the device: it is
 * empty, so the keys are for `rotateOwner`, which ends every consent that is not signed again.
 *
 * Throws `bad-recovery-kit`, `nothing-to-recover`.
 */
export async function recoverKeys(parameters: RecoverKeysParameters): Promise<PatientKeys> {
  const seed = readRecoveryKit(parameters.recoveryKit);
  const found = await concurrently(SEGMENT_KINDS, 4, (kind) => findSegment(parameters, seed, kind));
  const present = found.filter((item) => item !== null);
  if (present.length === 0) throw nothing();
  const generation = Math.min(...present.map((item) => item.generation));
  const roots = Array.from({ length: generation + 1 }, (_, g) => rootOfSeed(seed, g));
  const nextRoot = rootOfSeed(seed, generation + 1);
  seed.fill(0);
  const segments = present.map((item) => backTo(item, generation));
  return {
    root: roots.at(-1) as Uint8Array,
    generation,
    earlierRoots: roots.slice(0, -1),
    nextOwners: segments.map(({ opening: { kind } }) => {
      return { kind, publicKey: ownerKeyOf(nextRoot, kind).publicKey };
    }),
    segments,
  };
}

/**
 * A rotation that reached some segments and not others is done again for all of them: it gives the same cards, which stand where they
 * stand.
 */
function backTo({ segment, generation }: Found, wanted: number): KeptSegment {
  const newest = (segment.cards.at(-1) as Card).body.generation;
  const cards = segment.cards.filter((card) => card.body.generation <= newest - (generation - wanted));
  return { ...segment, cards };
}

async function findSegment(
  parameters: RecoverKeysParameters,
  seed: Uint8Array,
  kind: SegmentKind,
): Promise<Found | null> {
  const first = rootOfSeed(seed, 0);
  const made = ownedSegment(first, ownerKeyOf(rootOfSeed(seed, 1), kind).publicKey, kind);
  const own = await chainOf(parameters, made.id, seed, 0, kind);
  if (own !== null) {
    const { cards, generation } = own;
    return { generation, segment: { ...made, cards, pending: null, consents: [] } };
  }
  // Made by somebody else and taken over: the ledger knows the account of this seed's first owner.
  const { address } = ownerKeyOf(first, kind);
  const taken = parameters.ledger.rotations.find((event) => event.newOwner === address);
  if (taken === undefined) return null;
  const chain = await chainOf(parameters, taken.segment, seed, taken.generation, kind);
  if (chain === null) return null;
  const { cards, generation } = chain;
  const { owner, nextOwner, kind: commitment } = (cards[0] as Card).body;
  const rotation = cards.findLast((card) => card.body.rotation !== null)?.body;
  if (rotation === undefined || rotation.rotation === null) return null;
  const receiptKey = receiptKeySeed(rootOfSeed(seed, generation), taken.segment);
  const carried = await openCarried(
    taken.segment,
    rotation.generation,
    receiptKey,
    rotation.rotation.carried,
  );
  if (kindCommitment(kind, carried.kindSalt) !== commitment) return null;
  const opening = { owner, nextOwner, kind, kindSalt: carried.kindSalt };
  return { generation, segment: { id: taken.segment, opening, cards, pending: null, consents: [] } };
}

/**
 * The newest chain that any member has, up to its last card whose keys are this seed's; `null` when nobody knows the segment.
 * @param base generation of the segment at which this seed begins.
 */
async function chainOf(
  { runtime, consortium }: RecoverKeysParameters,
  segment: SegmentId,
  seed: Uint8Array,
  base: number,
  kind: SegmentKind,
): Promise<{ readonly cards: readonly Card[]; readonly generation: number } | null> {
  const signer = httpSigner(requestKeySecret(rootOfSeed(seed, 0), segment));
  const chains = await concurrently([...consortium.members.values()], 4, async ({ endpoint }) => {
    const cards = await cardsAt(connect(runtime, endpoint, signer), segment).catch(() => []);
    return isChainOf(consortium, segment, cards) ? cards : [];
  });
  let best: readonly Card[] = [];
  for (const chain of chains) {
    const ours = await ownPart(chain, seed, base, kind);
    if (isNewerChain(ours, best)) best = ours;
  }
  const newest = best.at(-1);
  return newest === undefined ? null : { cards: best, generation: newest.body.generation - base };
}

function isChainOf({ identity }: Consortium, segment: SegmentId, cards: readonly Card[]): boolean {
  try {
    verifyChain(identity, cards);
  } catch {
    return false;
  }
  return cards[0]?.body.segment === segment;
}

/** Up to the last card that this seed made: what a thief published has keys that do not come from it. */
async function ownPart(
  cards: readonly Card[],
  seed: Uint8Array,
  base: number,
  kind: SegmentKind,
): Promise<readonly Card[]> {
  const newest = cards.at(-1);
  if (newest === undefined || newest.body.generation < base) return [];
  const { generation, segment } = newest.body;
  const root = rootOfSeed(seed, generation - base);
  if (ownerKeyOf(root, kind).address !== newest.body.owner) return [];
  const since = cards.findIndex((card) => card.body.generation === generation);
  for (const [i, { body }] of cards.entries()) {
    if (i < since) continue;
    const { publicKey } = await kemKeyPair(segmentKeySeed(root, segment, body.epoch));
    if (!equalBytes(publicKey, body.segmentKey)) return cards.slice(0, i);
  }
  return cards;
}

function nothing(): AnamnesisError<"nothing-to-recover"> {
  return new AnamnesisError({
    code: "nothing-to-recover",
    rule: "A kit leads to segments whose cards stand at the members' nodes.",
    fix: "Check that the kit is this consortium's and that nodes answer; then try again.",
  });
}
