import { type Client, EncodedRequest } from "@anamnesis/api/client";
import {
  exchangeRoutes,
  MAX_BLOB_BYTES,
  MAX_INLINE_CONTENT,
  MAX_OWNERS_CONTENT,
  MAX_SEGMENTS,
  recordBatch,
  type RecordBatch,
  type SegmentState,
} from "@anamnesis/api/routes/exchange";
import { padmeLength } from "@anamnesis/core/crypto/padme";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { sealedLength } from "@anamnesis/core/crypto/stream";
import { concatBytes, toHex } from "@anamnesis/core/encoding/bytes";
import { cidDigest, cidOf, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import {
  type ActorId,
  type BodyLabel,
  type Cid,
  dayOf,
  type Digest,
  type OrganisationId,
  type RecordId,
  type SegmentId,
} from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Attributes } from "@anamnesis/core/record/attributes";
import type { Endorsers } from "@anamnesis/core/record/endorsement";
import type { StreamedContent } from "@anamnesis/core/record/sealContentStream";
import {
  sealRecord,
  type SealedRecord,
  sealSpooledRecord,
  type SpooledRecord,
} from "@anamnesis/core/record/sealRecord";
import { session, startSession, type WriteSession } from "@anamnesis/core/record/session";
import { type Card, cardDigest, verifyChain } from "@anamnesis/core/segment/card";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { permitDigest, type Permit, verifyPermit } from "@anamnesis/core/segment/permit";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { isNewerChain } from "./cards/isNewerChain.ts";
import { cardsAt, publishCards } from "./cards/publishCards.ts";
import type { Committee } from "./consortium.ts";
import type { ImportJournal, JournalBatch, JournalRecord } from "./journal.ts";
import { type ActorKeys, actorOf } from "./keys/actorKeys.ts";
import type { Admission } from "./permit.ts";
import type { Runtime } from "./runtime.ts";

