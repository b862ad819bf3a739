import { randomUUID } from "node:crypto";
import { contentDigest } from "@anamnesis/api/http/contentDigest";
import { signHttp } from "@anamnesis/api/http/signature";
import type { Route } from "@anamnesis/api/route";
import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { ed25519PublicKey, ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { type Digest, type Hex, parseUnixSeconds } from "@anamnesis/core/ids";
import { actorOf, createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { keepKeyCard } from "../../directory/keyCards.ts";
import { DkgRuns } from "../../committee/dkgRuns.ts";
import { createFhirEndpoint } from "../../fhir/fhirEndpoint.ts";
import { DEFAULT_POLICY } from "../../fhir/policy/basePolicy.ts";
import { bytesOf, testKeys, type TestNode } from "../../indexer/testing/testNode.ts";
import { createSoftwareKeyLogin } from "../../oauth/softwareKeyLogin.ts";
import { adminHandlers } from "../../routes/adminHandlers.ts";
import { auditHandlers } from "../../routes/auditHandlers.ts";
import { correctionHandlers } from "../../routes/correctionHandlers.ts";
import { custodyHandlers } from "../../routes/custodyHandlers.ts";
import { deskHandlers } from "../../routes/deskHandlers.ts";
import { exchangeHandlers } from "../../routes/exchangeHandlers.ts";
import { fhirLoginHandlers } from "../../routes/fhirLoginHandlers.ts";
import type { Handler } from "../../routes/handler.ts";
import { receivedHandlers } from "../../routes/receivedHandlers.ts";
import { recordVerbHandlers } from "../../routes/recordVerbHandlers.ts";
import { requestHandlers } from "../../routes/requestHandlers.ts";
import { standingHandlers } from "../../routes/standingHandlers.ts";
import { routeExamples } from "../../routes/testing/routeExamples.ts";
import { CustodyWorld } from "../../testing/custodyWorld.ts";
import { membersDecide } from "../../testing/membersDecide.ts";
import { openPortal, PERSON, type TestBrowser } from "./portalWorld.ts";
import type { Asker } from "./rights.ts";

type AnyRoute = Route<string, unknown, unknown>;

/** A node with all its handlers, and everybody who may ask it something. */
export interface Matrix {
  /** Code of the refusal, or the status of what is none. @param route whose question is asked; `null`: none that there is. */
  ask(asker: Asker | typeof ALL, method: string, path: string, route: AnyRoute | null): Promise<string>;
  /** What stands for the names in a path: things that the node has. */
  readonly params: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The administrator's key, a session and the node's own page in one request. */
export const ALL = "all at once";

const BLOB = bytesOf("a blob");
const ADMINISTRATOR = bytesOf("north's administrator");

/** People of the demo's portal. */
const SIGNED_IN: Partial<Record<Asker | typeof ALL, string>> = {
  "patient's session": PERSON.id,
  "staff's session": "doctor",
  "other page": PERSON.id,
  [ALL]: "doctor",
};

/** Questions in JSON that are well formed; those in CBOR are the examples of their formats. */
const JSON_QUESTIONS: Readonly<Record<string, object>> = {
  passkeyRegistrationOptions: { kind: "patient" },
  passkeyRegistration: { ceremony: base64url(16), response: {} },
  passkeySignIn: { ceremony: base64url(16), response: {} },
  passkeyRemoval: { credential: base64url(16) },
  endPortalSession: { everywhere: false },
  putPortalVault: { version: 7, sealed: base64url(40) },
  putRegistration: { card: base64url(40) },
  demoSignIn: { id: PERSON.id },
  offerDevice: { locator: base64url(32) },
  answerDevice: { claim: base64url(40), answer: base64url(40) },
  claimDevice: { locator: base64url(32), claim: base64url(40) },
  takeDevice: { ticket: base64url(32) },
  shutOutDevices: {
    keep: base64url(16),
    version: 7,
    sealed: base64url(40),
    wrappers: [{ kind: "passkey", credential: base64url(16), salt: base64url(32), wrapped: base64url(40) }],
  },
  organisationLoginBegin: { purpose: "sign-in" },
  organisationLoginAnswer: { query: "code=a" },
  walletSignIn: { message: "m", signature: base64url(65) },
  walletLink: { message: "m", signature: base64url(65) },
  walletRemoval: { wallet: base64url(32) },
};

/** The real node of a hospital, the keys of its people and of others, and its portal's people. */
export async function openMatrix(): Promise<Matrix> {
  const custody = await CustodyWorld.start("north");
  const admins = [toHex(ed25519PublicKey(ADMINISTRATOR))];
  const north: TestNode = { ...custody.node, settings: { ...custody.node.settings, admins } };
  const keys = await registerPeople(custody);
  await north.blobs.put(cidOf(BLOB, CODEC_RAW), BLOB);
  const world = await openPortal({
    node: north,
    handlers: () => handlersOf(north, custody),
    // Each question comes from an address of its own, so that no limit for one answers in a guard's place.
    server: { proxies: ["127.0.0.1"] },
  });
  const sessions = new Map<string, string>();
  const examples = await routeExamples();
  let asked = 0;
  return {
    params: {
      segment: custody.segment.id,
      digest: keys.card,
      cid: cidOf(BLOB, CODEC_RAW),
      consent: toHex(bytesOf("consent")),
      locator: toHex(bytesOf("locator")),
      organisation: north.organisation,
      "*": "0/x001/067",
    },
    close: () => world.close(),
    ask: async (asker, method, path, route) => {
      const body = method === "GET" ? new Uint8Array() : questionOf(route, examples, asker);
      const { host, origin } = new URL(world.url);
      const turn = asked++;
      const headers: Record<string, string> = {
        accept: "application/json",
        "x-forwarded-for": `10.${turn >> 16}.${(turn >> 8) & 255}.${turn & 255}`,
      };
      const signer = keys.of.get(asker);
      if (signer !== undefined) {
        const parts = { method, authority: host, path, query: "?", contentDigest: contentDigest(body) };
        const nonce = bytesOf(`nonce ${turn}`).subarray(0, 16);
        Object.assign(headers, await signHttp(parts, signer, parseUnixSeconds(world.clock.time), nonce));
      }
      const person = SIGNED_IN[asker];
      if (person !== undefined) {
        const cookie = sessions.get(asker) ?? (await signIn(world.browser(), person));
        sessions.set(asker, cookie);
        headers["cookie"] = cookie;
      }
      if (method !== "GET") {
        const isJson = route === null || route.request.type === "json";
        headers["content-type"] = isJson ? "application/json" : "application/octet-stream";
        headers["origin"] = origin;
      }
      if (asker === "other page")
        Object.assign(headers, { origin: "https://evil.example", "sec-fetch-site": "cross-site" });
      const answer = await fetch(`${world.url}${path}`, {
        method,
        headers,
        redirect: "manual",
        ...(method === "GET" ? {} : { body: new Uint8Array(body) }),
      });
      // Sessions end and begin in some answers.
      if (answer.headers.has("set-cookie")) sessions.delete(asker);
      const text = await answer.text();
      if (answer.ok) return String(answer.status);
      return (JSON.parse(text) as { readonly code?: string }).code ?? String(answer.status);
    },
  };
}

function handlersOf(node: TestNode, custody: CustodyWorld): readonly Handler[] {
  const services = custody.services();
  const { window } = services;
  const fhir = createFhirEndpoint(node, {
    policy: DEFAULT_POLICY,
    packages: [],
    tokens: { requesterOf: () => Promise.resolve(null as never) },
    base: () => "http://north.test/fhir",
    now: () => custody.clock.time * 1000,
    newId: randomUUID,
  });
  return [
    ...exchangeHandlers(node, window),
    ...custodyHandlers(node, services, new DkgRuns(node)),
    ...auditHandlers(node),
    ...adminHandlers(node),
    ...recordVerbHandlers(node),
    ...standingHandlers(node),
    ...deskHandlers(node, fhir),
    ...fhirLoginHandlers(createSoftwareKeyLogin(node, [])),
    ...receivedHandlers(node, window),
    ...requestHandlers(node, window),
    ...correctionHandlers(node, window),
  ];
}

/** The keys of those who sign, of whom the node keeps the cards; `card`: the doctor's. */
async function registerPeople(
  custody: CustodyWorld,
): Promise<{ readonly of: ReadonlyMap<string, HttpSigner>; readonly card: Digest }> {
  const [south, west] = [testKeys("south"), testKeys("west")];
  const of = new Map<string, HttpSigner>([
    ["stranger", signerOf(bytesOf("a stranger's key"))],
    ["administrator", signerOf(ADMINISTRATOR)],
    [ALL, signerOf(ADMINISTRATOR)],
    ["other node", { keyid: toHex(south.card.ed25519), sign: (message) => south.signMessage(message) }],
    ["suspended node", { keyid: toHex(west.card.ed25519), sign: (message) => west.signMessage(message) }],
  ]);
  for (const { card } of [south, west]) await keepKeyCard(custody.node.db, card);
  const register = async (
    name: Asker,
    subject: "practitioner" | "staff" | "device",
    member: "north" | "south" | "west" = "north",
    active = true,
  ): Promise<Digest> => {
    const { organisation } = testKeys(member);
    const made = await createActorKeys({ subject, name, organisation, random: custody.random });
    const keyCard = keyCardDigest(made.card);
    const actor = { card: made.card, requester: { actor: actorOf(made), organisation, keyCard } };
    await keepKeyCard(custody.node.db, made.card);
    await custody.setActor(actor, member, { active: true, version: 1 });
    if (!active) await custody.setActor(actor, member, { active: false, version: 2 });
    of.set(name, signerOf(made.ed25519));
    return keyCard;
  };
  const card = await register("doctor", "practitioner");
  await register("desk", "staff");
  await register("device", "device");
  await register("suspended", "staff", "north", false);
  await register("other administrator", "staff", "south");
  await register("other doctor", "practitioner", "south");
  await register("doctor of the suspended", "practitioner", "west");
  const suspension = { type: "suspend", organisation: west.organisation } as const;
  await membersDecide(custody.ledger, suspension, "north", "south");
  await custody.follow();
  return { of, card };
}

interface HttpSigner {
  readonly keyid: Hex;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

function signerOf(secret: Uint8Array): HttpSigner {
  const keyid = toHex(ed25519PublicKey(secret));
  return { keyid, sign: (message) => ed25519Sign(message, secret) };
}

async function signIn(browser: TestBrowser, id: string): Promise<string> {
  await browser.post("/portal/v1/demo/sign-in", { id });
  return [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

function questionOf(
  route: AnyRoute | null,
  examples: ReadonlyMap<string, unknown>,
  asker: string,
): Uint8Array {
  const type = route?.request;
  if (type?.type === "cbor") return type.format.encode(examples.get(type.format.kind));
  if (type?.type === "stream" || type?.type === "bytes") return BLOB;
  if (type?.type === "text") return new TextEncoder().encode("text\n");
  const question = JSON_QUESTIONS[route?.name ?? ""] ?? {};
  // A letter box is one account's.
  const own = "locator" in question ? { locator: Buffer.from(bytesOf(asker)).toString("base64url") } : {};
  return new TextEncoder().encode(JSON.stringify({ ...question, ...own }));
}

function base64url(length: number): string {
  return Buffer.alloc(length, 7).toString("base64url");
}
