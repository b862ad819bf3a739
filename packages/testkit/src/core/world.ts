import { sign, publicKeyOf, scalarFromSeed, addressOf } from "@anamnesis/core/crypto/secp256k1";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { toHex } from "@anamnesis/core/encoding/bytes";
import {
  type ActorId,
  type Address,
  type Day,
  type OrganisationId,
  type UnixSeconds,
  parseAddress,
} from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Attributes } from "@anamnesis/core/record/attributes";
import { sealRecord, type SealedRecord } from "@anamnesis/core/record/sealRecord";
import { startSession, type WriteSession } from "@anamnesis/core/record/session";
import { type Card, cardDigest, cardTypedData } from "@anamnesis/core/segment/card";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { kindCommitment } from "@anamnesis/core/segment/kind";
import { sealLink } from "@anamnesis/core/segment/link";
import {
  ownedSegment,
  ownerKeyOf,
  type OwnerKey,
  receiptKeySeed,
  rootOfSeed,
  segmentKeySeed,
} from "@anamnesis/core/segment/ownerKeys";
import { type Permit, permitDigest, permitTypedData } from "@anamnesis/core/segment/permit";
import type { SegmentOpening } from "@anamnesis/core/segment/segmentId";
import type { SegmentId } from "@anamnesis/core/ids";
import { dealCommittee, type TestCommittee } from "./committee.ts";
import { seededRandom } from "./seededRandom.ts";

const contract = (digit: string): Address => parseAddress(`0x${digit.repeat(40)}`);

export const TEST_IDENTITY: LedgerIdentity = {
  chainId: 31337,
  contracts: {
    consortium: contract("1"),
    directory: contract("2"),
    consents: contract("3"),
    records: contract("4"),
    receipts: contract("5"),
    owners: contract("6"),
  },
};

export interface TestSegment {
  readonly id: SegmentId;
  readonly kind: SegmentKind;
  readonly opening: SegmentOpening;
  readonly owner: OwnerKey;
  readonly root: Uint8Array;
  /** Cards from the first; the last one is the newest. */
  readonly cards: readonly Card[];
}

/** A patient's segment with its first card, from a name. */
export async function testSegment(patient: string, kind: SegmentKind): Promise<TestSegment> {
  const seed = seededRandom(`patient/${patient}`)(32);
  const root = rootOfSeed(seed, 0);
  const { id, opening } = ownedSegment(root, ownerKeyOf(rootOfSeed(seed, 1), kind).publicKey, kind);
  const segment = { id, kind, opening, owner: ownerKeyOf(root, kind), root, cards: [] };
  return { ...segment, cards: [await testCard(segment, 0)] };
}

/** The same segment one epoch later. */
export async function nextEpoch(segment: TestSegment): Promise<TestSegment> {
  return { ...segment, cards: [...segment.cards, await testCard(segment, segment.cards.length)] };
}

async function testCard(segment: TestSegment, epoch: number): Promise<Card> {
  const { root, id } = segment;
  const previous = segment.cards.at(-1);
  const body = {
    segment: id,
    owner: segment.opening.owner,
    nextOwner: segment.opening.nextOwner,
    kind: kindCommitment(segment.kind, segment.opening.kindSalt),
    number: epoch,
    previous: previous === undefined ? null : cardDigest(previous.body),
    epoch,
    segmentKey: (await kemKeyPair(segmentKeySeed(root, id, epoch))).publicKey,
    receiptKey: (await kemKeyPair(receiptKeySeed(root, id))).publicKey,
    link:
      epoch === 0
        ? null
        : await sealLink(id, epoch, segmentKeySeed(root, id, epoch), segmentKeySeed(root, id, epoch - 1)),
    homes: [organisationId("north"), organisationId("south")],
    generation: 0,
    provisional: null,
    rotation: null,
  };
  const signature = sign(typedDataDigest(cardTypedData(TEST_IDENTITY, body)), segment.owner.secret);
  return { body, signature };
}

export function organisationId(name: string): OrganisationId {
  return toHex<OrganisationId>(seededRandom(`organisation/${name}`)(32));
}

export interface TestAuthor {
  readonly organisation: OrganisationId;
  readonly author: ActorId;
  readonly secret: Uint8Array;
  readonly address: Address;
}

export function testAuthor(name: string): TestAuthor {
  const secret = scalarFromSeed(seededRandom(`author/${name}`)(48));
  const organisation = organisationId(name);
  return {
    organisation,
    author: organisation as string as ActorId,
    secret,
    address: addressOf(publicKeyOf(secret)),
  };
}

export function testPermit(segment: TestSegment, organisation: OrganisationId, notAfter: number): Permit {
  const salt = seededRandom(`permit/${segment.id}/${organisation}`)(32);
  const body = { segment: segment.id, organisation, notAfter: notAfter as UnixSeconds, salt };
  const signature = sign(typedDataDigest(permitTypedData(TEST_IDENTITY, body)), segment.owner.secret);
  return { body, signature };
}

export interface TestWorld {
  readonly random: (length: number) => Uint8Array;
  readonly committee: TestCommittee;
  readonly session: (segment: TestSegment) => Promise<WriteSession>;
  readonly seal: (parts: {
    segment: TestSegment;
    session: WriteSession;
    author: TestAuthor;
    bytes: Uint8Array;
    attributes?: Partial<Attributes>;
    random?: (length: number) => Uint8Array;
  }) => Promise<SealedRecord>;
}

/** Committee 2 of 3 and what is needed to seal records for any test segment. */
export function testWorld(seed: string): TestWorld {
  const random = seededRandom(seed);
  const committee = dealCommittee(random, 2, 3);
  return {
    random,
    committee,
    session: (segment) => {
      const { epoch, segmentKey } = (segment.cards.at(-1) as Card).body;
      return startSession(segment.id, epoch, segmentKey);
    },
    seal: ({ segment, session, author, bytes, attributes, random: own }) =>
      sealRecord({
        session,
        committee: committee.id,
        committeeKey: committee.publicKey,
        organisation: author.organisation,
        author: author.author,
        sign: (digest) => sign(digest, author.secret),
        day: 20_000 as Day,
        previous: null,
        permit: permitDigest(TEST_IDENTITY, testPermit(segment, author.organisation, 2_000_000_000).body),
        attributes: { resourceType: "Observation", from: null, to: null, labels: [], ...attributes },
        content: { meta: { mediaType: "application/fhir+json", source: null }, bytes },
        random: own ?? random,
      }),
  };
}
