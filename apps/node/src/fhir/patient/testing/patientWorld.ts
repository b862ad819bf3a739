import { createHash, randomUUID } from "node:crypto";
import { actorIdOf, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { type Day, parseUnixSeconds, type UnixSeconds } from "@anamnesis/core/ids";
import type { Hash32 } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { granteeAccess, type SegmentAccess } from "@anamnesis/sdk/access";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { enrol } from "@anamnesis/sdk/enrol";
import { signPatientLogin } from "@anamnesis/sdk/fhirPatientLogin";
import { memoryJournal } from "@anamnesis/sdk/journal";
import { type ActorKeys, createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { type OpenResult, openRecords } from "@anamnesis/sdk/open";
import { permitOrganisation } from "@anamnesis/sdk/permit";
import { connect, httpSigner, type Runtime } from "@anamnesis/sdk/runtime";
import { sealResources } from "@anamnesis/sdk/seal";
import { expect } from "vitest";
import { keepKeyCard } from "../../../directory/keyCards.ts";
import { createServer, type Server } from "../../../http/server.ts";
import { testKeys, type TestNode } from "../../../indexer/testing/testNode.ts";
import { createOAuth, type OAuth } from "../../../oauth/createOAuth.ts";
import { oauthMounts } from "../../../oauth/oauthMounts.ts";
import { parseClients } from "../../../oauth/parseClients.ts";
import { createSoftwareKeyLogin } from "../../../oauth/softwareKeyLogin.ts";
import { Browser } from "../../../oauth/testing/browser.ts";
import {
  assertion,
  type ClientKey,
  clientKey,
  post,
  registered,
  type TokenAnswer,
} from "../../../oauth/testing/oauthWorld.ts";
import { sendOutbox } from "../../../outbox/sendOutbox.ts";
import { custodyHandlers } from "../../../routes/custodyHandlers.ts";
import { exchangeHandlers } from "../../../routes/exchangeHandlers.ts";
import { fhirLoginHandlers } from "../../../routes/fhirLoginHandlers.ts";
import { receivedHandlers } from "../../../routes/receivedHandlers.ts";
import { testSteps } from "../../testing/testSteps.ts";
import { systemTimers } from "../../../runtime/systemTimers.ts";
import { CustodyWorld } from "../../../testing/custodyWorld.ts";
import { HandlerNetwork } from "../../../testing/handlerNetwork.ts";
import { anchor } from "../../../testing/sealedRecords.ts";
import { createFhirEndpoint } from "../../fhirEndpoint.ts";
import { DEFAULT_POLICY } from "../../policy/basePolicy.ts";
import type { Sent } from "../../testing/testEndpoint.ts";
import type { FhirJson } from "../../testing/testFhir.ts";
import { followConsents } from "../followConsents.ts";

const BACK = "https://app.example/back";
const VERIFIER = "v".repeat(64);
export const BOTH = "patient/AuditEvent.rs patient/Consent.crs";
export const APP = "my-health";

/** A patient with the newest copy of the keys. */
export interface TestPatient {
  keys: PatientKeys;
  readonly save: (keys: PatientKeys) => Promise<void>;
}

/**
 * Two hospitals' nodes and custodians with patients and doctors who use the SDK. The northern one's FHIR server, with its authorisation server, is on a real address; a
 * program for patients and one of the hospital itself are registered there.
 */
export class PatientWorld {
  readonly custody: CustodyWorld;
  readonly north: TestNode;
  readonly south: TestNode;
  readonly runtime: Runtime;
  readonly network: HandlerNetwork;
  /** As it is since the last person came. */
  consortium: Consortium;
  readonly url: string;
  readonly #key: ClientKey;
  readonly #server: Server;

  private constructor(
    custody: CustodyWorld,
    network: HandlerNetwork,
    runtime: Runtime,
    consortium: Consortium,
    server: Server,
    key: ClientKey,
  ) {
    [this.north, this.south] = custody.nodes as [TestNode, TestNode];
    this.custody = custody;
    this.network = network;
    this.runtime = runtime;
    this.consortium = consortium;
    this.#server = server;
    this.url = server.url;
    this.#key = key;
  }

  static async start(): Promise<PatientWorld> {
    const custody = await CustodyWorld.start("north", "south");
    // Assertions are checked by the real time too.
    custody.clock.time = Math.floor(Date.now() / 1000);
    await custody.follow();
    const now = (): UnixSeconds => custody.clock.now();
    const network = new HandlerNetwork(now);
    const [north] = custody.nodes as [TestNode, TestNode];
    const key = await clientKey();
    const clients = parseClients(
      [
        registered(key, {
          clientId: APP,
          name: "My health",
          purposes: ["PATRQT"],
          scopes: ["patient/AuditEvent.rs", "patient/Consent.crs"],
          redirectUris: [BACK],
        }),
        registered(key, {
          role: "practitioner",
          purposes: ["TREAT", "ETREAT", "HOPERAT"],
          scopes: ["system/*.cruds"],
        }),
        registered(key, {
          clientId: "audit",
          role: "auditor",
          purposes: ["HOPERAT"],
          scopes: ["system/*.rs"],
        }),
      ],
      "fhir.clients",
    );
    const login = createSoftwareKeyLogin(north, clients);
    // Whoever waits for the ledger finds that it went on.
    const goOn = async (): Promise<void> => {
      for (const node of custody.nodes) await sendOutbox(node);
      await custody.follow();
      for (const node of custody.nodes) await followConsents(node);
    };
    const timers = { ...systemTimers, sleep: goOn };
    for (const node of custody.nodes) {
      for (const name of ["north", "south", "west"]) await keepKeyCard(node.db, testKeys(name).card);
      const services = custody.services();
      network.serve(`${node.name}.test`, [
        ...exchangeHandlers({ ...node, timers }, services.window),
        ...custodyHandlers(node, services, null as never),
        ...receivedHandlers(node, services.window),
        ...(node === north ? fhirLoginHandlers(login) : []),
      ]);
    }
    let oauth: OAuth | null = null;
    let url = "";
    const runtime: Runtime = {
      // The FHIR server is on a real address, all else behind the network without sockets.
      fetch: (to, init) =>
        to.startsWith(url) && url !== "" ? globalThis.fetch(to, init) : network.fetch(to, init),
      now,
      random: custody.random,
      sleep: goOn,
    };
    const consortium = await loadConsortium({ runtime, endpoint: "http://north.test:80" });
    const endpoint = createFhirEndpoint(north, {
      policy: DEFAULT_POLICY,
      packages: [],
      tokens: { requesterOf: (authorization) => (oauth as OAuth).requesterOf(authorization) },
      base: () => `${url}/fhir`,
      now: () => Date.now(),
      newId: randomUUID,
    });
    const server = await createServer({
      host: "127.0.0.1",
      port: 0,
      after: 0,
      handlers: [],
      raw: oauthMounts(() => oauth),
      context: { ...north, timers: systemTimers },
      fhir: { endpoint, inSteps: testSteps },
    });
    url = server.url;
    oauth = createOAuth({ context: north, url, clients, login });
    return new PatientWorld(custody, network, runtime, consortium, server, key);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async enrol(): Promise<TestPatient> {
    const { runtime, consortium, north, south } = this;
    const homes = [north.organisation, south.organisation];
    const patient = {
      save: async (keys: PatientKeys): Promise<void> => void (patient.keys = keys),
    } as TestPatient;
    patient.keys = (await enrol({ runtime, consortium, homes, save: patient.save })).keys;
    return patient;
  }

  /** A person or device of one of the hospitals. */
  async actor(name: string, subject: "practitioner" | "device", node = this.north): Promise<ActorKeys> {
    const { organisation } = node;
    const keys = await createActorKeys({ subject, name, organisation, random: this.custody.random });
    const requester = { actor: actorIdOf(keys.card), organisation, keyCard: keyCardDigest(keys.card) };
    await this.custody.setActor({ card: keys.card, secret: keys.secp256k1, requester }, node.name, {
      active: true,
      version: 1,
    });
    for (const { db } of this.custody.nodes) await keepKeyCard(db, keys.card);
    const { runtime } = this;
    this.consortium = await loadConsortium({ runtime, endpoint: "http://north.test:80" });
    return keys;
  }

  /** The northern hospital's device seals an Observation for a patient, and it is anchored. */
  async seal(patient: TestPatient, device: ActorKeys, id: string): Promise<void> {
    const { runtime, north, consortium } = this;
    const { identity, committee } = consortium;
    const random = this.custody.random;
    const notAfter = (this.custody.clock.time + 86_400) as UnixSeconds;
    const { organisation } = north;
    const admission = await permitOrganisation({
      keys: patient.keys,
      identity,
      organisation,
      notAfter,
      random,
    });
    const node = connect(runtime, "http://north.test:80", httpSigner(device.ed25519));
    const bytes = utf8ToBytes(
      JSON.stringify({ resourceType: "Observation", id, status: "final", code: { text: "x" } }),
    );
    await sealResources({
      runtime,
      identity,
      node,
      device,
      organisation,
      admission,
      committee,
      resources: [
        {
          segmentKind: "general",
          attributes: { resourceType: "Observation", from: 20_000 as Day, to: 20_000 as Day, labels: [] },
          mediaType: "application/fhir+json",
          bytes,
          source: { key: `north|Observation/${id}`, version: "version:1" },
        },
      ],
      journal: memoryJournal(),
    });
    await anchor(this.custody, north);
    await this.custody.follow();
  }

  /** What a doctor finds granted at the own node. */
  async accesses(doctor: ActorKeys, node = this.north): Promise<readonly SegmentAccess[]> {
    const own = connect(this.runtime, `http://${node.name}.test:80`, httpSigner(doctor.ed25519));
    const { grants } = await listGrants({ node: own, keys: doctor, identity: this.consortium.identity });
    return grants.map((grant) => granteeAccess(doctor, grant.content));
  }

  open(access: SegmentAccess): Promise<OpenResult> {
    const { runtime, consortium } = this;
    return openRecords({ runtime, consortium, access, purpose: "TREAT" });
  }

  /** The ledger has what was sent, and every node has read it. */
  async settle(): Promise<void> {
    for (let i = 0; i < 2; i++) await this.runtime.sleep(0);
  }

  /** From the program's start to the page that shows a challenge. */
  async begin(
    scope = BOTH,
    browser = new Browser(),
  ): Promise<{ browser: Browser; page: string; challenge: Hash32 }> {
    const query = new URLSearchParams({
      client_id: APP,
      response_type: "code",
      redirect_uri: BACK,
      scope,
      state: "mine",
      aud: `${this.url}/fhir`,
      code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
      code_challenge_method: "S256",
    });
    const first = await browser.get(`${this.url}/oauth/auth?${query.toString()}`);
    const { status, text } = await browser.get(first.location);
    expect(status).toBe(200);
    const challenge = /0x[0-9a-f]{64}/.exec(text)?.[0] as Hash32;
    return { browser, page: first.location, challenge };
  }

  async signLogin(
    keys: PatientKeys,
    challenge: Hash32,
    { kinds = ["general"], scope = BOTH, client = APP }: LoginChanges = {},
  ): Promise<void> {
    const { runtime, north } = this;
    const node = { endpoint: "http://north.test:80", organisation: north.organisation };
    await signPatientLogin({ runtime, keys, kinds, node, challenge, client, scope });
  }

  /** From the page on: what the token endpoint says; `null` while the page is still there. */
  async goOn(browser: Browser, page: string): Promise<TokenAnswer | null> {
    const done = await browser.get(page);
    if (done.status === 200) return null;
    const back = await browser.get(done.location);
    const code = new URL(back.location).searchParams.get("code") ?? "";
    return post(this.url, {
      grant_type: "authorization_code",
      code,
      redirect_uri: BACK,
      code_verifier: VERIFIER,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion(this.url, this.#key, { iss: APP, sub: APP, jti: randomUUID() }),
    });
  }

  /** A token for the patient. */
  async logIn(
    { keys }: TestPatient,
    { kinds = ["general"], scope = BOTH }: LoginChanges = {},
  ): Promise<string> {
    const { browser, page, challenge } = await this.begin(scope);
    await this.signLogin(keys, challenge, { kinds, scope });
    const answer = await this.goOn(browser, page);
    expect(answer?.status).toBe(200);
    return String(answer?.json["access_token"]);
  }

  /** A token of one of the hospital's programs. */
  async staffToken(client = "lab", scope = "system/*.cruds", purpose?: string): Promise<string> {
    const answer = await post(this.url, {
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion(this.url, this.#key, { iss: client, sub: client, jti: randomUUID() }),
      scope,
      ...(purpose === undefined ? {} : { purpose_of_use: purpose }),
    });
    expect(answer.status).toBe(200);
    return String(answer.json["access_token"]);
  }

  async send(
    token: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Sent> {
    const answer = await fetch(`${this.url}/fhir/${path}`, {
      method,
      headers: { "content-type": "application/fhir+json", authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = (text === "" ? {} : JSON.parse(text)) as FhirJson;
    return { status: answer.status, headers: answer.headers, json };
  }

  in(seconds: number): UnixSeconds {
    return parseUnixSeconds(this.custody.clock.time + seconds);
  }
}

interface LoginChanges {
  readonly kinds?: readonly SegmentKind[];
  readonly scope?: string;
  readonly client?: string;
}
