import { actorIdOf, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import {
  type CertificateBody,
  certificateBody,
  committeeCertificate,
  committeeKeyId,
} from "@anamnesis/core/crypto/dkg/certificate";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { addressOf } from "@anamnesis/core/crypto/secp256k1";
import { fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import {
  type Cid,
  type CommitteeKeyId,
  type Day,
  type Digest,
  type OrganisationId,
  parseUnixSeconds,
  type RecordId,
} from "@anamnesis/core/ids";
import { intentDigest, type SignedIntent } from "@anamnesis/core/ledger/intents";
import type { Clock } from "@anamnesis/core/ports/runtime";
import { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { RequestWindow } from "@anamnesis/node/access/requestWindow";
import { RateLimit } from "@anamnesis/node/http/rateLimit";
import { anchorTick } from "@anamnesis/node/anchor/anchorTick";
import { adoptCommitteeIntent } from "@anamnesis/node/committee/adoptCommitteeIntent";
import { DkgRuns } from "@anamnesis/node/committee/dkgRuns";
import { keepKeyCard } from "@anamnesis/node/directory/keyCards";
import { fetchManifests } from "@anamnesis/node/indexer/fetchManifests";
import { followLedger } from "@anamnesis/node/indexer/followLedger";
import { genesisMember, testKeys } from "@anamnesis/node/indexer/testing/testNode";
import { sendOutbox } from "@anamnesis/node/outbox/sendOutbox";
import { replicateToHome } from "@anamnesis/node/replicate/replicateToHome";
import { custodyHandlers } from "@anamnesis/node/routes/custodyHandlers";
import { exchangeHandlers } from "@anamnesis/node/routes/exchangeHandlers";
import { HandlerNetwork } from "@anamnesis/node/testing/handlerNetwork";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { enrol } from "@anamnesis/sdk/enrol";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { type ActorKeys, createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { type Admission, permitOrganisation } from "@anamnesis/sdk/permit";
import { connect, httpSigner, type Runtime } from "@anamnesis/sdk/runtime";
import { type ResourceToSeal, sealResources } from "@anamnesis/sdk/seal";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import { MemoryReceiptLog } from "@anamnesis/storage/receiptLog/memoryReceiptLog";
import { dealCommittee, type TestCommittee } from "@anamnesis/testkit/core/committee";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { type Name, NAMES, nodeContext, shareOf, THRESHOLD } from "./nodeContext.ts";
import { SharedEngine } from "./simulatedDatabase.ts";
import { SimulatedJournal } from "./simulatedJournal.ts";

/** UnixSeconds of everything that happened before a seed begins. */
export const BEGIN = 1_700_000_000;
/** When permits and consents end: after every simulation. */
export const FAR = parseUnixSeconds(BEGIN + 86_400 * 365);

/**
 * What every seed begins with, made once a process by the real services and verbs: a committee, a device and two doctors on the
 * ledger, a patient who enrolled, admitted the first hospital and granted the first doctor, and one anchored record.
 */
export interface Template {
  readonly engine: SharedEngine;
  /** In order, a block each. */
  readonly submissions: readonly (readonly SignedIntent[])[];
  readonly blobs: ReadonlyMap<Name, ReadonlyMap<Cid, Uint8Array>>;
  readonly deal: TestCommittee;
  readonly committee: CommitteeKeyId;
  readonly decoyReceiptKey: Uint8Array;
  readonly consortium: Consortium;
  readonly device: ActorKeys;
  readonly doctors: readonly ActorKeys[];
  readonly keys: PatientKeys;
  readonly admission: Admission;
  readonly journal: SimulatedJournal;
  readonly sealed: ReadonlyMap<RecordId, Uint8Array>;
}

export const QUIET_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function newLedger(clock: Clock): MemoryLedger {
  return new MemoryLedger({
    clock,
    genesis: NAMES.map(genesisMember),
    identity: TEST_IDENTITY,
    mining: "manual",
  });
}

/** A resource that is in memory, so that what is opened can be held against it. */
export type SimulatedResource = ResourceToSeal & { readonly bytes: Uint8Array };

export function resourceNamed(id: string): SimulatedResource {
  const day = 19_000 as Day;
  return {
    segmentKind: "general",
    attributes: { resourceType: "Observation", from: day, to: day, labels: [] },
    mediaType: "application/fhir+json",
    bytes: utf8ToBytes(JSON.stringify({ resourceType: "Observation", id })),
    source: { key: `Observation/${id}`, version: "1" },
  };
}

export async function makeTemplate(): Promise<Template> {
  const clock: Clock = { now: () => parseUnixSeconds(BEGIN) };
  const random = seededRandom("simulation");
  const engine = await SharedEngine.open(NAMES);
  const ledger = newLedger(clock);
  const submissions: (readonly SignedIntent[])[] = [];
  const port = ledger.connect();
  const submit = async (intents: readonly SignedIntent[]) => {
    const answer = port.submit(intents);
    submissions.push(intents);
    ledger.mine();
    return answer;
  };

  const deal = dealCommittee(random, THRESHOLD, NAMES.length);
  const body = certificateOf(deal, random);
  const certificate = {
    body,
    signatures: NAMES.map((name) => testKeys(name).signMessage(fromHex(certificateBody.digest(body)))),
  };
  const committee = committeeKeyId(body);
  const organisations = NAMES.map((name) => genesisMember(name).organisation);
  const [north, south] = organisations as [OrganisationId, OrganisationId];
  const device = await createActorKeys({ subject: "device", name: "Importer", organisation: north, random });
  const doctors = [
    await createActorKeys({ subject: "practitioner", name: "Dr. Ada", organisation: south, random }),
    await createActorKeys({
      subject: "practitioner",
      name: "Dr. Bela",
      organisation: organisations[2] as OrganisationId,
      random,
    }),
  ];
  const adopt = adoptCommitteeIntent(certificate);
  const adopted = intentDigest(TEST_IDENTITY, adopt);
  await submit([{ intent: adopt, signatures: NAMES.map((name) => testKeys(name).signDigest(adopted)) }]);
  await submit([device, ...doctors].map(registration));

  const decoyReceiptKey = (await kemKeyPair(random(32))).publicKey;
  const network = new HandlerNetwork(() => clock.now());
  const nodes = NAMES.map((name) =>
    nodeContext(name, {
      clock,
      random: seededRandom(`simulation/${name}`),
      timers: { now: () => clock.now() * 1000, sleep: () => settle() },
      fetch: network.fetch,
      db: engine.database(name),
      durable: (_, work) => work(),
      blobs: new MemoryBlobStore(),
      ledger: { ...port, submit },
      receipts: new MemoryReceiptLog(),
      share: shareOf(deal, committee, name),
      log: QUIET_LOG,
      wake: () => undefined,
    }),
  );
  const settle = async (): Promise<void> => {
    for (const node of nodes) {
      for (const home of organisations) await replicateToHome(node, home);
      await anchorTick(node);
      await sendOutbox(node);
    }
    for (const node of nodes) {
      await followLedger(node, node.copy);
      await fetchManifests(node);
    }
  };
  for (const node of nodes) {
    for (const { card } of [...NAMES.map(testKeys), device, ...doctors]) await keepKeyCard(node.db, card);
    await node.db.query("insert into committee_certificates (digest, bytes) values ($1, $2)", [
      committeeCertificate.digest(certificate),
      committeeCertificate.encode(certificate),
    ]);
    const window = new RequestWindow(-1);
    const limit = new RateLimit({ rate: 1000, burst: 1000 });
    const services = { window, limit, decoyReceiptKey, catchUp: () => Promise.resolve(false) };
    network.serve(`${node.name}.test`, [
      ...exchangeHandlers(node, window),
      ...custodyHandlers(node, services, new DkgRuns(node)),
    ]);
  }
  await settle();

  const runtime: Runtime = { fetch: network.fetch, now: () => clock.now(), random, sleep: settle };
  const consortium = await loadConsortium({ runtime, endpoint: genesisMember("north").endpoint });
  let keys!: PatientKeys;
  const save = async (saved: PatientKeys): Promise<void> => void (keys = saved);
  await enrol({ runtime, consortium, homes: [north, south], save });
  const admission = await permitOrganisation({
    keys,
    identity: TEST_IDENTITY,
    organisation: north,
    notAfter: FAR,
    random,
  });
  const journal = new SimulatedJournal();
  const first = resourceNamed("first");
  const { sealed } = await sealResources({
    runtime,
    identity: TEST_IDENTITY,
    node: connect(runtime, genesisMember("north").endpoint, httpSigner(device.ed25519)),
    device,
    organisation: north,
    admission,
    committee: consortium.committee,
    resources: [first],
    journal: journal.open(async () => undefined),
  });
  await grantConsent({
    runtime,
    consortium,
    keys,
    save,
    kinds: ["general"],
    grantee: granteeOf((doctors[0] as ActorKeys).card),
    resourceTypes: ["*"],
    purposes: ["TREAT"],
    notAfter: FAR,
  });
  await settle();
  const blobs = new Map<Name, Map<Cid, Uint8Array>>();
  for (const [i, node] of nodes.entries()) {
    const kept = new Map<Cid, Uint8Array>();
    for await (const cid of node.blobs.list()) kept.set(cid, (await node.blobs.get(cid)) as Uint8Array);
    blobs.set(NAMES[i] as Name, kept);
  }
  return {
    engine,
    submissions,
    blobs,
    deal,
    committee,
    decoyReceiptKey,
    consortium,
    device,
    doctors,
    keys,
    admission,
    journal,
    sealed: new Map(sealed.map(({ record }) => [record, first.bytes])),
  };
}

function certificateOf(deal: TestCommittee, random: (length: number) => Uint8Array): CertificateBody {
  return {
    run: random(32),
    threshold: deal.threshold,
    participants: NAMES.map((name) => ({
      organisation: genesisMember(name).organisation,
      ed25519: testKeys(name).card.ed25519,
    })),
    publicKey: deal.publicKey,
    verificationShares: deal.custodians.map((custodian) => custodian.verificationShare),
    transcript: toHex<Digest>(random(32)),
    shareEpoch: 0,
  };
}

/** Signed by the actor's organisation. */
function registration({ card }: ActorKeys): SignedIntent {
  const name = NAMES.find((member) => genesisMember(member).organisation === card.organisation) as Name;
  const intent = {
    type: "SetActor",
    organisation: card.organisation as OrganisationId,
    actor: actorIdOf(card),
    role: card.subject as "practitioner" | "device",
    signer: addressOf(card.secp256k1),
    keyCard: keyCardDigest(card),
    active: true,
    version: 1,
  } as const;
  return { intent, signatures: [testKeys(name).signDigest(intentDigest(TEST_IDENTITY, intent))] };
}
