import { AnamnesisError } from "@anamnesis/core/errors";
import type { Address, Digest, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import { type Card, cardDigest, verifyChain } from "@anamnesis/core/segment/card";
import { kindCommitment, SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import {
  ownedSegment,
  ownerKeyOf,
  receiptKeySeed,
  requestKeySecret,
  rootOfSeed,
} from "@anamnesis/core/segment/ownerKeys";
import { openCarried } from "@anamnesis/core/segment/rotation";
import { isNewerChain } from "../cards/isNewerChain.ts";
import { cardsAt } from "../cards/publishCards.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import type { KeptSegment, PatientKeys } from "../keys/patientKeys.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";
import { codeOf } from "../ourError.ts";
import { connect, httpSigner, type Runtime } from "../runtime.ts";
import { beginRotation } from "./beginRotation.ts";
import { type CardMaker, isOwnCard } from "./isOwnCard.ts";

/** A rotation as the ledger has it. */
export interface KnownRotation {
  readonly segment: SegmentId;
  readonly generation: number;
  readonly newOwner: Address;
}

export interface RecoverKeysParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** The ledger itself (`readLedger`), or what members say of it (`askRotations`). */
  readonly ledger: { readonly rotations: readonly KnownRotation[] };
  readonly recoveryKit: string;
}

export interface RecoveredKeys {
  /** All of one generation, which none has passed whose cards the seed cannot make again: for `recoverOwner`. */
  readonly keys: PatientKeys;
  /** Newest generation of the seed that a card or the ledger knows of: the lost device may hold the next one's root. */
  readonly newest: number;
  /** Kinds of which no segment was found, and those that are `replaced`. */
  readonly missing: readonly SegmentKind[];
  /** Kinds whose segment the ledger gave to an owner whose card nobody has, or who is not the seed's. */
  readonly replaced: readonly SegmentKind[];
  /** Members that did not answer, with the code. */
  readonly silent: readonly { readonly organisation: OrganisationId; readonly code: string }[];
}

/** One segment as nodes and ledger have it. */
interface Found {
  readonly segment: KeptSegment;
  /** The segment's generation at which the seed begins, see `CardMaker`. */
  readonly base: number;
  /** Generation of the seed to which its newest card belongs, and the newest that the ledger knows of. */
  readonly generation: number;
  readonly newest: number;
}

/** Whether the ledger gave the segment to an owner that this seed does not give. */
function isAnothers(
  { ledger }: RecoverKeysParameters,
  seed: Uint8Array,
  { segment, newest }: Found,
): boolean {
  const last = ledger.rotations
    .filter((event) => event.segment === segment.id)
    .reduce<KnownRotation | null>((a, b) => (a === null || b.generation > a.generation ? b : a), null);
  if (last === null) return false;
  const { body } = segment.cards.at(-1) as Card;
  // A wallet that this seed's rotation named: its card is the seed's own, see `isOwnCard`.
  if (last.generation === body.generation && last.newOwner === body.owner) return false;
  return last.newOwner !== ownerKeyOf(rootOfSeed(seed, newest), segment.opening.kind).address;
}

interface Chains {
  /** What each member has, verified. */
  readonly of: (segment: SegmentId) => Promise<readonly (readonly Card[])[]>;
}

/**
 * A patient's keys from the printed kit alone, when no device is left: segments from what the seed derives and the ledger's rotations, cards
 * from the members' nodes. What somebody else published with stolen keys is left out (`isOwnCard`). The list of consents was on the device: it is
 * empty, so the keys are for a rotation, which ends every consent that is not signed again.
 * Cards of a rotation that did not reach each segment are pending: `finishRotation`, and so `rotateOwner`, brings them first.
 *
 * Throws `bad-recovery-kit`, `nothing-to-recover`, `kit-replaced` (of all that was found).
 */
export async function recoverKeys(parameters: RecoverKeysParameters): Promise<RecoveredKeys> {
  const seed = readRecoveryKit(parameters.recoveryKit);
  const silent = new Map<OrganisationId, string>();
  const chains = askMembers(parameters, rootOfSeed(seed, 0), silent);
  const found = await concurrently(SEGMENT_KINDS, 4, (kind) => findSegment(parameters, chains, seed, kind));
  const all = found.filter((item) => item !== null);
  if (all.length === 0) throw nothing();
  // One segment's trouble stops the recovery of no other.
  const present = all.filter((item) => !isAnothers(parameters, seed, item));
  if (present.length === 0) {
    seed.fill(0);
    throw kitReplaced();
  }
  const generation = Math.max(
    Math.min(...present.map((item) => item.generation)),
    ...present.map((item) => walletGeneration(item, seed)),
  );
  const roots = Array.from({ length: generation + 1 }, (_, g) => rootOfSeed(seed, g));
  const nextRoot = rootOfSeed(seed, generation + 1);
  const segments: KeptSegment[] = [];
  for (const item of present) segments.push(await at(parameters, seed, item, generation));
  seed.fill(0);
  const keys = {
    root: roots.at(-1) as Uint8Array,
    generation,
    earlierRoots: roots.slice(0, -1),
    nextOwners: nextOwnersOf(segments, nextRoot),
    segments,
  };
  const kept = new Set(present);
  return {
    keys,
    newest: Math.max(...present.map((item) => item.newest)),
    missing: SEGMENT_KINDS.filter((_, i) => !kept.has(found[i] as Found)),
    replaced: all.filter((item) => !kept.has(item)).map(({ segment }) => segment.opening.kind),
    silent: [...silent].map(([organisation, code]) => ({ organisation, code })),
  };
}

/** Newest generation of the seed at which the segment went to a wallet's account: that card has the wallet's signature, and cannot be made again. 0: none. */
function walletGeneration({ segment, base }: Found, seed: Uint8Array): number {
  const { kind } = segment.opening;
  const foreign = segment.cards.findLast(({ body }) => {
    if (body.generation <= base) return false;
    return body.owner !== ownerKeyOf(rootOfSeed(seed, body.generation - base), kind).address;
  });
  return foreign === undefined ? 0 : foreign.body.generation - base;
}

/**
 * The segment at the generation to which all are brought. A rotation that reached some segments and not others is done again: of those that it reached the newest
 * cards are left out, and those that it did not reach get its cards, the last one pending. The seed's own cards are the same each time, so they stand where they stand.
 */
async function at(
  { consortium }: RecoverKeysParameters,
  seed: Uint8Array,
  { segment, base, generation }: Found,
  wanted: number,
): Promise<KeptSegment> {
  const cards = segment.cards.filter((card) => card.body.generation - base <= wanted);
  let reached: KeptSegment = { ...segment, cards };
  for (let g = generation; g < wanted; g++) {
    const [root, nextRoot] = [rootOfSeed(seed, g + 1), rootOfSeed(seed, g + 2)];
    const keys: PatientKeys = {
      root: rootOfSeed(seed, g),
      generation: g,
      earlierRoots: Array.from({ length: g }, (_, i) => rootOfSeed(seed, i)),
      nextOwners: nextOwnersOf([reached], root),
      segments: [reached],
    };
    const next = { standing: root, root, nextRoot, generation: g + 1 };
    const begun = await beginRotation(consortium.identity, keys, next, () => false);
    reached = begun.segments[0] as KeptSegment;
  }
  return reached;
}

function nextOwnersOf(segments: readonly KeptSegment[], nextRoot: Uint8Array): PatientKeys["nextOwners"] {
  return segments.map(({ opening: { kind } }) => {
    return { kind, publicKey: ownerKeyOf(nextRoot, kind).publicKey };
  });
}

async function findSegment(
  parameters: RecoverKeysParameters,
  chains: Chains,
  seed: Uint8Array,
  kind: SegmentKind,
): Promise<Found | null> {
  const first = rootOfSeed(seed, 0);
  const made = ownedSegment(first, ownerKeyOf(rootOfSeed(seed, 1), kind).publicKey, kind);
  const own = await ownChain(chains, made.id, { seed, base: 0, kind, kindSalt: made.opening.kindSalt });
  if (own !== null) return foundAs(parameters, { ...made, cards: own, pending: null, consents: [] }, 0);
  // Made by somebody else and taken over: the ledger knows the account of this seed's first owner. Anybody can name that account in a
  // rotation of a segment of their own, so each is looked at.
  const { address } = ownerKeyOf(first, kind);
  for (const event of parameters.ledger.rotations) {
    if (event.newOwner !== address) continue;
    const base = event.generation;
    const cards = await ownChain(chains, event.segment, { seed, base, kind, kindSalt: null });
    const segment = cards === null ? null : await takenOver(cards, seed, base, kind);
    if (segment !== null) return foundAs(parameters, segment, base);
  }
  return null;
}

function foundAs({ ledger }: RecoverKeysParameters, segment: KeptSegment, base: number): Found {
  const generation = (segment.cards.at(-1) as Card).body.generation - base;
  const onLedger = ledger.rotations.filter((event) => event.segment === segment.id);
  const newest = Math.max(0, ...onLedger.map((event) => event.generation - base));
  return { segment, base, generation, newest: Math.max(generation, newest) };
}

/** With the salt that the rotation which took it over carries; `null` when that is not this kind's. */
async function takenOver(
  cards: readonly Card[],
  seed: Uint8Array,
  base: number,
  kind: SegmentKind,
): Promise<KeptSegment | null> {
  const { segment: id, owner, nextOwner, kind: commitment } = (cards[0] as Card).body;
  const rotation = cards.find((card) => card.body.generation === base)?.body.rotation ?? null;
  if (rotation === null) return null;
  const receiptKey = receiptKeySeed(rootOfSeed(seed, 0), id);
  const { kindSalt } = await openCarried(id, base, receiptKey, rotation.carried);
  if (kindCommitment(kind, kindSalt) !== commitment) return null;
  return { id, opening: { owner, nextOwner, kind, kindSalt }, cards, pending: null, consents: [] };
}

/**
 * The newest chain of this seed, up to its last own card. Members can have been given first cards with other homes by whoever stole the first owner's key: the first
 * card that most of them have counts. `null` when nobody has an own one.
 */
async function ownChain(
  chains: Chains,
  segment: SegmentId,
  maker: CardMaker,
): Promise<readonly Card[] | null> {
  const groups = new Map<Digest, { members: number; best: readonly Card[] }>();
  for (const chain of await chains.of(segment)) {
    const ours = await ownPart(chain, maker);
    const [first] = ours;
    if (first === undefined) continue;
    const name = cardDigest(first.body);
    const group = groups.get(name) ?? { members: 0, best: [] };
    group.members += 1;
    if (isNewerChain(ours, group.best)) group.best = ours;
    groups.set(name, group);
  }
  const [most] = [...groups.values()].sort((a, b) => b.members - a.members);
  return most?.best ?? null;
}

async function ownPart(cards: readonly Card[], maker: CardMaker): Promise<readonly Card[]> {
  const since = cards.findIndex((card) => card.body.generation === maker.base);
  if (since === -1) return [];
  let kept = since;
  while (kept < cards.length && (await isOwnCard(cards[kept] as Card, cards[kept - 1] ?? null, maker)))
    kept++;
  return kept === since ? [] : cards.slice(0, kept);
}

function askMembers(
  { runtime, consortium }: RecoverKeysParameters,
  root: Uint8Array,
  silent: Map<OrganisationId, string>,
): Chains {
  return {
    of: async (segment) => {
      const signer = httpSigner(requestKeySecret(root, segment));
      const chains = await concurrently([...consortium.members.values()], 4, async (member) => {
        try {
          const cards = await cardsAt(connect(runtime, member.endpoint, signer), segment);
          return isChainOf(consortium, segment, cards) ? cards : [];
        } catch (error) {
          silent.set(member.organisation, codeOf(error));
          return [];
        }
      });
      return chains.filter((cards) => cards.length > 0);
    },
  };
}

function isChainOf({ identity }: Consortium, segment: SegmentId, cards: readonly Card[]): boolean {
  try {
    verifyChain(identity, cards);
  } catch {
    return false;
  }
  return cards[0]?.body.segment === segment;
}

export function kitReplaced(): AnamnesisError<"kit-replaced"> {
  return new AnamnesisError({
    code: "kit-replaced",
    rule: "A kit leads to segments whose owner on the ledger came from it.",
    fix: "Take the kit that was printed last: this one was replaced. If there is no later one, somebody else has taken these segments over.",
  });
}

function nothing(): AnamnesisError<"nothing-to-recover"> {
  return new AnamnesisError({
    code: "nothing-to-recover",
    rule: "A kit leads to segments whose cards stand at the members' nodes.",
    fix: "Check that the kit is this consortium's and that nodes answer; then try again.",
  });
}
