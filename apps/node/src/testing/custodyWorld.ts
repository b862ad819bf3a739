import type { ConsentRegistration } from "@anamnesis/api/routes/consentRegistration";
import { actorIdOf, type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { openReceipt, type ReceiptEntry } from "@anamnesis/core/audit/receiptEntry";
import {
  type Consent,
  type ConsentBody,
  consentCommitment,
  consentIdOf,
  consentTypedData,
} from "@anamnesis/core/consent/consent";
import {
  type Delegation,
  type DelegationBody,
  delegationCommitment,
  delegationTypedData,
} from "@anamnesis/core/consent/delegation";
import type { Revocation } from "@anamnesis/core/consent/revocation";
import {
  type CertificateBody,
  certificateBody,
  type CommitteeCertificate,
  committeeCertificate,
  committeeKeyId,
} from "@anamnesis/core/crypto/dkg/certificate";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { ActorId, Address, CommitteeKeyId, ConsentId, Day, Digest, Hash32 } from "@anamnesis/core/ids";
import { dayOf, parseUnixSeconds } from "@anamnesis/core/ids";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import { type AccessRequest, accessRequestDigest } from "@anamnesis/core/release/accessRequest";
import { openAnswer, type ReleaseAnswer, type SealedAnswer } from "@anamnesis/core/release/releaseAnswer";
import {
  type ReleaseRequest,
  type ReleaseRequestBody,
  releaseRequestDigest,
  type Requester,
} from "@anamnesis/core/release/releaseRequest";
import { type Card, cardDigest, cardTypedData } from "@anamnesis/core/segment/card";
import { receiptKeySeed, revokerSecret } from "@anamnesis/core/segment/ownerKeys";
import { type Permit, permitTypedData } from "@anamnesis/core/segment/permit";
import { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import { dealCommittee, type TestCommittee } from "@anamnesis/testkit/core/committee";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { TEST_IDENTITY, testSegment, type TestSegment } from "@anamnesis/testkit/core/world";
import { RequestWindow } from "../access/requestWindow.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { adoptCommitteeIntent } from "../committee/adoptCommitteeIntent.ts";
import type { ReleaseServices } from "../custody/release.ts";
import { RateLimit } from "../http/rateLimit.ts";
import { segmentTag } from "../custody/segmentTag.ts";
import { fetchManifests } from "../indexer/fetchManifests.ts";
import { followLedger } from "../indexer/followLedger.ts";
import {
  bytesOf,
  genesisMember,
  TestClock,
  testKeys,
  testNode,
  type TestNode,
} from "../indexer/testing/testNode.ts";
import type { CustodyShare } from "../keystore/custodyShare.ts";
import { dealtShare } from "./dealtShare.ts";
import { putCard } from "../segments/cardStore.ts";

/** A month after the clock's beginning. */
const PERMITTED_UNTIL = new TestClock().time + 86_400 * 30;

const NAMES = ["north", "south", "west"] as const;
/** Most custodians that a committee has. */
const MOST_CUSTODIANS = 10;

/** A person or device with keys, made from a name. */
export interface TestActor {
  readonly card: KeyCard;
  readonly secret: Uint8Array;
  readonly requester: NonNullable<Requester>;
}

/**
 * Nodes of three members on one ledger in memory with one clock: real database, decision, cryptography and receipt logs; the
 * committee (2 of 3) is dealt, blobs are shared so that manifests need no network.
 */
export class CustodyWorld {
  readonly clock = new TestClock();
  readonly random = seededRandom("custody");
  readonly blobs = new MemoryBlobStore();
  readonly ledger: MemoryLedger;
  readonly nodes: TestNode[] = [];
  readonly deal: TestCommittee;
  readonly #members: readonly string[];
  certificate!: CommitteeCertificate;
  committee!: CommitteeKeyId;
  segment!: TestSegment;

  private constructor(members: readonly string[], threshold: number) {
    this.#members = members;
    this.deal = dealCommittee(this.random, threshold, Math.min(members.length, MOST_CUSTODIANS));
    this.ledger = new MemoryLedger({
      clock: this.clock,
      genesis: members.map((name, i) => ({ ...genesisMember(name), custodian: i < MOST_CUSTODIANS })),
      identity: TEST_IDENTITY,
    });
  }

  /** The named members' nodes run. */
  static async start(
    ...names: readonly [(typeof NAMES)[number], ...(typeof NAMES)[number][]]
  ): Promise<CustodyWorld> {
    return CustodyWorld.#start(new CustodyWorld(NAMES, 2), names);
  }

  /** `count` members, at least 3, whose nodes all run: the three first ones, then others; more than half of at most 10 custodians open. */
  static async startMembers(count: number): Promise<CustodyWorld> {
    const others = Array.from({ length: Math.max(0, count - NAMES.length) }, (_, i) => `member${i + 4}`);
    const members = [...NAMES, ...others];
    const threshold = Math.floor(Math.min(count, MOST_CUSTODIANS) / 2) + 1;
    return CustodyWorld.#start(new CustodyWorld(members, threshold), members);
  }

  static async #start(world: CustodyWorld, names: readonly string[]): Promise<CustodyWorld> {
    for (const name of names) world.nodes.push(await world.startNode(name));
    world.certificate = world.certify(world.deal);
    world.committee = committeeKeyId(world.certificate.body);
    await world.adopt(world.certificate);
    world.segment = await world.newSegment("alice");
    await world.follow();
    return world;
  }

  get node(): TestNode {
    return this.nodes[0] as TestNode;
  }

  /** @param db of another node, to save the start of a database where the two need not differ in what they store. */
  async startNode(name: string, db?: Database): Promise<TestNode> {
    const parts = { clock: this.clock, blobs: this.blobs, ...(db === undefined ? {} : { db }) };
    const node = await testNode(this.ledger, name, parts);
    return { ...node, share: this.shareOf(this.#members.indexOf(name)) };
  }

  shareOf(i: number): CustodyShare {
    return dealtShare(this.deal, i, () => this.committee);
  }

  /** All custodians' word on a dealt key. */
  certify(deal: TestCommittee): CommitteeCertificate {
    const body: CertificateBody = {
      run: this.random(32),
      threshold: deal.threshold,
      participants: this.#custodians().map((name) => ({
        organisation: genesisMember(name).organisation,
        ed25519: testKeys(name).card.ed25519,
      })),
      publicKey: deal.publicKey,
      verificationShares: deal.custodians.map((custodian) => custodian.verificationShare),
      transcript: toHex<Digest>(this.random(32)),
      shareEpoch: 0,
    };
    const digest = fromHex(certificateBody.digest(body));
    return { body, signatures: this.#custodians().map((name) => testKeys(name).signMessage(digest)) };
  }

  #custodians(): readonly string[] {
    return this.#members.slice(0, MOST_CUSTODIANS);
  }

  async adopt(certificate: CommitteeCertificate): Promise<void> {
    const intent = adoptCommitteeIntent(certificate);
    const digest = intentDigest(TEST_IDENTITY, intent);
    const signatures = this.#custodians().map((name) => testKeys(name).signDigest(digest));
    await this.ledger.connect().submit([{ intent, signatures }]);
    for (const { db } of this.nodes) {
      await db.query("insert into committee_certificates (digest, bytes) values ($1, $2)", [
        committeeCertificate.digest(certificate),
        committeeCertificate.encode(certificate),
      ]);
    }
  }

  /** Every node's copy of the ledger is complete, manifests included. */
  async follow(): Promise<void> {
    for (const node of this.nodes) {
      await followLedger(node, node.copy);
      await fetchManifests(node);
    }
  }

  services(catchUp: ReleaseServices["catchUp"] = () => Promise.resolve(false)): ReleaseServices {
    return {
      catchUp,
      window: new RequestWindow(-1),
      decoyReceiptKey: this.#decoy,
      limit: new RateLimit({ rate: 1000, burst: 1000 }),
    };
  }

  #decoy: Uint8Array = new Uint8Array();

  /** A patient's segment whose card names the first two members as homes and is known to every node. */
  async newSegment(patient: string): Promise<TestSegment> {
    this.#decoy = (await kemKeyPair(bytesOf("decoy"))).publicKey;
    const segment = homed(await testSegment(patient, "general"));
    for (const node of this.nodes) await putCard(node, segment.cards[0] as Card);
    return segment;
  }

  /** Registers a person or device of a member on the ledger. */
  async actor(name: string, role: "practitioner" | "device", organisation = "south"): Promise<TestActor> {
    const actor = await this.unregistered(name, role, organisation);
    await this.setActor(actor, organisation, { active: true, version: 1 });
    return actor;
  }

  async unregistered(
    name: string,
    role: "practitioner" | "device",
    organisation = "south",
  ): Promise<TestActor> {
    const secret = bytesOf(`actor ${name}`);
    const card: KeyCard = {
      subject: role,
      name,
      organisation: genesisMember(organisation).organisation,
      secp256k1: publicKeyOf(secret),
      ed25519: bytesOf(`actor ed ${name}`),
      kem: (await kemKeyPair(bytesOf(`actor kem ${name}`))).publicKey,
    };
    return {
      card,
      secret,
      requester: {
        actor: actorIdOf(card),
        organisation: genesisMember(organisation).organisation,
        keyCard: keyCardDigest(card),
      },
    };
  }

  async setActor(
    { card, requester }: Pick<TestActor, "card" | "requester"> & Partial<TestActor>,
    organisation: string,
    state: { active: boolean; version: number },
  ): Promise<void> {
    const intent = {
      type: "SetActor",
      organisation: requester.organisation,
      actor: requester.actor,
      role: card.subject as "practitioner" | "staff" | "device",
      signer: addressOf(card.secp256k1),
      keyCard: requester.keyCard,
      ...state,
    } as const;
    const signature = testKeys(organisation).signDigest(intentDigest(TEST_IDENTITY, intent));
    await this.ledger.connect().submit([{ intent, signatures: [signature] }]);
    await this.follow();
  }

  /** The patient's consent to an actor, registered on the ledger unless `unregistered`. */
  async consent(
    to: TestActor,
    changes: Partial<ConsentBody> & { readonly segmentOf?: TestSegment; readonly unregistered?: true } = {},
  ): Promise<{ consent: Consent; id: ConsentId; revocation: Revocation }> {
    const { segmentOf: segment = this.segment, unregistered, ...rest } = changes;
    const { secret, terms } = this.#readingTerms(segment);
    const body: ConsentBody = {
      segment: segment.id,
      grantee: to.requester.actor,
      granteeName: to.card.name,
      granteeKeys: to.requester.keyCard,
      ...terms,
      ...rest,
    };
    const signature = sign(typedDataDigest(consentTypedData(TEST_IDENTITY, body)), segment.owner.secret);
    if (unregistered !== true) await this.register({ body, signature }, segment);
    const commitment = consentCommitment(TEST_IDENTITY, body);
    return { consent: { body, signature }, ...revocable(commitment, terms.revoker, secret) };
  }

  /** What consents and delegations of this world permit, for a day, with a one-time revoker. */
  #readingTerms(segment: TestSegment) {
    const salt = this.random(32);
    const secret = revokerSecret(segment.root, salt);
    const now = this.clock.time;
    const terms = {
      resourceTypes: ["*"],
      actions: ["read"],
      purposes: ["TREAT"],
      dataFrom: null,
      dataTo: null,
      exceptions: [],
      notBefore: parseUnixSeconds(now - 60),
      notAfter: parseUnixSeconds(now + 86_400),
      salt,
      revoker: addressOf(publicKeyOf(secret)),
    } satisfies Partial<ConsentBody>;
    return { secret, terms };
  }

  /** What the consent's revoker signs for the ledger. */
  registration({ body }: Consent, segment = this.segment): ConsentRegistration {
    const commitment = consentCommitment(TEST_IDENTITY, body);
    const { revoker } = body;
    const digest = intentDigest(TEST_IDENTITY, { type: "RegisterConsent", commitment, revoker });
    return { commitment, revoker, signature: sign(digest, revokerSecret(segment.root, body.salt)) };
  }

  async register(consent: Consent, segment = this.segment): Promise<void> {
    await this.#submit(this.registration(consent, segment));
  }

  async #submit({ signature, ...fields }: ConsentRegistration): Promise<void> {
    const intent = { type: "RegisterConsent", ...fields } as const;
    await this.ledger.connect().submit([{ intent, signatures: [signature] }]);
    await this.follow();
  }

  /** The patient's word, registered on the ledger, that this account may sign consents to read in its name, and may read. */
  async delegation(
    proxy: Address,
    change: (body: DelegationBody) => DelegationBody = (body) => body,
  ): Promise<{ delegation: Delegation; id: ConsentId; revocation: Revocation }> {
    const { segment } = this;
    const { secret, terms } = this.#readingTerms(segment);
    const { revoker } = terms;
    const body = change({ segment: segment.id, proxy, proxyName: "proxy", mayRead: true, ...terms });
    const signature = sign(typedDataDigest(delegationTypedData(TEST_IDENTITY, body)), segment.owner.secret);
    const commitment = delegationCommitment(TEST_IDENTITY, body);
    const register = intentDigest(TEST_IDENTITY, { type: "RegisterConsent", commitment, revoker });
    await this.#submit({ commitment, revoker, signature: sign(register, secret) });
    return { delegation: { body, signature }, ...revocable(commitment, revoker, secret) };
  }

  /** The same consent, so under the same id, signed by somebody else. */
  signedBy(secret: Uint8Array, { body }: Consent): Consent {
    return { body, signature: sign(typedDataDigest(consentTypedData(TEST_IDENTITY, body)), secret) };
  }

  permit(segment = this.segment, organisation = "north", notAfter = PERMITTED_UNTIL): Permit {
    const body = {
      segment: segment.id,
      organisation: genesisMember(organisation).organisation,
      notAfter: parseUnixSeconds(notAfter),
      salt: bytesOf(`permit ${segment.id} ${organisation} ${notAfter}`),
    };
    const signature = sign(typedDataDigest(permitTypedData(TEST_IDENTITY, body)), segment.owner.secret);
    return { body, signature };
  }

  get today(): Day {
    return dayOf(this.clock.now());
  }

  /** A signed release request with a reply key whose seed is `replySeed`. */
  async request(
    parts: Pick<ReleaseRequestBody, "records"> & Partial<ReleaseRequestBody>,
    signer: Uint8Array,
  ): Promise<ReleaseRequest> {
    const body: ReleaseRequestBody = {
      requester: null,
      opening: this.segment.opening,
      action: "read",
      purpose: "TREAT",
      consent: null,
      parent: null,
      delegation: null,
      replyKey: (await kemKeyPair(REPLY_SEED)).publicKey,
      nonce: this.random(32),
      time: this.clock.now(),
      permits: [this.permit()],
      ...parts,
    };
    return { body, signature: sign(fromHex(releaseRequestDigest(body)), signer) };
  }

  access(
    what: AccessRequest["body"]["what"],
    parts: Partial<AccessRequest["body"]> = {},
    signer = this.segment.owner.secret,
  ): AccessRequest {
    const body: AccessRequest["body"] = {
      what,
      audience: this.node.organisation,
      requester: null,
      opening: this.segment.opening,
      purpose: "TREAT",
      consent: null,
      parent: null,
      delegation: null,
      from: 0,
      nonce: this.random(32),
      time: this.clock.now(),
      ...parts,
    };
    return { body, signature: sign(accessRequestDigest(body), signer) };
  }

  /** All entries that a node's log has about a segment, opened as its owner does. */
  async receipts(node: TestNode, segment = this.segment): Promise<readonly ReceiptEntry[]> {
    const entries: ReceiptEntry[] = [];
    for (const index of node.receipts.find(segmentTag(node.keys.tagSecret, segment.id))) {
      const { commitment, sealed } = await node.receipts.read(index);
      const seed = receiptKeySeed(segment.root, segment.id);
      entries.push((await openReceipt(segment.id, commitment, sealed, seed)).entry);
    }
    return entries;
  }
}