/** A content that need not be in memory at once. */
export interface ContentSource {
  /** Its bytes from the beginning, in pieces of any size; once more when it has to be sealed anew. */
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** What is to be sealed: one FHIR resource version, document or image. */
export interface ResourceToSeal {
  readonly segmentKind: SegmentKind;
  readonly attributes: Attributes;
  readonly mediaType: string;
  readonly bytes: Uint8Array | ContentSource;
  /** Id and version in the system that it comes from; `null`: it is sealed anew each time. */
  readonly source: { readonly key: string; readonly version: string } | null;
  /** Who has to co-sign it before it counts as final; nobody by default. */
  readonly endorsers?: Endorsers;
  /** The earlier record of this organisation in the same segment whose place it takes; none by default. */
  readonly amends?: RecordId;
}

/** Signs in its segments and nowhere else. */
export interface SegmentAuthor {
  readonly authorIn: (kind: SegmentKind) => {
    readonly id: ActorId;
    /** secp256k1 over 32 bytes: 65 bytes r ‖ s ‖ v. */
    readonly sign: (digest: Uint8Array) => Uint8Array;
  };
}

export interface SealProgress {
  /** Records that the node has taken in this run, and resources that it had already. */
  readonly sealed: number;
  readonly known: number;
  /** Plaintext bytes sealed. */
  readonly bytes: number;
  /** Bytes of large contents that were sent to the node in this run. */
  readonly sent: number;
}

export interface SealParameters {
  readonly runtime: Runtime;
  readonly identity: LedgerIdentity;
  /** The author organisation's own node, with the device as signer; of an owner, a home of the segments, with their request keys as signers. */
  readonly node: Client;
  /** A device or practitioner of the organisation, or who owns the segments. */
  readonly device: ActorKeys | SegmentAuthor;
  /** In whose name: the author's, or the home's that takes what an owner writes and anchors it. */
  readonly organisation: OrganisationId;
  readonly admission: Admission;
  /** From a verified certificate. */
  readonly committee: Pick<Committee, "id" | "key">;
  readonly resources: AsyncIterable<ResourceToSeal> | Iterable<ResourceToSeal>;
  readonly journal: ImportJournal;
  readonly onProgress?: (progress: SealProgress) => void;
}

export interface SealedResource {
  readonly source: ResourceToSeal["source"];
  readonly kind: SegmentKind;
  readonly record: RecordId;
  readonly label: BodyLabel;
}

export interface SealResult {
  readonly sealed: readonly SealedResource[];
  /** Resources that were sealed before, in this run or an earlier one. */
  readonly known: readonly {
    readonly source: { readonly key: string; readonly version: string };
    readonly record: RecordId;
  }[];
  /** Records of an interrupted run that the node has now. */
  readonly resumed: number;
}

const MAX_BATCH_RECORDS = 64;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Bytes of large contents of one batch, after which it is sent: what the device's disk holds, and what a conflict seals anew. */
const MAX_BATCH_SPOOLED = 64 * 1024 * 1024;
/** Somebody else of the organisation writes into the same segments: the rest is sealed again on the new head. */
const MOST_CONFLICTS = 5;

/** One segment during a run. */
interface Chain {
  readonly session: WriteSession;
  readonly permit: Permit;
  /** Digest of the permit: how headers name it. */
  readonly permitName: Digest;
  previous: BodyLabel | null;
}

interface Item {
  readonly resource: ResourceToSeal;
  readonly sealed: Pick<SealedRecord, "record" | "label" | "header" | "wrap" | "endorsement" | "amends">;
  /** Plaintext bytes. */
  readonly length: number;
  readonly content: {
    readonly cid: Cid;
    readonly length: number;
    /** The ciphertext; `null`: it is in the journal's keeping. */
    readonly inline: Uint8Array | null;
  };
}

/**
 * Seals resources for a patient who admitted the organisation and brings them to the organisation's own node, in
 * batches, one on its way while the next is sealed: what it returns is accepted (on the node's disk); replication and
 * anchoring follow by themselves.
 *
 * One write session per segment and run; each header names the organisation's previous one in its segment. What the
 * journal knows is not sealed again, see `ImportJournal` for what happens when the process is killed.
 *
 * Throws `bad-admission` (with `meta.reason`), `chain-conflict` after several attempts, and what the node answers.
 */
export async function sealResources(parameters: SealParameters): Promise<SealResult> {
  const run = new SealRun(parameters);
  const resumed = await run.resume();
  try {
    for await (const resource of parameters.resources) await run.add(resource);
    await run.flush();
    await run.settle();
  } finally {
    await run.end();
  }
  return { sealed: run.sealed, known: run.known, resumed };
}

class SealRun {
  readonly sealed: SealedResource[] = [];
  readonly known: { source: { key: string; version: string }; record: RecordId }[] = [];
  readonly #parameters: SealParameters;
  readonly #chains = new Map<SegmentKind, Chain>();
  /** Cards and permits that were checked and brought to the node in this run. */
  readonly #admitted = new Map<SegmentKind, { readonly card: Card; readonly permit: Permit }>();
  #states: Promise<ReadonlyMap<SegmentId, SegmentState>> | null = null;
  #batch: Item[] = [];
  /** The batch that is on its way to the node while the next one is sealed. */
  #underWay: { readonly items: readonly Item[]; readonly taken: Promise<boolean> } | null = null;
  #batchBytes = 0;
  #batchSpooled = 0;
  #bytes = 0;
  #sent = 0;

  constructor(parameters: SealParameters) {
    this.#parameters = parameters;
  }

