import type { ConsentRegistration } from "@anamnesis/api/routes/consentRegistration";
import type { RecordBatch } from "@anamnesis/api/routes/exchange";
import { openReceipt } from "@anamnesis/core/audit/receiptEntry";
import { consentCommitment, consentIdOf } from "@anamnesis/core/consent/consent";
import { grant, type Grant } from "@anamnesis/core/consent/grant";
import type { RevocationAck } from "@anamnesis/core/consent/revocation";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { Cid, ConsentId, RecordId } from "@anamnesis/core/ids";
import type { ErasureAck } from "@anamnesis/core/record/erasure";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { session } from "@anamnesis/core/record/session";
import { wrap as wrapFormat } from "@anamnesis/core/record/wrap";
import { openAnswer, type SealedAnswer } from "@anamnesis/core/release/releaseAnswer";
import { type ReleaseRequest, releaseRequestDigest } from "@anamnesis/core/release/releaseRequest";
import { type Card, cardDigest } from "@anamnesis/core/segment/card";
import { receiptKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import type { Database } from "@anamnesis/core/ports/database";
import { dedupeOf } from "@anamnesis/node/outbox/dedupe";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { type Name, NAMES } from "./nodeContext.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedDisk } from "./simulatedDisk.ts";

/** What one node said that it has: a client was told, so it must be there from then on. */
class Acknowledged {
  readonly records = new Set<RecordId>();
  readonly blobs = new Set<Cid>();
  readonly revocations = new Set<ConsentId>();
  readonly erasures = new Set<RecordId>();
  readonly cards = new Set<string>();
  readonly grants = new Set<string>();
  readonly registrations = new Map<string, ConsentId>();
  /** Looked at again after the next step. */
  changed = true;
}

export interface Watched {
  readonly disk: SimulatedDisk;
  readonly db: Database;
}

/**
 * Watches from outside what leaves the nodes and holds it against their disks. It knows no service and takes nobody's
 * word: shares count when they leave, receipts when they are synced, acknowledgements when they leave.
 */
export class Oracle {
  /** What was broken, first one first. */
  readonly violations: string[] = [];
  /** Consents whose revocation a client was told to be in force. */
  readonly inForce = new Set<ConsentId>();
  /** Records whose erasure a client was told to be in force, and those that any node took a request for. */
  readonly erased = new Set<RecordId>();
  readonly erasing = new Set<RecordId>();
  /** Which record a wrap or content belongs to. */
  readonly recordOf = new Map<Cid, RecordId>();
  /** Records that a session opens: nobody keeps one for erased records alone. */
  readonly #openedBy = new Map<Cid, Set<RecordId>>();
  /** Every consent that a node took a registration or revocation of. */
  readonly registered = new Set<ConsentId>();
  readonly revoked = new Set<ConsentId>();
  /** Plaintexts that were handed to `sealResources`, by the id of the record that was acknowledged. */
  readonly sealed = new Map<RecordId, Uint8Array>();
  readonly #watched: ReadonlyMap<Name, Watched>;
  readonly #scheduler: Scheduler;
  readonly #root: Uint8Array;
  readonly #of = new Map<Name, Acknowledged>(NAMES.map((name) => [name, new Acknowledged()]));
  /** 32-byte draws of clients that ask custodians: one of them is the reply key's seed. */
  #draws: Uint8Array[] = [];
  readonly #seeds = new Map<string, Uint8Array>();

  /** @param root of the patient, whose receipts it opens. */
  constructor(watched: ReadonlyMap<Name, Watched>, scheduler: Scheduler, root: Uint8Array) {
    this.#watched = watched;
    this.#scheduler = scheduler;
    this.#root = root;
  }

  violation(text: string): void {
    this.violations.push(`step ${this.#scheduler.taken}: ${text}`);
  }

  drawn(bytes: Uint8Array): void {
    if (bytes.length !== 32) return;
    this.#draws.push(bytes.slice());
    if (this.#draws.length > 24) this.#draws.shift();
  }

  written(name: Name): void {
    this.#ack(name).changed = true;
  }

  /** An answer that leaves a node. */
  witness(name: Name, route: string, request: unknown, answer: unknown): Promise<void> | null {
    switch (route) {
      case "putRecords":
        this.#records(name, request as RecordBatch);
        return null;
      case "putCard":
        this.#ack(name).cards.add(cardDigest((request as Card).body));
        return null;
      case "putGrant":
        this.#ack(name).grants.add(grant.digest(request as Grant));
        return null;
      case "registerConsent":
        this.#registration(name, request as ConsentRegistration);
        return null;
      case "revoke": {
        const { consent } = (answer as RevocationAck).body;
        this.#ack(name).revocations.add(consent);
        this.revoked.add(consent);
        this.#scheduler.note("revocation stored", name);
        return null;
      }
      case "eraseRecord": {
        const { record } = (answer as ErasureAck).body;
        this.#ack(name).erasures.add(record);
        this.erasing.add(record);
        this.#scheduler.note("erasure stored", name);
        return null;
      }
      case "release":
        return this.#release(name, request as ReleaseRequest, answer as SealedAnswer);
      default:
        return null;
    }
  }

  #ack(name: Name): Acknowledged {
    const ack = this.#of.get(name) as Acknowledged;
    ack.changed = true;
    return ack;
  }

  #records(name: Name, batch: RecordBatch): void {
    const ack = this.#ack(name);
    for (const { header, wrap, content } of batch.records) {
      const record = recordIdOf(header.body.U);
      ack.records.add(record);
      if (wrap === null) {
        if (!this.erasing.has(record)) this.violation(`${name} took a header alone`);
        continue;
      }
      this.recordOf.set(header.body.wrap, record).set(header.body.content, record);
      ack.blobs.add(header.body.wrap);
      if (content !== null) ack.blobs.add(cidOf(content, CODEC_RAW));
      if (wrap.length === 0) {
        this.violation(`${name} took an empty wrap`);
        continue;
      }
      const { session: opener } = wrapFormat.decode(wrap);
      this.#openedBy.set(opener, (this.#openedBy.get(opener) ?? new Set<RecordId>()).add(record));
    }
    for (const value of batch.sessions) ack.blobs.add(session.cid(value));
    this.#scheduler.note("records acknowledged", `${name} ${batch.records.length}`);
  }

  #registration(name: Name, { commitment, revoker }: ConsentRegistration): void {
    const consent = consentIdOf(TEST_IDENTITY, revoker, commitment);
    this.#ack(name).registrations.set(dedupeOf({ type: "RegisterConsent", commitment, revoker }), consent);
    this.registered.add(consent);
  }

  /** Promise b, and c as far as one custodian keeps it: none of its shares leaves after its acknowledgement of the revocation. */
  async #release(name: Name, request: ReleaseRequest, sealed: SealedAnswer): Promise<void> {
    const digest = releaseRequestDigest(request.body);
    const seed = await this.#seedOf(digest, request);
    if (seed === null) return this.violation(`${name} answered to a reply key that no client made`);
    const { body } = await openAnswer(sealed, seed);
    const given = body.shares.filter((share) => share !== null).length;
    const watched = this.#watched.get(name) as Watched;
    const entry = watched.disk.entries[body.receipt.index];
    if (entry === undefined || !equalBytes(entry.commitment, body.receipt.commitment)) {
      const what = given > 0 ? "a share left" : "a refusal left";
      return this.violation(`${what} ${name} without a synced receipt`);
    }
    const segment = segmentIdOfOpening(request.body.opening);
    const seedOfReceipts = receiptKeySeed(this.#root, segment);
    const { entry: receipt } = await openReceipt(segment, entry.commitment, entry.sealed, seedOfReceipts);
    const released = receipt.records.filter((record) => record.outcome === "released").length;
    if (receipt.request !== digest || released < given) {
      this.violation(`the receipt of ${name} does not tell what left`);
    }
    if (given === 0) {
      const outcomes = receipt.records.map(({ outcome }) => outcome);
      return this.#scheduler.note("share refused", `${name} ${[...new Set(outcomes)].join(" ")}`);
    }
    this.#scheduler.note("share left", `${name} ${given}`);
    for (const [i, { header }] of request.body.records.entries()) {
      const gone = this.#ack(name).erasures.has(recordIdOf(header.body.U));
      if (gone && body.shares[i] !== null)
        this.violation(`a share left ${name} after its acknowledgement of the erasure`);
    }
    const { consent } = request.body;
    if (consent === null) return;
    const id = consentIdOf(
      TEST_IDENTITY,
      consent.body.revoker,
      consentCommitment(TEST_IDENTITY, consent.body),
    );
    if (this.#ack(name).revocations.has(id)) {
      this.violation(`a share left ${name} after its acknowledgement of the revocation`);
    }
  }

  async #seedOf(digest: string, { body }: ReleaseRequest): Promise<Uint8Array | null> {
    const known = this.#seeds.get(digest);
    if (known !== undefined) return known;
    for (const seed of this.#draws.toReversed()) {
      if (!equalBytes((await kemKeyPair(seed)).publicKey, body.replyKey)) continue;
      this.#seeds.set(digest, seed);
      return seed;
    }
    return null;
  }

  #isForErasedAlone(cid: Cid): boolean {
    const record = this.recordOf.get(cid);
    const records = record === undefined ? [...(this.#openedBy.get(cid) ?? [])] : [record];
    return records.length > 0 && records.every((one) => this.erasing.has(one));
  }

  /** Promise a: whatever a node acknowledged is there, after every step that wrote or lost something at that node. */
  async check(): Promise<void> {
    for (const [name, ack] of this.#of) {
      if (!ack.changed) continue;
      ack.changed = false;
      const { disk, db } = this.#watched.get(name) as Watched;
      for (const cid of ack.blobs) {
        if (!disk.blobs.has(cid) && !this.#isForErasedAlone(cid)) {
          this.violation(`${name} lost a blob that it acknowledged`);
        }
      }
      if (
        ack.records.size +
          ack.revocations.size +
          ack.erasures.size +
          ack.cards.size +
          ack.grants.size +
          ack.registrations.size ===
        0
      ) {
        continue;
      }
      const [found] = await db.query<Readonly<Record<string, number>>>(
        `select
           (select count(distinct record) from records where record = any($1))::int as records,
           (select count(*) from sticky_revocations where consent = any($2))::int as revocations,
           (select count(*) from sticky_erasures where record = any($6))::int as erasures,
           (select count(*) from cards where digest = any($3))::int as cards,
           (select count(*) from grants where digest = any($4))::int as grants,
           (select count(*) from outbox where dedupe = any($5))::int as registrations`,
        [
          [...ack.records],
          [...ack.revocations],
          [...ack.cards],
          [...ack.grants],
          [...ack.registrations.keys()],
          [...ack.erasures],
        ],
      );
      for (const what of [
        "records",
        "revocations",
        "erasures",
        "cards",
        "grants",
        "registrations",
      ] as const) {
        const there = found?.[what] ?? 0;
        if (there < ack[what].size) {
          this.violation(`${name} lost ${what} that it acknowledged: ${there} of ${ack[what].size}`);
        }
      }
    }
  }

  /** All records that any node acknowledged. */
  acknowledgedRecords(): ReadonlySet<RecordId> {
    return new Set([...this.#of.values()].flatMap((ack) => [...ack.records]));
  }
}