const REPLY_SEED = bytesOf("reply");

export function opened(answer: SealedAnswer): Promise<ReleaseAnswer> {
  return openAnswer(answer, REPLY_SEED);
}

/** The same segment with a first card that names the test members as homes. */
export function homed(segment: TestSegment, homes: readonly string[] = ["north", "south"]): TestSegment {
  const first = segment.cards[0] as Card;
  const body = { ...first.body, homes: homes.map((name) => genesisMember(name).organisation) };
  return { ...segment, cards: [signedCard(segment, body)] };
}

/** The card after the newest with these changes. */
export function nextCard(segment: TestSegment, changes: Partial<Card["body"]> = {}): Card {
  const last = segment.cards.at(-1) as Card;
  const { body } = last;
  return signedCard(segment, {
    ...body,
    number: body.number + 1,
    previous: cardDigest(body),
    ...changes,
  });
}

export function signedCard(segment: TestSegment, body: Card["body"]): Card {
  return { body, signature: sign(typedDataDigest(cardTypedData(TEST_IDENTITY, body)), segment.owner.secret) };
}

export function actorOf(node: TestNode): ActorId {
  return node.organisation as string as ActorId;
}

/** Id of what was committed to, and the word that ends it. */
function revocable(
  commitment: Hash32,
  revoker: Address,
  secret: Uint8Array,
): { id: ConsentId; revocation: Revocation } {
  const id = consentIdOf(TEST_IDENTITY, revoker, commitment);
  const signature = sign(intentDigest(TEST_IDENTITY, { type: "RevokeConsent", consent: id }), secret);
  return { id, revocation: { commitment, revoker, signature } };
}