  /** Sends again what an interrupted run left. */
  async resume(): Promise<number> {
    const { journal } = this.#parameters;
    let resumed = 0;
    for (const batch of await journal.pending()) {
      // What the node will never take is forgotten, and sealed anew when its resource comes by.
      const taken = await this.#deliver(batch).catch((error: unknown) => {
        if (hasCode(error, "bad-record")) return false;
        throw error;
      });
      if (taken) resumed += batch.records.length;
    }
    return resumed;
  }

  async add(resource: ResourceToSeal): Promise<void> {
    const { source } = resource;
    if (source !== null) {
      const waiting = [...this.#batch, ...(this.#underWay?.items ?? [])].find((item) =>
        sameSource(item.resource.source, source),
      );
      const record =
        waiting?.sealed.record ?? (await this.#parameters.journal.find(source.key, source.version));
      if (record !== null) {
        this.known.push({ source, record });
        this.#report();
        return;
      }
    }
    const item = await this.#seal(resource);
    this.#batch.push(item);
    this.#batchBytes += item.content.inline?.length ?? 0;
    this.#batchSpooled += item.content.inline === null ? item.content.length : 0;
    const full =
      this.#batch.length >= MAX_BATCH_RECORDS ||
      this.#batchBytes >= MAX_BATCH_BYTES ||
      this.#batchSpooled >= MAX_BATCH_SPOOLED;
    if (full) await this.flush();
  }

  /** Sends the batch as soon as the one before it is with the node, and does not wait for its own answer. */
  async flush(): Promise<void> {
    let items: readonly Item[] = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#batchSpooled = 0;
    const anew = await this.settle();
    if (items.length === 0) return;
    if (anew) items = await this.#sealAgain(items);
    const taken = this.#send(items);
    // Whoever waits for it gets its failure, which is none that nobody looked at.
    taken.catch(() => undefined);
    this.#underWay = { items, taken };
  }

  /**
   * Waits until the node has the batch that is on its way. True when it had to be sealed anew, as has then what was
   * sealed behind it.
   */
  async settle(): Promise<boolean> {
    if (this.#underWay === null) return false;
    let { items } = this.#underWay;
    let taken = await this.#underWay.taken;
    this.#underWay = null;
    let conflicts = 0;
    for (; !taken; conflicts++) {
      if (conflicts >= MOST_CONFLICTS) throw chainConflict();
      this.#chains.clear();
      this.#states = null;
      items = await this.#sealAgain(items);
      taken = await this.#send(items);
    }
    for (const { resource, sealed, length } of items) {
      const { record, label } = sealed;
      this.sealed.push({ source: resource.source, kind: resource.segmentKind, record, label });
      this.#bytes += length;
    }
    this.#report();
    return conflicts > 0;
  }

  /** Nothing is on its way any more, whatever became of it. */
  async end(): Promise<void> {
    await this.#underWay?.taken.catch(() => undefined);
  }

  async #sealAgain(items: readonly Item[]): Promise<readonly Item[]> {
    const again: Item[] = [];
    for (const { resource } of items) again.push(await this.#seal(resource));
    return again;
  }

  async #seal(resource: ResourceToSeal): Promise<Item> {
    const { runtime, committee, organisation, device } = this.#parameters;
    const chain = await this.#chain(resource.segmentKind);
    const author =
      "authorIn" in device
        ? device.authorIn(resource.segmentKind)
        : { id: actorOf(device), sign: (digest: Uint8Array) => sign(digest, device.secp256k1) };
    const meta = { mediaType: resource.mediaType, source: resource.source };
    const common = {
      session: chain.session,
      committee: committee.id,
      committeeKey: committee.key,
      organisation,
      author: author.id,
      sign: author.sign,
      day: dayOf(runtime.now()),
      previous: chain.previous,
      permit: chain.permitName,
      attributes: resource.attributes,
      endorsers: resource.endorsers ?? null,
      amends: resource.amends ?? null,
      random: runtime.random,
    };
    const small = await wholeIfSmall(resource.bytes, this.#mostInline());
    const item =
      small === null
        ? await this.#sealLarge(resource, (content) => sealSpooledRecord({ ...common, content }))
        : await this.#sealSmall(
            resource,
            await sealRecord({ ...common, content: { meta, bytes: small } }),
            small,
          );
    chain.previous = item.sealed.label;
    return item;
  }

  /** Nodes take blobs from whom their directory knows: what an owner writes has to be in the batch. */
  #mostInline(): number {
    return "authorIn" in this.#parameters.device ? MAX_OWNERS_CONTENT : MAX_INLINE_CONTENT;
  }

  async #sealSmall(resource: ResourceToSeal, sealed: SealedRecord, { length }: Uint8Array): Promise<Item> {
    const { cid, bytes } = sealed.content;
    if (bytes.length <= this.#mostInline()) {
      return { resource, sealed, length, content: { cid, length: bytes.length, inline: bytes } };
    }
    const spool = await this.#parameters.journal.spool();
    await spool.write(0, bytes);
    await spool.keep(cid);
    return { resource, sealed, length, content: { cid, length: bytes.length, inline: null } };
  }

  async #sealLarge(
    resource: ResourceToSeal,
    seal: (content: StreamedContent) => Promise<SpooledRecord>,
  ): Promise<Item> {
    const { mediaType, source, bytes } = resource;
    const spool = await this.#parameters.journal.spool();
    let length = 0;
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes.open()) {
        length += piece.length;
        if (sealedLength(padmeLength(length)) > MAX_BLOB_BYTES) throw contentTooLarge();
        yield piece;
      }
    };
    try {
      const sealed = await seal({ meta: { mediaType, source }, pieces: pieces(), spool });
      const { content } = sealed;
      if (content.length > MAX_BLOB_BYTES) throw contentTooLarge();
      await spool.keep(content.cid);
      return { resource, sealed, length, content: { ...content, inline: null } };
    } catch (error) {
      await spool.discard();
      throw error;
    }
  }

  /** The journal first, so that a kill at any moment makes no second record; then large contents, as blobs; then the batch. */
  async #send(items: readonly Item[]): Promise<boolean> {
    const { journal } = this.#parameters;
    const records = items.map(({ resource, sealed }): JournalRecord => {
      return { source: resource.source, record: sealed.record, kind: resource.segmentKind };
    });
    const contents = items.flatMap(({ content }) => (content.inline === null ? [content.cid] : []));
    const bytes = recordBatch.encode(batchOf(items, [...this.#chains.values()]));
    const batch = { id: toHex<Digest>(cidDigest(cidOf(bytes, CODEC_DAG_CBOR))), records, bytes, contents };
    await journal.remember(batch);
    return this.#deliver(batch);
  }

  /**
   * True when the node has the batch. When it refuses and has none of it, the batch is forgotten: on `chain-conflict`
   * the result is false, any other refusal is thrown.
   */
  async #deliver(batch: JournalBatch): Promise<boolean> {
    const { node, journal } = this.#parameters;
    for (const cid of batch.contents) await this.#putContent(cid);
    try {
      await node.call(exchangeRoutes.putRecords, {}, new EncodedRequest(batch.bytes));
    } catch (error) {
      // Other answers say nothing about the records themselves: the batch stays remembered and is sent again.
      if (!hasCode(error, "chain-conflict") && !hasCode(error, "bad-record")) throw error;
      if (!(await this.#nodeHas(batch))) {
        await journal.forget(batch.id);
        if (hasCode(error, "chain-conflict")) return false;
        throw error;
      }
    }
    await journal.confirm(batch.id);
    return true;
  }

  async #putContent(cid: Cid): Promise<void> {
    const { node, journal } = this.#parameters;
    const { length, pieces } = await journal.content(cid);
    const counted = async function* (count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        yield piece;
        count(piece.length);
      }
    };
    const upload = {
      digest: cidDigest(cid),
      length,
      pieces: counted((bytes) => {
        this.#sent += bytes;
        this.#report();
      }),
    };
    try {
      await node.call(exchangeRoutes.putBlob, { cid }, upload);
    } catch (error) {
      // The record was erased since the batch was remembered; the node takes its header alone.
      if (!hasCode(error, "record-erased")) throw error;
    }
  }

  /** A put is all or nothing, so the first record tells. A node that has it may still refuse it under a new committee. */
  async #nodeHas(batch: JournalBatch): Promise<boolean> {
    const ids = batch.records.slice(0, 1).map((item) => item.record);
    const { records } = await this.#parameters.node.call(exchangeRoutes.recordStatus, {}, { records: ids });
    return records[0]?.accepted === true;
  }

  async #chain(kind: SegmentKind): Promise<Chain> {
    const open = this.#chains.get(kind);
    if (open !== undefined) return open;
    const { card, permit } = await this.#admit(kind);
    const { segment, epoch, segmentKey } = card.body;
    const chain: Chain = {
      session: await startSession(segment, epoch, segmentKey),
      permit,
      permitName: permitDigest(this.#parameters.identity, permit.body),
      previous: (await this.#stateOf(segment))?.previous ?? null,
    };
    this.#chains.set(kind, chain);
    return chain;
  }

  /** What the node has of a segment, asked once for all that the patient admitted to; again after a conflict. */
  async #stateOf(segment: SegmentId): Promise<SegmentState | undefined> {
    return (await (this.#states ??= this.#askStates())).get(segment);
  }

  async #askStates(): Promise<ReadonlyMap<SegmentId, SegmentState>> {
    const { node, admission } = this.#parameters;
    const ids = admission.segments.map(({ opening }) => segmentIdOfOpening(opening));
    const states = new Map<SegmentId, SegmentState>();
    for (let at = 0; at < ids.length; at += MAX_SEGMENTS) {
      const segments = ids.slice(at, at + MAX_SEGMENTS);
      const answer = await node.call(exchangeRoutes.segmentStates, {}, { segments });
      for (const [i, state] of answer.segments.entries()) states.set(segments[i] as SegmentId, state);
    }
    return states;
  }

  /** The newest card that patient and node know, verified from the first one on, and the permit for this organisation. */
  async #admit(kind: SegmentKind): Promise<{ readonly card: Card; readonly permit: Permit }> {
    const ready = this.#admitted.get(kind);
    if (ready !== undefined) return ready;
    const { identity, organisation, admission, runtime } = this.#parameters;
    const given = admission.segments.find((segment) => segment.opening.kind === kind);
    if (given === undefined) throw badAdmission("kind");
    const id = segmentIdOfOpening(given.opening);
    const cards = await this.#newestCards(id, given.cards);
    if (cards[0]?.body.segment !== id) throw badAdmission("segment");
    verifyChain(identity, cards);
    const card = cards.at(-1) as Card;
    const permit = await this.#renewed(given.permit, card);
    const valid = permit?.body.segment === id && permit.body.organisation === organisation;
    if (!valid) throw badAdmission("permit");
    if (permit.body.notAfter < runtime.now()) throw badAdmission("expired");
    const admitted = { card, permit };
    this.#admitted.set(kind, admitted);
    return admitted;
  }

  /** The patient's cards, once the node has them too, or the node's when they are newer; unverified. */
  async #newestCards(id: SegmentId, given: readonly Card[]): Promise<readonly Card[]> {
    const { node, organisation } = this.#parameters;
    const newest = given.at(-1);
    // Each card names the one before, so the same newest card is the same chain.
    if (newest !== undefined && (await this.#stateOf(id))?.newestCard === cardDigest(newest.body))
      return given;
    const published = await publishCards(node, organisation, id, given);
    if (published.code !== null && published.code !== "card-conflict" && published.code !== "bad-card") {
      throw badAdmission(published.code);
    }
    const known = await cardsAt(node, id);
    return isNewerChain(known, given) ? known : given;
  }

  /** The permit as the segment's current owner signed it: at the desk, or after a rotation to the node. `null` when it did neither. */
  async #renewed(permit: Permit, card: Card): Promise<Permit | null> {
    const { identity, node } = this.#parameters;
    const { segment, owner } = card.body;
    if (verifyPermit(identity, permit, owner)) return permit;
    const name = permitDigest(identity, permit.body);
    const { permits } = await node.call(exchangeRoutes.ownPermits, { segment }, undefined);
    const found = permits.find((item) => permitDigest(identity, item.body) === name);
    return found !== undefined && verifyPermit(identity, found, owner) ? found : null;
  }

  #report(): void {
    this.#parameters.onProgress?.({
      sealed: this.sealed.length,
      known: this.known.length,
      bytes: this.#bytes,
      sent: this.#sent,
    });
  }
}

