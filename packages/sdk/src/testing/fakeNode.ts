import type { DeclineWish, ErasureApprovals } from "@anamnesis/api/routes/recordVerbs";
import type { KeepWish, KeptRecords } from "@anamnesis/api/routes/received";
import type { CorrectionPage } from "@anamnesis/api/routes/corrections";
import type { RequestPage } from "@anamnesis/api/routes/requests";
import type { AskerWish } from "@anamnesis/core/request/askerWish";
import type { SealedConsentAnswer } from "@anamnesis/core/request/consentAnswer";
import { consentRequestId, type SealedConsentRequest } from "@anamnesis/core/request/consentRequest";
import { correctionId, type SealedCorrection } from "@anamnesis/core/correction/correction";
import type { SealedCorrectionAnswer } from "@anamnesis/core/correction/correctionAnswer";
import type { CorrectionWithdrawal } from "@anamnesis/core/correction/correctionWithdrawal";
import { type Decline, decline as declineFormat } from "@anamnesis/core/record/decline";
import type { EraseRequest } from "@anamnesis/core/record/eraseRequest";
import {
  type ErasureAck,
  erasureAckDigest,
  type ErasureReceipt,
  erasureReceiptDigest,
} from "@anamnesis/core/record/erasure";
import type { ConsentRegistration } from "@anamnesis/api/routes/consentRegistration";
import type { ReceiptPage, RecordBatch } from "@anamnesis/api/routes/exchange";
import type { Upload } from "@anamnesis/api/route";
import { downloadOf } from "@anamnesis/api/testing/wire";
import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { signCheckpoint } from "@anamnesis/core/audit/checkpoint";
import {
  consistencyPath,
  inclusionPath,
  leafHash,
  rootOf,
  MerkleTree,
} from "@anamnesis/core/audit/merkleTree";
import { type ReceiptEntry, sealReceipt } from "@anamnesis/core/audit/receiptEntry";
import { receiptIndexes, receiptPromise, receiptStatement } from "@anamnesis/core/audit/receiptStatement";
import { consentCommitment, consentIdOf, consentSigner } from "@anamnesis/core/consent/consent";
import {
  type Basis,
  decide,
  decideSegment,
  type DecisionAuthority,
  type LedgerState,
} from "@anamnesis/core/consent/decide";
import { delegationCommitment, delegationSigner } from "@anamnesis/core/consent/delegation";
import type { Grant } from "@anamnesis/core/consent/grant";
import { isReadingDelegation } from "@anamnesis/core/consent/readingDelegation";
import {
  type Revocation,
  type RevocationAck,
  revocationAckDigest,
  verifyRevocation,
} from "@anamnesis/core/consent/revocation";
import { committeeKeyId } from "@anamnesis/core/crypto/dkg/certificate";
import { releaseShares } from "@anamnesis/core/crypto/dleq";
import { ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { addressOf, sign, verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { concatBytes, equalBytes, fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { cidOf, CODEC_DAG_CBOR, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import {
  type Address,
  type BodyLabel,
  type ConsentId,
  dayOf,
  type Digest,
  type Hash32,
  type Hex,
  type OrganisationId,
  type RecordId,
  type SegmentId,
} from "@anamnesis/core/ids";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import { attributesCommitment } from "@anamnesis/core/record/attributes";
import { bodyLabel, type Header } from "@anamnesis/core/record/header";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { headerLabels, headerStatement } from "@anamnesis/core/record/headerStatement";
import { openContent } from "@anamnesis/core/record/openContent";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { session } from "@anamnesis/core/record/session";
import { verifyHeader } from "@anamnesis/core/record/verifyHeader";
import {
  type AccessRequest,
  accessRequestDigest,
  accessRequestSigner,
} from "@anamnesis/core/release/accessRequest";
import {
  releaseAnswerBody,
  releasePoints,
  sealAnswer,
  type SealedAnswer,
} from "@anamnesis/core/release/releaseAnswer";
import {
  type AnchorProof,
  type ReleaseRequest,
  type ReleaseRequestBody,
  releaseRequestDigest,
  releaseRequestSigner,
  type Requester,
  type ShownAuthority,
} from "@anamnesis/core/release/releaseRequest";
import { type Card, cardDigest, verifyCard, verifyChain } from "@anamnesis/core/segment/card";
import { type Permit, permitDigest, permitSigner, verifyPermit } from "@anamnesis/core/segment/permit";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { cosign } from "@anamnesis/core/audit/cosignature";
import { logOrigin, witnessName } from "@anamnesis/core/audit/logOrigin";
import { encodeEntryBundle, hasTile, parseTilePath, TILE_WIDTH } from "@anamnesis/core/audit/tiles";
import type { FakeConsortium, FakeMember } from "./fakeConsortium.ts";
import { readLedger } from "../ledgerView.ts";
import type { KnownRotation } from "../owner/recoverKeys.ts";
import { problem } from "./problem.ts";
import { random } from "./random.ts";

interface Kept {
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly header: Header;
  readonly own: boolean;
  anchor: AnchorProof | null;
}

interface LogEntry {
  readonly segment: SegmentId;
  readonly commitment: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly request: unknown;
  readonly signer: Hex | null;
  /** The header of a request for a part. */
  readonly range?: string | undefined;
}

/** One member's node in memory, see `FakeConsortium`. Its fields are open, so that tests can make it lie. */
function rotationOf({ segment, generation, newOwner }: KnownRotation): KnownRotation {
  return { segment, generation, newOwner };
}

export class FakeNode {
  readonly cards = new Map<SegmentId, Card[]>();
  /** Chains with a rotation that it brought to the ledger, by segment. */
  readonly waiting = new Map<SegmentId, readonly Card[]>();
  readonly permits = new Map<Digest, Permit>();
  readonly blobs = new Map<string, Uint8Array>();
  /** What it was given to keep, and by whose key. */
  readonly kept = new Map<RecordId, { readonly bytes: Uint8Array; readonly signer: string | null }>();
  /** What it keeps of those who declined to co-sign, or says that it does. */
  declines: Decline[] = [];
  readonly grants: Grant[] = [];
  readonly handOvers = new Map<string, Uint8Array>();
  readonly requests = new Map<string, RequestPage["requests"][number]>();
  readonly corrections = new Map<Digest, CorrectionPage["corrections"][number]>();
  /** Records that its copy of the ledger has as amended. */
  readonly amended = new Set<RecordId>();
  readonly sticky = new Map<ConsentId, RevocationAck>();
  records: Kept[] = [];
  log: LogEntry[] = [];
  anchoredSize = 0;
  /** The cosigned head that it shows. */
  published: string | null = null;
  /** Heads of the others' logs that it cosigned. */
  readonly witnessed = new Map<OrganisationId, string>();
  /** Changes a share before it is answered. */
  tamper: (share: Uint8Array) => Uint8Array = (share) => share;
  /** Changes what it signs about an erasure, after it was signed. */
  tamperAck: (ack: ErasureAck) => ErasureAck = (ack) => ack;
  tamperReceipt: (receipt: ErasureReceipt) => ErasureReceipt = (receipt) => receipt;
  readonly erasures = new Map<RecordId, ErasureAck>();
  readonly #world: FakeConsortium;
  readonly #self: FakeMember;
  #sequence = 0;

  constructor(world: FakeConsortium, self: FakeMember) {
    this.#world = world;
    this.#self = self;
  }

  #putRequest(request: SealedConsentRequest): void {
    const id = consentRequestId(request.body);
    if (!this.requests.has(id)) this.requests.set(id, { request, withdrawnAt: null, answer: null });
  }

  #requestsOf(whose: string): RequestPage {
    const all = [...this.requests.values()];
    const requests = all.filter(({ request: { body } }) =>
      [body.segment, body.requester.actor].includes(whose as never),
    );
    return { requests, next: null };
  }

  #withdraw({ body }: AskerWish): void {
    const kept = this.requests.get(body.request ?? "") ?? notFound();
    if (kept.answer !== null) throw problem("request-closed");
    this.requests.set(body.request ?? "", { ...kept, withdrawnAt: this.#world.time });
  }

  #putAnswer(answer: SealedConsentAnswer): void {
    const { request } = answer.body;
    const kept = this.requests.get(request) ?? notFound();
    if (kept.answer !== null || kept.withdrawnAt !== null) throw problem("request-closed");
    this.requests.set(request, { ...kept, answer });
  }

  #putCorrection(correction: SealedCorrection): void {
    const id = correctionId(correction.body);
    if (!this.records.some(({ record }) => record === correction.body.record)) throw problem("not-found");
    if (!this.corrections.has(id)) this.corrections.set(id, { correction, withdrawnAt: null, answer: null });
  }

  #correctionsWhere(wanted: (one: CorrectionPage["corrections"][number]) => boolean): CorrectionPage {
    return { corrections: [...this.corrections.values()].filter(wanted), next: null };
  }

  #withdrawCorrection({ body: { correction } }: CorrectionWithdrawal): void {
    const kept = this.corrections.get(correction) ?? notFound();
    if (kept.answer !== null) throw problem("correction-closed");
    this.corrections.set(correction, { ...kept, withdrawnAt: this.#world.time });
  }

  #answerCorrection(answer: SealedCorrectionAnswer): void {
    const { correction } = answer.body;
    const kept = this.corrections.get(correction) ?? notFound();
    if (kept.answer !== null || kept.withdrawnAt !== null) throw problem("correction-closed");
    this.corrections.set(correction, { ...kept, answer });
  }

  async handle(route: string, { params, request, signer, range }: Call): Promise<unknown> {
    const handlers: Readonly<Record<string, () => unknown>> = {
      node: () => ({
        organisation: this.#self.organisation,
        name: this.#self.card.name,
        keyCard: keyCardDigest(this.#self.card),
        custodian: true,
        ledger: this.#world.identity,
        version: "0.1.0",
        time: this.#world.time,
      }),
      directory: () => this.#world.directory(),
      committee: () => this.#world.certificate,
      getKeyCard: () => this.#world.keyCards.get(params["digest"] as Digest) ?? notFound(),
      putCard: () => this.#putCard(request as Card),
      putCards: () => ({ status: this.#putCards((request as { cards: readonly Card[] }).cards) }),
      renewPermits: () => this.#renewPermits((request as { permits: readonly Permit[] }).permits),
      ownPermits: () => ({ permits: this.#ownPermits(params["segment"] as SegmentId) }),
      putHandOver: () => {
        const { locator, sealed } = request as { locator: string; sealed: Uint8Array };
        this.handOvers.set(locator, sealed);
      },
      getHandOver: () => ({ sealed: this.handOvers.get(params["locator"] as string) ?? notFound() }),
      getCards: () => ({ cards: this.#chainOf(params["segment"] as SegmentId) ?? notFound() }),
      rotations: async () => {
        const { segments, owners } = request as { segments: readonly SegmentId[]; owners: readonly string[] };
        const { rotations } = await readLedger(this.#world.ledger);
        const asked = new Set<SegmentId>(segments);
        for (const event of rotations) if (owners.includes(event.newOwner)) asked.add(event.segment);
        return { rotations: rotations.filter((event) => asked.has(event.segment)).map(rotationOf) };
      },
      segmentStates: () => ({
        segments: (request as { segments: readonly SegmentId[] }).segments.map((segment) => {
          const newest = this.cards.get(segment)?.at(-1);
          return {
            newestCard: newest === undefined ? null : cardDigest(newest.body),
            previous: this.#head(segment),
          };
        }),
      }),
      putBlob: async () => {
        const parts: Uint8Array[] = [];
        for await (const piece of (request as Upload).pieces) parts.push(piece);
        this.blobs.set(params["cid"] as string, concatBytes(...parts));
      },
      getBlobs: () => ({
        blobs: (request as { cids: readonly string[] }).cids.map((cid) => this.blobs.get(cid) ?? null),
      }),
      getBlob: () => downloadOf(this.blobs.get(params["cid"] as string) ?? notFound(), range),
      putRecords: () => this.#putRecords(request as RecordBatch),
      recordStatus: () => ({
        records: (request as { records: RecordId[] }).records.map((record) => {
          const kept = this.records.find((item) => item.record === record);
          return {
            record,
            accepted: kept !== undefined,
            stored: kept !== undefined,
            anchor: kept?.anchor ?? null,
          };
        }),
      }),
      registerConsent: () => this.#register(request as ConsentRegistration),
      consentState: () => {
        const consent = params["consent"] as ConsentId;
        return { consent, status: this.#statusOf(consent), since: null };
      },
      putGrant: () => void this.grants.push(request as Grant),
      listGrants: () => {
        const card = this.#world.keyCards.get(params["digest"] as Digest);
        if (card === undefined || toHex(card.ed25519) !== signer) throw problem("not-authorised");
        return { grants: this.grants.filter((item) => item.keyCard === params["digest"]), next: null };
      },
      listHeaders: () => this.#listHeaders(request as AccessRequest),
      listReceipts: () => this.#listReceipts(request as AccessRequest),
      putDecline: () => this.#putDecline((request as DeclineWish).decline),
      listDeclines: () => ({
        declines: this.declines.filter(({ body }) =>
          (request as { records: RecordId[] }).records.includes(body.record),
        ),
      }),
      putRequest: () => this.#putRequest(request as SealedConsentRequest),
      ownRequests: () => this.#requestsOf((request as AskerWish).body.requester.actor),
      withdrawRequest: () => this.#withdraw(request as AskerWish),
      listRequests: () => this.#requestsOf(segmentIdOfOpening((request as AccessRequest).body.opening)),
      putAnswer: () => this.#putAnswer(request as SealedConsentAnswer),
      putCorrection: () => this.#putCorrection(request as SealedCorrection),
      correctionQueue: () =>
        this.#correctionsWhere(
          ({ correction, withdrawnAt, answer }) =>
            correction.body.organisation === this.#self.organisation &&
            withdrawnAt === null &&
            answer === null,
        ),
      listCorrections: () =>
        this.#correctionsWhere(
          ({ correction }) =>
            segmentIdOfOpening(correction.body.opening) ===
            segmentIdOfOpening((request as AccessRequest).body.opening),
        ),
      withdrawCorrection: () => this.#withdrawCorrection(request as CorrectionWithdrawal),
      putCorrectionAnswer: () => this.#answerCorrection(request as SealedCorrectionAnswer),
      recordStandings: () => ({
        standings: (request as { records: RecordId[] }).records.map((record) => ({
          record,
          amended: this.amended.has(record),
          retracted: false,
          erased: false,
          endorsers: null,
          anchored: null,
        })),
      }),
      checkpoint: () => this.published ?? notFound(),
      tile: () => this.#tile(params["*"] ?? ""),
      witnessedCheckpoint: () => this.witnessed.get(params["organisation"] as OrganisationId) ?? notFound(),
      keepRecords: () => this.#keepOpened(request as KeepWish, signer),
      revoke: () => this.#revoke(request as Revocation),
      release: () => this.#release(request as ReleaseRequest),
      eraseRecord: () => this.tamperAck(this.#erase(request as EraseRequest)),
      submitErasure: () => this.#submitErasure(request as ErasureApprovals),
      erasureReceipts: () => ({
        receipts: (request as { records: RecordId[] }).records.flatMap((record) => {
          const receipt = this.#deleted(record);
          return receipt === null ? [] : [this.tamperReceipt(receipt)];
        }),
      }),
    };
    const handler = handlers[route];
    if (handler === undefined) throw problem("not-found");
    return handler();
  }

  /** Opens by the keys that it is given, as a node does; what it decides is tested with nodes. */
  async #keepOpened({ records }: KeepWish, signer: string | null): Promise<KeptRecords> {
    const results: KeptRecords["records"][number][] = [];
    for (const { header: value, k1, G } of records) {
      const { body } = value;
      const { meta, bytes } = await openContent(body, k1, G, this.blobs.get(body.content) ?? notFound());
      const record = recordIdOf(body.U);
      const isFhir = meta.mediaType === "application/fhir+json";
      if (isFhir) this.kept.set(record, { bytes, signer });
      results.push({ record, code: isFhir ? null : "not-fhir" });
    }
    return { records: results };
  }

  #putCard(value: Card): void {
    const { segment, number } = value.body;
    const chain = this.cards.get(segment) ?? [];
    const taken = chain[number];
    if (taken !== undefined) {
      if (cardDigest(taken.body) !== cardDigest(value.body)) throw problem("card-conflict");
      return;
    }
    verifyCard(this.#world.identity, value, chain.at(-1) ?? null);
    if (value.body.generation !== this.#generation(segment)) throw problem("owner-rotated");
    this.cards.set(segment, [...chain, value]);
  }

  /** The ledger takes a rotation when its first node asks; the nodes hear of it at the second question. */
  #putCards(cards: readonly Card[]): "kept" | "waiting" {
    const { identity } = this.#world;
    verifyChain(identity, cards);
    const { body } = cards.at(-1) as Card;
    const { segment, generation } = body;
    const known = this.#generation(segment);
    const rotated = this.#world.events.findLast(
      (event) => event.type === "owner-rotated" && event.segment === segment,
    );
    const standing = rotated?.type === "owner-rotated" ? rotated.newOwner : null;
    const theirs = cards.find((card) => card.body.generation === known)?.body.owner;
    if (generation < known || (standing !== null && theirs !== standing)) throw problem("owner-rotated");
    if (generation > known) {
      const { owner, nextOwner } = body;
      const to = { segment, generation, newOwner: owner, newNextOwner: nextOwner };
      this.#world.record({ type: "owner-rotated", ...to });
      this.waiting.set(segment, cards);
      return "waiting";
    }
    this.cards.set(segment, [...cards]);
    return "kept";
  }

  #chainOf(segment: SegmentId): readonly Card[] | undefined {
    const chain = this.cards.get(segment);
    const waiting = this.waiting.get(segment);
    const isStanding = (waiting?.at(-1)?.body.generation ?? 0) > (chain?.at(-1)?.body.generation ?? 0);
    return isStanding ? waiting : chain;
  }

  #generation(segment: SegmentId): number {
    return this.#world.events.filter((event) => event.type === "owner-rotated" && event.segment === segment)
      .length;
  }

  #renewPermits(permits: readonly Permit[]): void {
    const { identity } = this.#world;
    for (const permit of permits) {
      const owner = this.cards.get(permit.body.segment)?.at(-1)?.body.owner;
      const isConcerned =
        permit.body.organisation === this.#self.organisation ||
        this.permits.has(permitDigest(identity, permit.body));
      if (owner === undefined || !isConcerned || !verifyPermit(identity, permit, owner)) {
        throw problem("bad-permit");
      }
      this.permits.set(permitDigest(identity, permit.body), permit);
    }
  }

  #ownPermits(segment: SegmentId): readonly Permit[] {
    const { organisation } = this.#self;
    return [...this.permits.values()].filter(
      ({ body }) => body.segment === segment && body.organisation === organisation,
    );
  }

  #head(segment: SegmentId): BodyLabel | null {
    const own = this.records.filter((kept) => kept.own && kept.header.body.core.segment === segment);
    return own.at(-1)?.label ?? null;
  }

  #putRecords(batch: RecordBatch): { records: readonly unknown[] } {
    for (const value of batch.sessions) this.blobs.set(session.cid(value), session.encode(value));
    for (const value of batch.permits)
      this.permits.set(permitDigest(this.#world.identity, value.body), value);
    const before = this.records;
    try {
      for (const put of batch.records) this.#keep(put);
    } catch (error) {
      this.records = before;
      throw error;
    }
    return { records: [] };
  }

  #keep({ header, wrap, content }: RecordBatch["records"][number]): void {
    const { body } = header;
    const { core } = body;
    const { record, label } = verifyHeader(header, this.#world.committeeKey);
    if (this.records.some((kept) => kept.label === label)) return;
    const own = core.organisation === this.#self.organisation;
    if (own && core.previous !== this.#head(core.segment)) throw problem("chain-conflict");
    const bytes = content ?? this.blobs.get(body.content);
    const fits =
      bytes !== undefined &&
      wrap !== null &&
      cidOf(bytes, CODEC_RAW) === body.content &&
      cidOf(wrap, CODEC_DAG_CBOR) === body.wrap &&
      this.permits.has(core.permit) &&
      this.cards.has(core.segment);
    if (!fits) throw problem("bad-record");
    this.blobs.set(body.content, bytes);
    this.blobs.set(body.wrap, wrap);
    this.records = [...this.records, { record, label, header, own, anchor: null }];
  }

  /** Brings own records onto the ledger and to the segments' homes. */
  anchorRecords(): void {
    const waiting = this.records.filter((kept) => kept.own && kept.anchor === null);
    if (waiting.length === 0) return;
    const { organisation } = this.#self;
    const leaves = waiting.map(({ record, label }) => leafHash(encodeLeaf({ record, label, organisation })));
    const sequence = ++this.#sequence;
    const root = toHex(rootOf(leaves));
    const manifest = toHex<Digest>(random(32));
    const size = leaves.length;
    this.#world.record({ type: "batch-anchored", organisation, sequence, root, count: size, manifest });
    for (const [index, kept] of waiting.entries()) {
      kept.anchor = { sequence, index, size, path: inclusionPath(leaves, index) };
      const homes = this.cards.get(kept.header.body.core.segment)?.at(-1)?.body.homes ?? [];
      for (const node of this.#world.nodes.values()) {
        if (node === this || !homes.includes(node.#self.organisation)) continue;
        for (const [cid, bytes] of this.blobs) node.blobs.set(cid, bytes);
        for (const [digest, permit] of this.permits) node.permits.set(digest, permit);
        node.records = [...node.records, { ...kept, own: false }];
      }
    }
  }

  anchorLog(): void {
    const hashes = this.#hashes();
    if (hashes.length === this.anchoredSize) return;
    this.anchoredSize = hashes.length;
    const { organisation } = this.#self;
    const root = toHex(rootOf(hashes));
    const checkpoint = toHex<Digest>(random(32));
    this.#world.record({ type: "log-head-anchored", organisation, size: hashes.length, root, checkpoint });
  }

  #hashes(): Uint8Array[] {
    return this.log.map((entry) => leafHash(entry.commitment));
  }

  #register({ commitment, revoker, signature }: ConsentRegistration): void {
    const { identity } = this.#world;
    const intent = { type: "RegisterConsent", commitment, revoker } as const;
    if (!verifyBy(intentDigest(identity, intent), signature, revoker)) throw problem("bad-intent");
    const consent = consentIdOf(identity, revoker, commitment);
    if (this.#onLedger(consent) === "none") this.#world.record({ type: "consent-registered", consent });
  }

  #onLedger(consent: ConsentId): "none" | "registered" | "revoked" {
    const about = this.#world.events.filter((event) => "consent" in event && event.consent === consent);
    if (about.some((event) => event.type === "consent-revoked")) return "revoked";
    return about.length > 0 ? "registered" : "none";
  }

  #statusOf(consent: ConsentId): "none" | "registered" | "revoked" {
    return this.sticky.has(consent) ? "revoked" : this.#onLedger(consent);
  }

  #putDecline(decline: Decline): void {
    const { label, decliner } = decline.body;
    const kept = this.declines.find(
      ({ body }) => body.label === label && body.decliner.organisation === decliner.organisation,
    );
    if (kept === undefined) this.declines.push(decline);
    else if (!equalBytes(declineFormat.encode(kept), declineFormat.encode(decline)))
      throw problem("already-declined");
  }

  #revoke(value: Revocation): RevocationAck {
    const consent = verifyRevocation(this.#world.identity, value);
    const body = { consent, custodian: this.#self.organisation, storedAt: this.#world.time };
    const ack = { body, signature: ed25519Sign(revocationAckDigest(body), this.#self.ed25519) };
    const stored = this.sticky.get(consent) ?? ack;
    this.sticky.set(consent, stored);
    return stored;
  }

  #authority({ consent, delegation }: Pick<ShownAuthority, "consent" | "delegation">): DecisionAuthority {
    const { identity } = this.#world;
    const idOf = (revoker: Address, commitment: Hash32) => consentIdOf(identity, revoker, commitment);
    return {
      consent:
        consent === null
          ? null
          : {
              body: consent.body,
              id: idOf(consent.body.revoker, consentCommitment(identity, consent.body)),
              signer: consentSigner(identity, consent),
            },
      parent: null,
      delegation:
        delegation === null
          ? null
          : {
              body: delegation.body,
              id: idOf(delegation.body.revoker, delegationCommitment(identity, delegation.body)),
              signer: delegationSigner(identity, delegation),
            },
      emergency: null,
    };
  }

  #state(owner: Address, requester: Requester, { consent, delegation }: DecisionAuthority): LedgerState {
    const { time } = this.#world;
    const actor = requester === null ? undefined : this.#world.actors.get(requester.actor);
    return {
      ledgerTime: time,
      localTime: time,
      confirmedAt: time,
      staleAfter: 120,
      owner,
      consent: consent === null ? "none" : this.#statusOf(consent.id),
      parent: "none",
      delegation: delegation === null ? "none" : this.#statusOf(delegation.id),
      actor: actor === undefined ? null : { ...actor, earlierKeyCards: [], memberActive: true },
      resharer: null,
      cosigners: [null, null],
    };
  }

  #authorise(request: AccessRequest): { segment: SegmentId; basis: Basis } {
    const { body } = request;
    const segment = segmentIdOfOpening(body.opening);
    const card = this.cards.get(segment)?.at(-1);
    if (card === undefined || body.audience !== this.#self.organisation) return notFound();
    const authority = this.#authority(body);
    const signer = accessRequestSigner(request);
    const { requester, purpose } = body;
    const decision = decideSegment(
      { signer, requester, action: "read", purpose, segment, kind: body.opening.kind },
      authority,
      this.#state(card.body.owner, requester, authority),
    );
    return decision.permit ? { segment, basis: decision.basis } : notFound();
  }

  /** By whoever signed: who may is the real node's to say. */
  #erase({ header: { body } }: EraseRequest): ErasureAck {
    const record = recordIdOf(body.U);
    const { organisation, ed25519, secp256k1 } = this.#self;
    const ackBody = { record, label: bodyLabel(body), custodian: organisation, storedAt: this.#world.time };
    const digest = intentDigest(this.#world.identity, {
      type: "EraseRecord",
      record,
      shown: { custodians: [] },
    });
    const ack = this.erasures.get(record) ?? {
      body: ackBody,
      signature: ed25519Sign(erasureAckDigest(ackBody), ed25519),
      approval: sign(digest, secp256k1),
    };
    this.erasures.set(record, ack);
    return ack;
  }

  #submitErasure({ record, approvals }: ErasureApprovals): void {
    if (approvals.length < this.#world.certificate.body.threshold) throw problem("bad-approvals");
    const custodians = approvals.map(({ custodian }) => custodian);
    this.#world.record({ type: "record-erased", record, custodians });
  }

  /** Once the ledger says so, it deletes when it is asked. */
  #deleted(record: RecordId): ErasureReceipt | null {
    const erased = this.#world.events.some(
      (event) => event.type === "record-erased" && event.record === record,
    );
    const kept = this.records.find((item) => item.record === record);
    if (!erased || kept === undefined) return null;
    const { wrap, content } = kept.header.body;
    for (const cid of [wrap, content]) this.blobs.delete(cid);
    const { organisation, ed25519 } = this.#self;
    const body = { record, label: kept.label, node: organisation, deletedAt: this.#world.time, kept: [] };
    return { body, signature: ed25519Sign(erasureReceiptDigest(body), ed25519) };
  }

  #listHeaders(request: AccessRequest): unknown {
    const { segment } = this.#authorise(request);
    const kept = this.records.filter((item) => item.header.body.core.segment === segment);
    const statement = {
      home: this.#self.organisation,
      segment,
      request: toHex<Digest>(accessRequestDigest(request.body)),
      time: this.#world.time,
      count: kept.length,
      labels: headerLabels(kept.map((item) => item.label)),
    };
    const signature = ed25519Sign(fromHex(headerStatement.digest(statement)), this.#self.ed25519);
    return {
      statement: { statement, signature },
      headers: kept.slice(request.body.from).map(({ header, anchor }) => ({ header, anchor })),
      permits: [...this.permits.values()].filter((permit) => permit.body.segment === segment),
      cards: this.cards.get(segment) ?? [],
      next: null,
      end: kept.length,
    };
  }

  async publish(): Promise<void> {
    const { organisation, ed25519, card } = this.#self;
    const hashes = this.#hashes();
    const head = { origin: logOrigin(organisation), size: hashes.length, root: rootOf(hashes) };
    const signed = await signCheckpoint(head, card.ed25519, (message) => ed25519Sign(message, ed25519));
    this.published = signed;
    for (const [endpoint, node] of this.#world.nodes) {
      const member = this.#world.members.find((item) => item.endpoint === endpoint);
      if (member === undefined || node === this) continue;
      const witness = { name: witnessName(member.organisation), publicKey: member.card.ed25519 };
      const sign = (message: Uint8Array) => ed25519Sign(message, member.ed25519);
      this.published += await cosign(signed, witness, this.#world.time, sign);
      node.witnessed.set(organisation, signed);
    }
  }

  #tile(path: string): Uint8Array {
    const tile = parseTilePath(`tile/${path}`);
    if (tile === null || !hasTile(this.log.length, tile)) return notFound();
    const { level, index, width } = tile;
    const from = index * TILE_WIDTH;
    if (level === "entries") {
      return encodeEntryBundle(this.log.slice(from, from + width).map(({ commitment }) => commitment));
    }
    const tree = new MerkleTree();
    for (const hash of this.#hashes()) tree.append(hash);
    return tree.nodes(8 * level, from, width);
  }

  async #listReceipts(request: AccessRequest): Promise<ReceiptPage> {
    const { segment, basis } = this.#authorise(request);
    const shown = request.body.delegation?.body ?? null;
    const reads = basis === "proxy" && shown !== null && isReadingDelegation(shown);
    if (basis !== "owner" && !reads) return notFound();
    const { organisation, ed25519 } = this.#self;
    const hashes = this.#hashes();
    const size = hashes.length;
    const all = this.log.flatMap((entry, index) => (entry.segment === segment ? [{ ...entry, index }] : []));
    const sign = (message: Uint8Array) => ed25519Sign(message, ed25519);
    const indexes = receiptIndexes(all.map((entry) => entry.index));
    const statement = { custodian: organisation, segment, size, count: all.length, indexes };
    const anchored = this.#world.events
      .filter((event) => event.type === "log-head-anchored")
      .findLast((event) => event.organisation === organisation);
    // Two entries a page, so that paging is on every test's path.
    const page = all.slice(request.body.from, request.body.from + 2);
    const next = request.body.from + 2;
    return {
      entries: page.map(({ index, commitment, sealed }) => {
        return { index, commitment, sealed, path: inclusionPath(hashes, index) };
      }),
      checkpoint: await signCheckpoint(
        { origin: logOrigin(organisation), size, root: rootOf(hashes) },
        this.#self.card.ed25519,
        sign,
      ),
      statement: {
        segment,
        size,
        count: all.length,
        indexes,
        signature: sign(fromHex(receiptStatement.digest(statement))),
      },
      anchored:
        anchored === undefined || anchored.size > size
          ? null
          : { size: anchored.size, root: anchored.root, consistency: consistencyPath(hashes, anchored.size) },
      next: next < all.length ? next : null,
    };
  }

  /** Its proof, and its signature by who it says that wrote it. */
  #holds(header: Header, card: Card): boolean {
    const { members, actors, committeeKey } = this.#world;
    const { organisation, author } = header.body.core;
    const member = members.find((item) => item.organisation === organisation);
    try {
      const { signer } = verifyHeader(header, committeeKey);
      const writers = [card.body.owner, actors.get(author)?.signer];
      return (
        writers.includes(signer) || (member !== undefined && addressOf(member.card.secp256k1) === signer)
      );
    } catch {
      return false;
    }
  }

  async #release(request: ReleaseRequest): Promise<SealedAnswer> {
    const { body } = request;
    const digest = releaseRequestDigest(body);
    const segment = segmentIdOfOpening(body.opening);
    const card = this.cards.get(segment)?.at(-1);
    if (card === undefined) return notFound();
    const authority = this.#authority(body);
    const state = this.#state(card.body.owner, body.requester, authority);
    const { identity } = this.#world;
    const permits = new Map(body.permits.map((permit) => [permitDigest(identity, permit.body), permit]));
    const outcomes = body.records.map(({ header, attributes, salt }) => {
      const { core } = header.body;
      const permit = permits.get(core.permit);
      if (!this.#holds(header, card)) return "bad-header";
      if (attributesCommitment(attributes, salt) !== core.attributes) return "attributes-mismatch";
      const decision = decide(
        {
          signer: releaseRequestSigner(request),
          requester: body.requester,
          action: body.action,
          purpose: body.purpose,
          segment,
          kind: body.opening.kind,
        },
        authority,
        {
          segment: core.segment,
          organisation: core.organisation,
          attributes,
          anchoredOn: dayOf(this.#world.time),
          state: this.erasures.has(recordIdOf(header.body.U)) ? "erased" : "live",
          permit: permit === undefined ? null : { body: permit.body, signer: permitSigner(identity, permit) },
        },
        state,
      );
      return decision.permit ? "released" : decision.code;
    });
    const released = outcomes.map((outcome) => outcome === "released");
    const { organisation, index, share, verificationShare } = this.#self;
    const committee = committeeKeyId(this.#world.certificate.body);
    const ledger = { number: 1, hash: toHex(new Uint8Array(32)), time: this.#world.time };
    const entry: ReceiptEntry = {
      request: digest,
      custodian: organisation,
      segment,
      requester: body.requester,
      action: body.action,
      purpose: body.purpose,
      basis: released.includes(true) ? basisOf(body) : "none",
      consent: authority.consent?.id ?? authority.delegation?.id ?? null,
      committee,
      shareEpoch: 0,
      time: this.#world.time,
      ledger,
      records: body.records.map(({ header }, i) => {
        return { record: recordIdOf(header.body.U), outcome: outcomes[i] ?? "none" };
      }),
    };
    const receipt = await sealReceipt(entry, random(32), card.body.receiptKey);
    this.log.push({ segment, ...receipt });
    const points = body.records.filter((_, i) => released[i]).map((item) => item.header.body.U);
    const release =
      points.length === 0
        ? null
        : releaseShares({ share, verificationShare, points, context: fromHex(digest), random });
    let next = 0;
    const entryIndex = this.log.length - 1;
    const promise = {
      custodian: organisation,
      request: digest,
      segment,
      index: entryIndex,
      commitment: receipt.commitment,
    };
    const promised = ed25519Sign(fromHex(receiptPromise.digest(promise)), this.#self.ed25519);
    const answer = {
      request: digest,
      custodian: organisation,
      committee,
      shareEpoch: 0,
      index,
      points: releasePoints(points),
      shares: released.map((given) => (given ? this.tamper(release?.shares[next++] as Uint8Array) : null)),
      proof: release?.proof ?? null,
      receipt: { index: entryIndex, commitment: receipt.commitment, signature: promised },
      ledger,
    };
    const signature = ed25519Sign(fromHex(releaseAnswerBody.digest(answer)), this.#self.ed25519);
    return sealAnswer({ body: answer, signature }, body.replyKey);
  }
}

function basisOf({ requester, delegation }: ReleaseRequestBody): Basis {
  if (requester !== null) return "consent";
  return delegation === null ? "owner" : "proxy";
}

function notFound(): never {
  throw problem("not-found");
}
