import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { type Digest, type OrganisationId, parseUnixSeconds, type SegmentId } from "@anamnesis/core/ids";
import { type AccessRequest, accessRequestDigest } from "@anamnesis/core/release/accessRequest";
import { type AskerWish, askerWishDigest } from "@anamnesis/core/request/askerWish";
import {
  consentAnswerDigest,
  sealConsentAnswer,
  type SealedConsentAnswer,
} from "@anamnesis/core/request/consentAnswer";
import {
  consentRequestId,
  sealConsentRequest,
  type SealedConsentRequest,
} from "@anamnesis/core/request/consentRequest";
import { testSegment, type TestSegment } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RequestWindow } from "../access/requestWindow.ts";
import { revoke } from "../custody/revoke.ts";
import { RateLimit } from "../http/rateLimit.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { createPasses } from "../passes.ts";
import { CustodyWorld, type TestActor } from "../testing/custodyWorld.ts";
import { ownRequests, withdrawRequest } from "./askerWishes.ts";
import { keepAnswer } from "./keepAnswer.ts";
import { keepRequest, requestArrivals } from "./keepRequest.ts";
import { listRequests } from "./listRequests.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);
beforeAll(startTestDatabase, 60_000);

const DAY = 86_400;
const unlimited = () => new RateLimit({ burst: 10_000, rate: 1 });

let world: CustodyWorld;
let node: TestNode;
let doctor: TestActor;
let segment: TestSegment;
let window: RequestWindow;

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  ({ node, segment } = world);
  doctor = await world.actor("doctor", "practitioner");
  window = new RequestWindow(-1);
});

async function asked(
  changes: { by?: TestActor; of?: SegmentId; time?: number; wait?: number; secret?: Uint8Array } = {},
): Promise<SealedConsentRequest> {
  const { by = doctor, of = segment.id, time = world.clock.time, wait = 14 * DAY } = changes;
  const outside = {
    segment: of,
    requester: by.requester,
    time: parseUnixSeconds(time),
    expiresAt: parseUnixSeconds(time + wait),
  };
  const { publicKey } = await kemKeyPair(bytesOf("receipt key"));
  const value = {
    kinds: ["general" as const],
    resourceTypes: ["*"],
    purposes: ["TREAT" as const],
    dataFrom: null,
    dataTo: null,
    notAfter: parseUnixSeconds(time + 90 * DAY),
    message: "",
  };
  const body = await sealConsentRequest(outside, value, { receiptKey: publicKey, kem: by.card.kem });
  return { body, signature: sign(fromHex(consentRequestId(body)), changes.secret ?? by.secret) };
}

async function answered(
  request: SealedConsentRequest,
  by: TestSegment = segment,
  secret = by.owner.secret,
): Promise<SealedConsentAnswer> {
  const { publicKey } = await kemKeyPair(bytesOf("receipt key"));
  const body = await sealConsentAnswer(
    {
      request: consentRequestId(request.body),
      opening: by.opening,
      time: parseUnixSeconds(world.clock.time),
    },
    { outcome: "denied", consents: [], message: "" },
    { kem: doctor.card.kem, receiptKey: publicKey },
  );
  return { body, signature: sign(consentAnswerDigest(body), secret) };
}

function wish(
  what: "list" | "withdraw",
  request: Digest | null,
  changes: { by?: TestActor; secret?: Uint8Array; audience?: OrganisationId } = {},
): AskerWish {
  const { by = doctor, secret = by.secret, audience = node.organisation } = changes;
  const time = parseUnixSeconds(world.clock.time);
  const body = { what, audience, requester: by.requester, request, from: 0, nonce: world.random(32), time };
  return { body, signature: sign(askerWishDigest(body), secret) };
}

function ownerAsks(by: TestSegment = segment, secret = by.owner.secret, from = 0): AccessRequest {
  const body: AccessRequest["body"] = {
    what: "requests",
    audience: node.organisation,
    requester: null,
    opening: by.opening,
    purpose: "PATRQT",
    consent: null,
    parent: null,
    delegation: null,
    from,
    nonce: world.random(32),
    time: parseUnixSeconds(world.clock.time),
  };
  return { body, signature: sign(accessRequestDigest(body), secret) };
}

const put = (value: SealedConsentRequest) => codeOf(keepRequest(node, unlimited(), value));
const idOf = (value: SealedConsentRequest) => consentRequestId(value.body);