/** A put holds its sessions and permits with it, so that its bytes alone are enough to send it again. */
function batchOf(items: readonly Item[], chains: readonly Chain[]): RecordBatch {
  const kinds = new Set(items.map(({ sealed }) => sealed.header.body.core.segment));
  const used = chains.filter((chain) => kinds.has(chain.session.segment));
  return {
    sessions: used.map((chain) => session.decode(chain.session.bytes)),
    permits: used.map((chain) => chain.permit),
    records: items.map(({ sealed, content }) => ({
      header: sealed.header,
      wrap: sealed.wrap.bytes,
      content: content.inline,
      endorsement: sealed.endorsement,
      amends: sealed.amends,
    })),
  };
}

/** All bytes when they may fit into a batch; `null` when they are more, whatever they are. */
async function wholeIfSmall(bytes: Uint8Array | ContentSource, most: number): Promise<Uint8Array | null> {
  if (bytes instanceof Uint8Array) return bytes.length <= most ? bytes : null;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes.open()) {
    length += piece.length;
    if (length > most) return null;
    parts.push(piece);
  }
  return concatBytes(...parts);
}

function sameSource(a: ResourceToSeal["source"], b: ResourceToSeal["source"]): boolean {
  return a !== null && b !== null && a.key === b.key && a.version === b.version;
}

/** `reason`: `kind`, `segment`, `permit`, `expired`, or the code with which the node refused the cards. */
function badAdmission(reason: string): AnamnesisError<"bad-admission"> {
  return new AnamnesisError({
    code: "bad-admission",
    rule: "An organisation writes into a segment with the patient's permit for it, today, and the segment's cards.",
    fix: "Ask the patient for a new admission to this organisation.",
    meta: { reason },
  });
}

function contentTooLarge(): AnamnesisError<"content-too-large"> {
  return new AnamnesisError({
    code: "content-too-large",
    rule: `A content, sealed, has at most ${MAX_BLOB_BYTES} bytes.`,
    fix: "Split the document, or keep it where it is and import a reference to it.",
  });
}

function chainConflict(): AnamnesisError<"chain-conflict"> {
  return new AnamnesisError({
    code: "chain-conflict",
    rule: "Each header names the organisation's previous one in its segment.",
    fix: "Let one import of this patient run at a time, then run this one again: it goes on where it stopped.",
  });
}
