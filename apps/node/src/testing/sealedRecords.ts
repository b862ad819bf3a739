import type { RecordBatch } from "@anamnesis/api/routes/exchange";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { BodyLabel, Day, RecordId } from "@anamnesis/core/ids";
import type { Attributes } from "@anamnesis/core/record/attributes";
import type { Content } from "@anamnesis/core/record/content";
import type { Endorsers } from "@anamnesis/core/record/endorsement";
import type { Header } from "@anamnesis/core/record/header";
import { sealRecord } from "@anamnesis/core/record/sealRecord";
import { session, sessionSecret, startSession, type WriteSession } from "@anamnesis/core/record/session";
import { openWrap, wrap, type WrapContent } from "@anamnesis/core/record/wrap";
import type { RequestedRecord } from "@anamnesis/core/release/releaseRequest";
import type { Card } from "@anamnesis/core/segment/card";
import { segmentKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { type Permit, permitDigest } from "@anamnesis/core/segment/permit";
import { TEST_IDENTITY, type TestSegment } from "@anamnesis/testkit/core/world";
import { anchorBatch } from "../anchor/anchorBatch.ts";
import { anchorProofOf } from "../anchor/anchorProof.ts";
import type { TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { putRecords } from "../records/putRecords.ts";
import { actorOf, type CustodyWorld, type TestActor } from "./custodyWorld.ts";

/** A sealed record as a device holds it. */
export interface Sealed {
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly header: Header;
  readonly session: WriteSession;
  readonly permit: Permit;
  readonly put: RecordBatch["records"][number];
}

const EMPTY: Content = {
  meta: { mediaType: "application/fhir+json", source: null },
  bytes: utf8ToBytes("{}"),
};

export interface SealParts {
  readonly segment?: TestSegment;
  readonly previous?: BodyLabel | null;
  readonly attributes?: Partial<Attributes>;
  readonly permit?: Permit;
  readonly device?: TestActor;
  /** Secret of the segment's owner, who writes it in its own name. */
  readonly owner?: Uint8Array;
  readonly day?: Day;
  readonly session?: WriteSession;
  readonly endorsers?: Endorsers;
  readonly amends?: RecordId;
  /** `{}` by default, of no source. */
  readonly content?: Content;
  /** Another committee than the consortium's. */
  readonly committee?: { readonly id: Header["body"]["core"]["committee"]; readonly publicKey: Uint8Array };
}

/** Seals one record as `node`'s organisation, or as a device of it. */
export async function seal(world: CustodyWorld, node: TestNode, parts: SealParts = {}): Promise<Sealed> {
  const { segment = world.segment, device } = parts;
  const { body: card } = segment.cards.at(-1) as Card;
  const own = parts.session ?? (await startSession(segment.id, card.epoch, card.segmentKey));
  const permit = parts.permit ?? world.permit(segment, node.name);
  const { record, label, ...sealed } = await sealRecord({
    session: own,
    committee: parts.committee?.id ?? world.committee,
    committeeKey: parts.committee?.publicKey ?? world.deal.publicKey,
    organisation: node.organisation,
    author:
      parts.owner === undefined
        ? (device?.requester.actor ?? actorOf(node))
        : (segment.id as string as ReturnType<typeof actorOf>),
    sign: (digest) => {
      const secret = parts.owner ?? device?.secret;
      return secret === undefined ? node.keys.signDigest(digest) : sign(digest, secret);
    },
    day: parts.day ?? world.today,
    previous: parts.previous ?? null,
    permit: permitDigest(TEST_IDENTITY, permit.body),
    attributes: { resourceType: "Observation", from: null, to: null, labels: [], ...parts.attributes },
    endorsers: parts.endorsers ?? null,
    amends: parts.amends ?? null,
    content: parts.content ?? EMPTY,
    random: world.random,
  });
  const value = sealed.header;
  const { endorsement, amends } = sealed;
  const put = {
    header: value,
    wrap: sealed.wrap.bytes,
    content: sealed.content.bytes,
    endorsement,
    amends,
  };
  return { record, label, header: value, session: own, permit, put };
}

export function batchOf(...records: readonly Sealed[]): RecordBatch {
  const sessions = new Map(records.map((item) => [item.session.cid, session.decode(item.session.bytes)]));
  return {
    sessions: [...sessions.values()],
    permits: [...new Map(records.map((item) => [item.header.body.core.permit, item.permit])).values()],
    records: records.map((item) => item.put),
  };
}

/** Everything that waits at `node` goes to the ledger, and every node's copy follows. */
export async function anchor(world: CustodyWorld, node: TestNode): Promise<void> {
  await anchorBatch(node);
  await sendOutbox(node);
  await world.follow();
}

/** Seals, puts and anchors a record. */
export async function written(world: CustodyWorld, node: TestNode, parts: SealParts = {}): Promise<Sealed> {
  const sealed = await seal(world, node, parts);
  await putRecords(node, batchOf(sealed));
  await anchor(world, node);
  return sealed;
}

/** What a wrap holds, as the segment's key opens it. */
export async function wrapOf(sealed: Sealed, segment: TestSegment): Promise<WrapContent> {
  const seed = segmentKeySeed(segment.root, segment.id, sealed.session.epoch);
  const secret = await sessionSecret(session.decode(sealed.session.bytes), seed);
  return openWrap(secret, sealed.header.body.core, wrap.decode(sealed.put.wrap as Uint8Array));
}

/** The item of a release request about a record; one that is not anchored gets a proof that cannot hold. */
export async function itemOf(node: TestNode, sealed: Sealed, segment: TestSegment): Promise<RequestedRecord> {
  const { record } = sealed;
  const { organisation } = sealed.header.body.core;
  const first = (await node.copy.firstAnchored([record], organisation)).get(record);
  const proof = first === undefined ? null : await anchorProofOf(node, first);
  const { attributes, salt } = await wrapOf(sealed, segment);
  return {
    header: sealed.header,
    attributes,
    salt,
    anchor: proof ?? { sequence: 1, index: 0, size: 1, path: [] },
  };
}