describe("a request for access", () => {
  it("waits for the segment's owner, and is shown to who asked and to nobody else", async () => {
    const value = await asked();
    expect(await put(value)).toBe("no error");
    const page = { requests: [{ request: value, withdrawnAt: null, answer: null }], next: null };
    expect(await listRequests(node, window, ownerAsks())).toEqual(page);
    expect(await ownRequests(node, window, wish("list", null))).toEqual(page);
    const nothing = { requests: [], next: null };
    expect(await listRequests(node, window, ownerAsks(await testSegment("bob", "general")))).toEqual(nothing);
    const nurse = await world.actor("nurse", "practitioner");
    expect(await ownRequests(node, window, wish("list", null, { by: nurse }))).toEqual(nothing);
    const forged = ownerAsks(segment, nurse.secret);
    expect(await codeOf(listRequests(node, window, forged))).toBe("bad-request-signature");
  });

  it("is shown to and answered by a device that the owner lets read in its place, until that is revoked", async () => {
    const value = await asked();
    await put(value);
    const secret = bytesOf("device");
    const proxy = addressOf(publicKeyOf(secret));
    const { delegation, revocation } = await world.delegation(proxy, readingDelegation);
    const list = (shown: typeof delegation | null, by = secret) => {
      const { body } = ownerAsks();
      const changed = { ...body, delegation: shown };
      return codeOf(
        listRequests(node, window, { body: changed, signature: sign(accessRequestDigest(changed), by) }),
      );
    };
    expect(await list(delegation)).toBe("no error");
    expect(await list(null)).toBe("bad-request-signature");
    expect(await list(delegation, bytesOf("stranger"))).toBe("bad-request-signature");
    const decides = await world.delegation(proxy, (body) => body);
    expect(await list(decides.delegation)).toBe("bad-request-signature");
    const unregistered = { ...delegation, body: { ...delegation.body, proxyName: "another" } };
    expect(await list(unregistered)).toBe("bad-request-signature");

    const answer = await answered(value, segment, secret);
    expect(await codeOf(keepAnswer(node, answer))).toBe("bad-request-signature");
    expect(await codeOf(keepAnswer(node, { ...answer, delegation }))).toBe("no error");
    await revoke(node, revocation);
    expect(await list(delegation)).toBe("bad-request-signature");
    const second = await asked();
    await put(second);
    const late = { ...(await answered(second, segment, secret)), delegation };
    expect(await codeOf(keepAnswer(node, late))).toBe("bad-request-signature");
  });

  it("is taken for a segment that nobody has as for any other", async () => {
    expect(await put(await asked({ of: toHex<SegmentId>(bytesOf("nobody")) }))).toBe("no error");
  });

  it("succeeds again, also when no place is left, and is kept once", async () => {
    const value = await asked();
    for (let i = 0; i < 3; i++) expect(await put(value)).toBe("no error");
    expect(await rowsOf(node.db, "consent_requests", "request")).toHaveLength(1);
    for (let i = 0; i < 3; i++) expect(await put(await asked())).toBe("no error");
    expect(await put(await asked())).toBe("requests-full");
    expect(await put(value)).toBe("no error");
  });

  it("comes from the directory's active people of active members alone, with their present keys", async () => {
    const stranger = await world.unregistered("stranger", "practitioner");
    expect(await put(await asked({ by: stranger }))).toBe("not-authorised");
    expect(await put(await asked({ secret: stranger.secret }))).toBe("not-authorised");
    const moved = {
      ...doctor,
      requester: { ...doctor.requester, organisation: toHex<OrganisationId>(bytesOf("elsewhere")) },
    };
    expect(await put(await asked({ by: moved }))).toBe("not-authorised");
    const value = await asked();
    await world.setActor(doctor, "south", { active: false, version: 2 });
    expect(await put(value)).toBe("not-authorised");
    expect(await codeOf(ownRequests(node, window, wish("list", null)))).toBe("not-authorised");
    expect(await rowsOf(node.db, "consent_requests", "request")).toEqual([]);
    const unsigned = { ...value, signature: new Uint8Array(65) };
    expect(await put(unsigned)).toBe("bad-request-signature");
  });

  it("names a time within 30 days, and none that is over", async () => {
    const now = world.clock.time;
    expect(await put(await asked({ wait: 30 * DAY }))).toBe("no error");
    expect(await put(await asked({ wait: 30 * DAY + 1 }))).toBe("bad-request");
    expect(await put(await asked({ wait: 0 }))).toBe("bad-request");
    expect(await put(await asked({ time: now - DAY, wait: DAY }))).toBe("bad-request");
    expect(await put(await asked({ time: now + 120 }))).toBe("bad-request");
  });

  it("has room beside the others of one requester, of one segment and at a node", async () => {
    const fill = (count: number, of: string, by: string) =>
      node.db.query(
        `insert into consent_requests (request, segment, requester, bytes, expires_at)
         select $1 || i, $2, $3, $4, $5 from generate_series(1, $6::int) as i`,
        [`${of} ${by} `, of, by, bytesOf("x"), world.clock.time + DAY, count],
      );
    await fill(64, segment.id, "another");
    expect(await put(await asked())).toBe("requests-full");
    const elsewhere = toHex<SegmentId>(bytesOf("elsewhere"));
    expect(await put(await asked({ of: elsewhere }))).toBe("no error");
    await fill(511, "many", doctor.requester.actor);
    expect(await put(await asked({ of: elsewhere }))).toBe("requests-full");
    world.clock.time = parseUnixSeconds(world.clock.time + DAY);
    expect(await put(await asked())).toBe("no error");
  });

  it("comes at a bounded speed", async () => {
    const arrivals = requestArrivals();
    const codes: string[] = [];
    for (let i = 0; i < 31; i++) {
      const of = toHex<SegmentId>(bytesOf(`segment ${i}`));
      codes.push(await codeOf(keepRequest(node, arrivals, await asked({ of }))));
    }
    expect(codes).toEqual([...Array.from({ length: 30 }, () => "no error"), "rate-limited"]);
  });

  it("is withdrawn by who asked, for good", async () => {
    const value = await asked();
    await put(value);
    const nurse = await world.actor("nurse", "practitioner");
    const take = (one: AskerWish) => codeOf(withdrawRequest(node, window, one));
    expect(await take(wish("withdraw", idOf(value), { by: nurse }))).toBe("not-found");
    expect(await take(wish("withdraw", idOf(value), { secret: nurse.secret }))).toBe("not-authorised");
    const elsewhere = wish("withdraw", idOf(value), {
      audience: toHex<OrganisationId>(bytesOf("elsewhere")),
    });
    expect(await take(elsewhere)).toBe("bad-request-signature");
    expect(await take(wish("list", idOf(value)))).toBe("bad-request-signature");
    const right = wish("withdraw", idOf(value));
    expect(await take(right)).toBe("no error");
    expect(await take(right)).toBe("replayed-request");
    expect(await take(wish("withdraw", idOf(value)))).toBe("no error");
    const { requests } = await listRequests(node, window, ownerAsks());
    expect(requests).toMatchObject([{ withdrawnAt: world.clock.time, answer: null }]);
    expect(await codeOf(keepAnswer(node, await answered(value)))).toBe("request-closed");
  });

  it("leaves the disk a month after it expired, and not before", async () => {
    const points: string[] = [];
    const context: TestNode = {
      ...node,
      durable: (point, work) => {
        points.push(point);
        return work();
      },
    };
    const { run } = createPasses(context, node.copy, "http://north.test").passes.erase;
    await put(await asked({ wait: DAY }));
    world.clock.time = parseUnixSeconds(world.clock.time + 31 * DAY - 1);
    await run();
    expect(points).toEqual([]);
    world.clock.time = parseUnixSeconds(world.clock.time + 1);
    await run();
    expect(points).toEqual(["request.rows"]);
    expect(await rowsOf(node.db, "consent_requests", "request")).toEqual([]);
  });

  it("is listed in pages", async () => {
    const bytes = await asked();
    await put(bytes);
    await node.db.query(
      `insert into consent_requests (request, segment, requester, bytes, expires_at)
       select 'more ' || i, segment, requester, bytes, expires_at from consent_requests, generate_series(1, 70) as i`,
    );
    const first = await listRequests(node, window, ownerAsks());
    expect([first.requests.length, first.next]).toEqual([64, 64]);
    const second = await listRequests(node, window, ownerAsks(segment, segment.owner.secret, 64));
    expect([second.requests.length, second.next]).toEqual([7, null]);
  });
});

describe("an answer", () => {
  it("is the owner's alone; the first stays, and the same again succeeds", async () => {
    const value = await asked();
    await put(value);
    const answer = await answered(value);
    const keep = (one: SealedConsentAnswer) => codeOf(keepAnswer(node, one));
    const bob = await testSegment("bob", "general");
    expect(await keep(await answered(value, segment, bob.owner.secret))).toBe("bad-request-signature");
    expect(await keep(await answered(value, bob))).toBe("not-found");
    expect(await keep({ ...answer, signature: new Uint8Array(65) })).toBe("bad-request-signature");
    expect(await keep(answer)).toBe("no error");
    expect(await keep(answer)).toBe("no error");
    expect(await keep(await answered(value))).toBe("request-closed");
    const page = { requests: [{ request: value, withdrawnAt: null, answer }], next: null };
    expect(await ownRequests(node, window, wish("list", null))).toEqual(page);
    expect(await listRequests(node, window, ownerAsks())).toEqual(page);
    expect(await codeOf(withdrawRequest(node, window, wish("withdraw", idOf(value))))).toBe("request-closed");
  });

  it("is not taken to a request that is not here", async () => {
    expect(await codeOf(keepAnswer(node, await answered(await asked())))).toBe("not-found");
  });
});
