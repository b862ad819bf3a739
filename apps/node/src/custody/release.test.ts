import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { openWithShares } from "@anamnesis/core/crypto/openWithShares";
import { addressOf, publicKeyOf, scalarFromSeed, sign } from "@anamnesis/core/crypto/secp256k1";
import { proveLabel } from "@anamnesis/core/crypto/tdh2";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Digest, parseDay, parseUnixSeconds } from "@anamnesis/core/ids";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import { contentKey } from "@anamnesis/core/record/contentKey";
import { bodyLabelBytes, coreLabel, type Header } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { openAnswer, verifyAnswerSignature } from "@anamnesis/core/release/releaseAnswer";
import {
  type ReleaseRequest,
  type ReleaseRequestBody,
  releaseRequestDigest,
  type RequestedRecord,
} from "@anamnesis/core/release/releaseRequest";
import { MemoryReceiptLog } from "@anamnesis/storage/receiptLog/memoryReceiptLog";
import { dealCommittee } from "@anamnesis/testkit/core/committee";
import { testSegment } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anchorLogHead } from "../anchor/anchorLogHead.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import type { TestNode } from "../indexer/testing/testNode.ts";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { listReceipts } from "../receipts/listReceipts.ts";
import { putRecords } from "../records/putRecords.ts";
import { admittedBefore } from "../access/nonceMemory.ts";
import { RateLimit } from "../http/rateLimit.ts";
import { RequestWindow } from "../access/requestWindow.ts";
import { auditHandlers } from "../routes/auditHandlers.ts";
import { health } from "../routes/health.ts";
import { putCard } from "../segments/cardStore.ts";
import { CustodyWorld, nextCard, opened, type TestActor } from "../testing/custodyWorld.ts";
import { anchor, batchOf, itemOf, seal, type Sealed, wrapOf, written } from "../testing/sealedRecords.ts";
import { release } from "./release.ts";
import { revoke } from "./revoke.ts";
import { atOnce } from "../testing/atOnce.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let node: TestNode;
let doctor: TestActor;

beforeAll(startTestDatabase, 60_000);

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
  doctor = await world.actor("doctor", "practitioner");
});

const itemFor = (sealed: Sealed): Promise<RequestedRecord> => itemOf(node, sealed, world.segment);

async function asked(
  records: readonly RequestedRecord[],
  parts: Partial<ReleaseRequestBody> = {},
  by: TestActor = doctor,
): Promise<ReleaseRequest> {
  return world.request({ requester: by.requester, records, ...parts }, by.secret);
}

/** Asks once; what was given and what the newest receipt says. */
async function ask(
  request: ReleaseRequest,
  at: TestNode = node,
): Promise<{ given: readonly boolean[]; proved: boolean; outcomes: readonly string[]; basis: string }> {
  const answer = await opened(await release(at, world.services(), request));
  expect(verifyAnswerSignature(answer, at.keys.card.ed25519)).toBe(true);
  const { body } = answer;
  const entry = (await world.receipts(at)).at(-1);
  expect(entry?.request).toBe(releaseRequestDigest(request.body));
  return {
    given: body.shares.map((share) => share !== null),
    proved: body.proof !== null,
    outcomes: entry?.records.map((record) => record.outcome) ?? [],
    basis: entry?.basis ?? "",
  };
}

const refusal = (code: string) => ({ given: [false], proved: false, outcomes: [code], basis: "none" });

describe("a permitted release", () => {
  it("gives shares that verify, combine to the record's key and are noted in each custodian's log", async () => {
    const south = { ...(await world.startNode("south", node.db)), copy: node.copy };
    const first = await written(world, node);
    const second = await written(world, node, { previous: first.label });
    const { consent, id } = await world.consent(doctor);
    const request = await asked([await itemFor(first), await itemFor(second)], { consent });
    const digest = releaseRequestDigest(request.body);
    const points = [first, second].map((sealed) => sealed.header.body.U);
    const answers = [];
    for (const custodian of [node, south]) {
      const answer = await opened(await release(custodian, world.services(), request));
      expect(verifyAnswerSignature(answer, custodian.keys.card.ed25519)).toBe(true);
      expect(answer.body).toMatchObject({ request: digest, custodian: custodian.organisation });
      const [entry] = await world.receipts(custodian);
      expect(entry).toMatchObject({
        request: digest,
        custodian: custodian.organisation,
        requester: doctor.requester,
        basis: "consent",
        consent: id,
        records: [first, second].map(({ record }) => ({ record, outcome: "released" })),
      });
      const { commitment } = await custodian.receipts.read(answer.body.receipt.index);
      expect(answer.body.receipt.commitment).toEqual(commitment);
      answers.push({
        index: answer.body.index,
        verificationShare: world.deal.custodians[answer.body.index - 1]?.verificationShare as Uint8Array,
        shares: answer.body.shares as Uint8Array[],
        proof: answer.body.proof as Uint8Array,
      });
    }
    const { G, culprits } = openWithShares({ threshold: 2, points, context: fromHex(digest), answers });
    expect(culprits).toEqual([]);
    for (const [i, { header, ...sealed }] of [first, second].entries()) {
      const { k1 } = await wrapOf({ header, ...sealed }, world.segment);
      const { commitment } = contentKey(k1, G[i] as Uint8Array, coreLabel(header.body.core), header.body.U);
      expect(commitment).toEqual(header.body.keyCommitment);
    }
  });

  it("needs no consent for the owner, and leaves a receipt like any other", async () => {
    const sealed = await written(world, node);
    const request = await world.request({ records: [await itemFor(sealed)] }, world.segment.owner.secret);
    expect(await ask(request)).toEqual({
      given: [true],
      proved: true,
      outcomes: ["released"],
      basis: "owner",
    });
  });

  it("gives what is permitted beside what is not, with one proof over what it gave", async () => {
    const first = await written(world, node);
    const second = await written(world, node, {
      previous: first.label,
      attributes: { resourceType: "Condition" },
    });
    const { consent } = await world.consent(doctor, { resourceTypes: ["Observation"] });
    const request = await asked([await itemFor(second), await itemFor(first)], { consent });
    expect(await ask(request)).toEqual({
      given: [false, true],
      proved: true,
      outcomes: ["resource-type", "released"],
      basis: "consent",
    });
  });

  it("seals its answer to the reply key alone", async () => {
    const sealed = await written(world, node);
    const request = await world.request({ records: [await itemFor(sealed)] }, world.segment.owner.secret);
    const answer = await release(node, world.services(), request);
    expect(Object.keys(answer).toSorted()).toEqual(["ciphertext", "custodian", "enc", "request"]);
    expect(await codeOf(openAnswer(answer, bytesOf("another reply key")))).toBe("hpke-open");
    expect(await codeOf(openAnswer({ ...answer, request: bytesHex("x") }, bytesOf("reply")))).toBe(
      "hpke-open",
    );
  });
});

function bytesHex(text: string): Header["body"]["core"]["permit"] {
  return `0x${Buffer.from(bytesOf(text)).toString("hex")}` as Header["body"]["core"]["permit"];
}

describe("a consent that hangs on another document", () => {
  const PROXY = scalarFromSeed(new Uint8Array(48).fill(7));
  const proxy = addressOf(publicKeyOf(PROXY));

  it("is followed when a grantee passed it on, until the consent that it was passed on from is revoked", async () => {
    const records = [await itemFor(await written(world, node))];
    const specialist = await world.actor("specialist", "practitioner", "west");
    const parent = await world.consent(specialist, { actions: ["read", "reshare"] });
    const { notBefore, notAfter } = parent.consent.body;
    const own = await world.consent(doctor, { notBefore, notAfter });
    const passedOn = world.signedBy(specialist.secret, own.consent);
    const shown = { consent: passedOn, parent: parent.consent };
    expect(await ask(await asked(records, shown))).toMatchObject({ given: [true], basis: "consent" });
    expect(await ask(await asked(records, { consent: passedOn }))).toEqual(refusal("not-owner"));
    const onlyRead = await world.consent(specialist);
    expect(await ask(await asked(records, { ...shown, parent: onlyRead.consent }))).toEqual(
      refusal("not-resharer"),
    );
    await world.setActor(specialist, "west", { active: false, version: 2 });
    expect(await ask(await asked(records, shown))).toEqual(refusal("not-resharer"));
    await revoke(node, parent.revocation);
    expect(await ask(await asked(records, shown))).toEqual(refusal("not-resharer"));
    await world.setActor(specialist, "west", { active: true, version: 3 });
    expect(await ask(await asked(records, shown))).toEqual(refusal("revoked"));
  });

  it("is followed when a proxy signed it, and the proxy itself, until the delegation is revoked", async () => {
    const records = [await itemFor(await written(world, node))];
    const { delegation, id, revocation } = await world.delegation(proxy);
    const { notBefore, notAfter } = delegation.body;
    const { consent } = await world.consent(doctor, { notBefore, notAfter });
    const byProxy = { consent: world.signedBy(PROXY, consent), delegation };
    expect(await ask(await asked(records, byProxy))).toMatchObject({ given: [true], basis: "proxy" });
    const itself = (): Promise<ReleaseRequest> => world.request({ records, delegation }, PROXY);
    expect(await ask(await itself())).toMatchObject({ given: [true], basis: "proxy" });
    expect((await world.receipts(node)).at(-1)).toMatchObject({ requester: null, consent: id });
    await revoke(node, revocation);
    expect(await ask(await asked(records, byProxy))).toEqual(refusal("revoked"));
    expect(await ask(await itself())).toEqual(refusal("revoked"));
  });

  it("opens to a device that the owner lets read in its place, and to nobody for whom that device signs", async () => {
    const records = [await itemFor(await written(world, node))];
    const { delegation, revocation } = await world.delegation(proxy, readingDelegation);
    const itself = (): Promise<ReleaseRequest> =>
      world.request({ records, delegation, purpose: "PATRQT" }, PROXY);
    expect(await ask(await itself())).toMatchObject({ given: [true], basis: "proxy" });
    const { notBefore, notAfter } = delegation.body;
    const { consent } = await world.consent(doctor, { notBefore, notAfter, purposes: ["PATRQT"] });
    const byProxy = { consent: world.signedBy(PROXY, consent), delegation, purpose: "PATRQT" } as const;
    expect(await ask(await asked(records, byProxy))).toEqual(refusal("denied"));
    await revoke(node, revocation);
    expect(await ask(await itself())).toEqual(refusal("revoked"));
  });

  it("admits nobody who names a proxy without the owner", async () => {
    const records = [await itemFor(await written(world, node))];
    const { delegation } = await world.delegation(proxy);
    const body = { ...delegation.body, mayRead: false };
    const forged = await world.request({ records, delegation: { ...delegation, body } }, PROXY);
    expect(await codeOf(release(node, world.services(), forged))).toBe("not-authorised");
    const stranger = await world.request({ records, delegation }, bytesOf("stranger"));
    expect(await codeOf(release(node, world.services(), stranger))).toBe("not-authorised");
  });
});

describe("a refusal reads null and names its rule in the receipt alone", () => {
  it("about the consent", async () => {
    const sealed = await written(world, node);
    const records = [await itemFor(sealed)];
    const nurse = await world.actor("nurse", "practitioner");
    const now = world.clock.time;
    const { consent } = await world.consent(doctor);
    const cases: readonly [code: string, request: ReleaseRequest][] = [
      ["no-consent", await asked(records)],
      ["not-registered", await asked(records, await world.consent(doctor, { unregistered: true }))],
      [
        "not-yet-valid",
        await asked(records, await world.consent(doctor, { notBefore: parseUnixSeconds(now + 60) })),
      ],
      ["expired", await asked(records, await world.consent(doctor, { notAfter: parseUnixSeconds(now - 1) }))],
      ["not-grantee", await asked(records, { consent }, nurse)],
      ["resource-type", await asked(records, await world.consent(doctor, { resourceTypes: ["Condition"] }))],
      ["action", await asked(records, { consent, action: "reshare" })],
      ["purpose", await asked(records, { consent, purpose: "HRESCH" })],
      ["data-period", await asked(records, await world.consent(doctor, { dataFrom: parseDay(1) }))],
      ["no-permit", await asked(records, { consent, permits: [] })],
    ];
    for (const [code, request] of cases) expect([code, await ask(request)]).toEqual([code, refusal(code)]);
  });

  it("about a consent that somebody else signed", async () => {
    const records = [await itemFor(await written(world, node))];
    const { consent } = await world.consent(doctor);
    const forged = { ...consent, signature: sign(bytesOf("another"), world.segment.owner.secret) };
    expect(await ask(await asked(records, { consent: forged }))).toEqual(refusal("not-owner"));
  });

  it("about a requester whom the organisation has removed", async () => {
    const records = [await itemFor(await written(world, node))];
    const { consent } = await world.consent(doctor);
    await world.setActor(doctor, "south", { active: false, version: 2 });
    expect(await ask(await asked(records, { consent }))).toEqual(refusal("unknown-requester"));
  });

  it("about a key card that the grantee had before", async () => {
    const records = [await itemFor(await written(world, node))];
    const { consent } = await world.consent(doctor);
    const keyCard = toHex<Digest>(bytesOf("next key card"));
    const next = { ...doctor, requester: { ...doctor.requester, keyCard } };
    await world.setActor(next, "south", { active: true, version: 2 });
    expect(await ask(await asked(records, { consent }, next))).toEqual(refusal("rotated-key"));
    const never = await world.consent(doctor, { granteeKeys: toHex<Digest>(bytesOf("no key card")) });
    expect(await ask(await asked(records, { consent: never.consent }, next))).toEqual(refusal("not-grantee"));
  });

  it("about an exception of the consent", async () => {
    const records = [await itemFor(await written(world, node))];
    const anything = { resourceTypes: [], actions: [], purposes: [], dataFrom: null, dataTo: null };
    const { consent } = await world.consent(doctor, { exceptions: [{ ...anything, purposes: ["TREAT"] }] });
    expect(await ask(await asked(records, { consent }))).toEqual(refusal("denied"));
  });

  it("about a revocation, stored here or only on the ledger", async () => {
    const records = [await itemFor(await written(world, node))];
    const [here, ledger] = [await world.consent(doctor), await world.consent(doctor)];
    await revoke(node, here.revocation);
    expect(await ask(await asked(records, { consent: here.consent }))).toEqual(refusal("revoked"));
    await world.ledger.connect().submit([
      {
        intent: { type: "RevokeConsent", consent: ledger.id },
        signatures: [ledger.revocation.signature],
      },
    ]);
    expect((await ask(await asked(records, { consent: ledger.consent }))).given).toEqual([true]);
    await world.follow();
    expect(await ask(await asked(records, { consent: ledger.consent }))).toEqual(refusal("revoked"));
  });

  it("about a ledger that was not heard of for longer than the limit", async () => {
    const records = [await itemFor(await written(world, node))];
    const owner = world.segment.owner.secret;
    world.clock.time += 120;
    expect((await ask(await world.request({ records }, owner))).given).toEqual([true]);
    world.clock.time += 1;
    expect(await ask(await world.request({ records }, owner))).toEqual(refusal("ledger-stale"));
    await world.follow();
    expect((await ask(await world.request({ records }, owner))).given).toEqual([true]);
  });

  it("about a ledger of which nobody knows when it was heard of, since the clock was set back", async () => {
    const sealed = await written(world, node);
    const records = [await itemFor(sealed)];
    const { owner } = world.segment;
    world.clock.time -= 1800;
    const request = (): Promise<ReleaseRequest> => world.request({ records }, owner.secret);
    expect(await ask(await request())).toEqual(refusal("ledger-stale"));
    await world.follow();
    expect((await ask(await request())).given).toEqual([true]);
  });

  it("about a consent that is over, or has not begun, by the ledger's clock or by the node's own", async () => {
    const records = [await itemFor(await written(world, node))];
    const begin = world.clock.time;
    const over = await world.consent(doctor, { notAfter: parseUnixSeconds(begin + 60) });
    const coming = await world.consent(doctor, { notBefore: parseUnixSeconds(begin + 60) });
    // The node's own clock is ahead of the ledger's.
    world.clock.time = begin + 61;
    expect(await ask(await asked(records, { consent: over.consent }))).toEqual(refusal("expired"));
    expect(await ask(await asked(records, { consent: coming.consent }))).toEqual(refusal("not-yet-valid"));
    // It is behind.
    world.ledger.mine();
    world.clock.time = begin;
    await world.follow();
    expect(await ask(await asked(records, { consent: over.consent }))).toEqual(refusal("expired"));
    expect(await ask(await asked(records, { consent: coming.consent }))).toEqual(refusal("not-yet-valid"));
  });

  it("about the record: copied U, second header, not anchored, other place, segment, committee, attributes", async () => {
    const sealed = await written(world, node);
    const good = await itemFor(sealed);
    const { body } = sealed.header;
    const owner = world.segment.owner.secret;
    const judge = async (record: RequestedRecord): Promise<unknown> =>
      ask(await world.request({ records: [record] }, owner));

    // The U of an anchored record under a header that says something else: its proof is bound to its own label.
    const copied = await seal(world, node);
    const underOther: Header = {
      ...copied.header,
      body: { ...copied.header.body, U: body.U, Ubar: body.Ubar },
    };
    expect(await judge({ ...good, header: underOther })).toEqual(refusal("bad-header"));

    // The author itself knows r and makes a second, valid header on the same U: only the first one that was anchored is the record.
    const r = bytesOf("the author's r");
    const twice = await twoHeaders(r);
    expect(await judge(await itemFor(twice.first))).toMatchObject({ outcomes: ["released"] });
    expect(await judge({ ...(await itemFor(twice.first)), header: twice.second })).toEqual(
      refusal("not-first-anchored"),
    );

    const alone = await seal(world, node);
    expect(await judge(await itemFor(alone))).toEqual(refusal("not-anchored"));
    expect(await judge({ ...good, anchor: { ...good.anchor, sequence: 2 } })).toEqual(
      refusal("not-anchored"),
    );
    expect(await judge({ ...good, anchor: { ...good.anchor, path: [bytesOf("sibling")] } })).toEqual(
      refusal("not-anchored"),
    );

    const bob = await world.newSegment("bob");
    const ofBob = await written(world, node, { segment: bob });
    expect(await judge(await itemOf(node, ofBob, bob))).toEqual(refusal("wrong-segment"));

    const other = dealCommittee(world.random, 2, 3);
    const elsewhere = await seal(world, node, { committee: { id: other.id, publicKey: other.publicKey } });
    expect(await judge(await itemFor(elsewhere))).toEqual(refusal("wrong-committee"));

    const lied = { ...good, attributes: { ...good.attributes, resourceType: "Patient" } };
    expect(await judge(lied)).toEqual(refusal("attributes-mismatch"));
    expect(await judge({ ...good, salt: bytesOf("salt") })).toEqual(refusal("attributes-mismatch"));

    const signedByAnother = { ...sealed.header, signature: sign(bodyLabelBytes(body), doctor.secret) };
    expect(await judge({ ...good, header: signedByAnother })).toEqual(refusal("unknown-author"));
    const noSignature = { ...sealed.header, signature: new Uint8Array(65) };
    expect(await judge({ ...good, header: noSignature })).toEqual(refusal("bad-header"));
  });

  /** Two headers of one author with the same U, both with a proof that holds; the first is anchored. */
  async function twoHeaders(r: Uint8Array): Promise<{ first: Sealed; second: Header }> {
    let drawn = 0;
    const honest = world.random;
    const fixed = (length: number): Uint8Array => {
      drawn++;
      return length === 48 && drawn <= 3 ? Uint8Array.from([...r, ...r.subarray(0, 16)]) : honest(length);
    };
    Object.defineProperty(world, "random", { value: fixed, configurable: true });
    const first = await written(world, node, { previous: await newestLabel() });
    Object.defineProperty(world, "random", { value: honest, configurable: true });
    const { U, Ubar } = first.header.body;
    const body = { ...first.header.body, keyCommitment: bytesOf("another commitment") };
    const label = bodyLabelBytes(body);
    const proof = proveLabel({
      r: scalarFromSeed(Uint8Array.from([...r, ...r.subarray(0, 16)])),
      U,
      Ubar,
      committeeKey: world.deal.publicKey,
      label,
      random: honest,
    });
    expect(recordIdOf(body.U)).toBe(first.record);
    return { first, second: { body, proof, signature: node.keys.signDigest(label) } };
  }

  async function newestLabel(): Promise<Sealed["label"] | null> {
    const rows = await node.db.query<{ label: Sealed["label"] }>(
      "select label from records where own order by position desc limit 1",
    );
    return rows[0]?.label ?? null;
  }

  it("about a device that was taken out before the anchor; what it wrote before stays readable", async () => {
    const device = await world.actor("sealer", "device", "north");
    const first = await written(world, node, { device });
    const second = await seal(world, node, { device, previous: first.label });
    await putRecords(node, batchOf(second));
    await world.setActor(device, "north", { active: false, version: 2 });
    await anchor(world, node);
    const records = [await itemFor(first), await itemFor(second)];
    expect(await ask(await world.request({ records }, world.segment.owner.secret))).toMatchObject({
      given: [true, false],
      outcomes: ["released", "unknown-author"],
    });
  });

  it("about a permit that ended before the anchor", async () => {
    const permit = world.permit(world.segment, "north", world.clock.time + 3600);
    const sealed = await seal(world, node, { permit });
    await putRecords(node, batchOf(sealed));
    world.clock.time += 86_400 * 2;
    await anchor(world, node);
    const request = await world.request(
      { records: [await itemFor(sealed)], permits: [permit] },
      world.segment.owner.secret,
    );
    expect(await ask(request)).toEqual(refusal("no-permit"));
  });

  it("about a record whose batch has an earlier one of unknown contents", async () => {
    const first = await written(world, node);
    const second = await written(world, node, { previous: first.label });
    const records = [await itemFor(second)];
    await node.db.query("update ledger_batches set manifest_held = false where sequence = 1");
    await node.db.query("delete from leaves where sequence = 1");
    const request = await world.request({ records }, world.segment.owner.secret);
    expect(await ask(request)).toEqual(refusal("not-anchored"));
  });
});

describe("an unknown segment", () => {
  it("gets an answer of the same shape, and its decoy entry is in the log", async () => {
    const known = await written(world, node);
    const good = await itemFor(known);
    const ghost = await testSegment("ghost", "general");
    const services = world.services();
    const own = await asked([good]);
    const unknown = await asked([good], { opening: ghost.opening });
    const refused = await release(node, services, own);
    const decoy = await release(node, services, unknown);
    expect(node.receipts.head().size).toBe(2);
    expect(decoy.ciphertext.length).toBe(refused.ciphertext.length);
    const [a, b] = [await opened(refused), await opened(decoy)];
    expect(b.body).toMatchObject({ shares: a.body.shares, proof: a.body.proof, receipt: { index: 1 } });
    expect(b.body.shares).toEqual([null]);
    const sizes = await Promise.all([0, 1].map(async (i) => (await node.receipts.read(i)).sealed.length));
    expect(Math.abs((sizes[0] ?? 0) - (sizes[1] ?? 0))).toBeLessThan(16);
    await expect(world.receipts(node, ghost)).rejects.toMatchObject({ code: "hpke-open" });
  });
});

describe("who is nobody to this custodian", () => {
  it("is turned away before a receipt is written, whether the segment is known or not", async () => {
    const records = [await itemFor(await written(world, node))];
    const stranger = await world.unregistered("stranger", "practitioner");
    const nurse = await world.actor("nurse", "practitioner");
    const { consent } = await world.consent(stranger);
    const ghost = await testSegment("ghost", "general");
    for (const opening of [world.segment.opening, ghost.opening]) {
      const requests: readonly ReleaseRequest[] = [
        await asked(records, { consent, opening }, stranger),
        await world.request({ requester: doctor.requester, records, consent, opening }, nurse.secret),
        await world.request({ records, opening }, doctor.secret),
      ];
      for (const request of requests) {
        expect(await codeOf(release(node, world.services(), request))).toBe("not-authorised");
      }
    }
    const itsOwner = await world.request({ records, opening: ghost.opening }, ghost.owner.secret);
    expect(await codeOf(release(node, world.services(), itsOwner))).toBe("not-found");
    expect(node.receipts.head().size).toBe(0);
  });

  it("asks more often than its limit and is told when to come again, with the same bytes", async () => {
    const records = [await itemFor(await written(world, node))];
    const { consent } = await world.consent(doctor);
    let steady = 0;
    const at = { ...node, timers: { ...node.timers, now: () => steady } };
    const services = { ...world.services(), limit: new RateLimit({ rate: 1, burst: 2 }) };
    for (let i = 0; i < 2; i++) await release(at, services, await asked(records, { consent }));
    const third = await asked(records, { consent });
    const { size } = node.receipts.head();
    await expect(release(at, services, third)).rejects.toMatchObject({
      code: "rate-limited",
      meta: { retryAfter: 1 },
    });
    expect(node.receipts.head().size).toBe(size);
    const { owner } = world.segment;
    expect(await codeOf(release(at, services, await world.request({ records }, owner.secret)))).toBe(
      "no error",
    );
    steady += 1000;
    expect(await codeOf(release(at, services, third))).toBe("no error");
  });

  it("uses up no nonce", async () => {
    const records = [await itemFor(await written(world, node))];
    const services = world.services();
    const nonce = bytesOf("one nonce");
    const stranger = await world.request({ records, nonce }, doctor.secret);
    expect(await codeOf(release(node, services, stranger))).toBe("not-authorised");
    const owner = await world.request({ records, nonce }, world.segment.owner.secret);
    expect(await codeOf(release(node, services, owner))).toBe("no error");
  });
});

describe("no receipt, no share", () => {
  const without = (log: Partial<ReceiptLog>): TestNode => {
    const real = node.receipts;
    const receipts: ReceiptLog = {
      append: (entry) => real.append(entry),
      writable: () => real.writable(),
      head: () => real.head(),
      headAt: (size) => real.headAt(size),
      read: (index) => real.read(index),
      find: (tag) => real.find(tag),
      inclusionProof: (index, size) => real.inclusionProof(index, size),
      consistencyProof: (from, to) => real.consistencyProof(from, to),
      nodes: (height, from, count) => real.nodes(height, from, count),
      commitments: (from, count) => real.commitments(from, count),
      close: () => real.close(),
      ...log,
    };
    return { ...node, receipts };
  };

  it("answers nothing when the log fails", async () => {
    const records = [await itemFor(await written(world, node))];
    const request = await world.request({ records }, world.segment.owner.secret);
    const broken = without({
      append: async () => {
        throw new AnamnesisError({ code: "log-failed", rule: "No.", fix: "None." });
      },
    });
    expect(await codeOf(release(broken, world.services(), request))).toBe("log-failed");
  });

  it("raises no share before the receipt is stored", async () => {
    const records = [await itemFor(await written(world, node))];
    const { consent } = await world.consent(doctor);
    let used = false;
    const dealt = world.shareOf(0).held(world.committee);
    const share = {
      ...world.shareOf(0),
      held: () =>
        Object.defineProperty({ ...dealt }, "secret", { get: () => ((used = true), dealt?.secret) }) as never,
    };
    const watched = {
      ...without({
        append: async (entry) => {
          expect(used).toBe(false);
          return node.receipts.append(entry);
        },
      }),
      share,
    };
    await release(watched, world.services(), await asked(records, { consent }));
    expect(used).toBe(true);
  });

  it("withholds the shares when a revocation is stored between decision and answer", async () => {
    const records = [await itemFor(await written(world, node))];
    const { consent, revocation } = await world.consent(doctor);
    const racing = without({
      append: async (entry) => {
        await revoke(node, revocation);
        return node.receipts.append(entry);
      },
    });
    const { body } = await opened(await release(racing, world.services(), await asked(records, { consent })));
    expect(body).toMatchObject({ shares: [null], proof: null });
    // The receipt says more than was given, never less.
    expect((await world.receipts(node))[0]?.records[0]?.outcome).toBe("released");
  });

  it("withholds the shares when a revocation is stored after the last look at the database", async () => {
    const records = [await itemFor(await written(world, node))];
    const { consent, revocation } = await world.consent(doctor);
    let stored = false;
    const racing: TestNode = {
      ...without({
        append: async (entry) => {
          const index = await node.receipts.append(entry);
          stored = true;
          return index;
        },
      }),
      copy: {
        ...node.copy,
        consent: async (id) => {
          const state = await node.copy.consent(id);
          if (stored) await revoke(node, revocation);
          return state;
        },
      },
    };
    const { body } = await opened(await release(racing, world.services(), await asked(records, { consent })));
    expect(body).toMatchObject({ shares: [null], proof: null });
  });
});

describe("a request", () => {
  it("counts once, while it is fresh and younger than what the process before may have admitted", async () => {
    const records = [await itemFor(await written(world, node))];
    const services = world.services();
    const owner = world.segment.owner.secret;
    const request = await world.request({ records }, owner);
    await release(node, services, request);
    expect(await codeOf(release(node, services, request))).toBe("replayed-request");
    for (const [seconds, code] of [
      [-121, "stale-request"],
      [6, "stale-request"],
      [5, "no error"],
      [-120, "no error"],
    ] as const) {
      const other = await world.request(
        { records, time: parseUnixSeconds(world.clock.time + seconds) },
        owner,
      );
      expect([seconds, await codeOf(release(node, services, other))]).toEqual([seconds, code]);
    }
    const after = admittedBefore(parseUnixSeconds(world.clock.time), true);
    const restarted = { ...services, window: new RequestWindow(after) };
    const ahead = await world.request({ records, time: parseUnixSeconds(world.clock.time + 5) }, owner);
    expect(await codeOf(release(node, restarted, ahead))).toBe("node-starting");
    expect(node.receipts.head().size).toBe(3);
  });

  it("with no signature, or one over other bytes, is refused or somebody else's", async () => {
    const records = [await itemFor(await written(world, node))];
    const request = await world.request({ records }, world.segment.owner.secret);
    const none = { ...request, signature: new Uint8Array(65) };
    expect(await codeOf(release(node, world.services(), none))).toBe("bad-request-signature");
    const changed = { ...request, body: { ...request.body, purpose: "HRESCH" as const } };
    expect(await codeOf(release(node, world.services(), changed))).toBe("not-authorised");
  });
});

describe("a custodian that is not ready", () => {
  it("answers nothing before its copy of the ledger is complete, and takes the same request afterwards", async () => {
    const records = [await itemFor(await written(world, node))];
    const request = await world.request({ records }, world.segment.owner.secret);
    const services = world.services();
    node.copy.forgetHead();
    await expect(release(node, services, request)).rejects.toMatchObject({
      code: "custody-not-ready",
      meta: { reason: "ledger" },
    });
    expect(node.receipts.head().size).toBe(0);
    await world.follow();
    expect(await codeOf(release(node, services, request))).toBe("no error");
  });

  it("answers nothing without the share of the committee on the ledger", async () => {
    const records = [await itemFor(await written(world, node))];
    const request = await world.request({ records }, world.segment.owner.secret);
    const share = { ...world.shareOf(0), held: () => null };
    await expect(release({ ...node, share }, world.services(), request)).rejects.toMatchObject({
      code: "custody-not-ready",
      meta: { reason: "share" },
    });
  });

  it("signs nothing while its receipt log is without what was anchored of it", async () => {
    const records = [await itemFor(await written(world, node))];
    const owner = world.segment.owner.secret;
    const early = new MemoryReceiptLog();
    for (let i = 0; i < 3; i++) {
      await release(node, world.services(), await world.request({ records }, owner));
      if (i === 0) await early.append(await node.receipts.read(0));
    }
    expect(await anchorLogHead(node)).toBe(3);
    await sendOutbox(node);
    await world.follow();
    const request = async (): Promise<ReleaseRequest> => world.request({ records }, owner);
    expect(await codeOf(release(node, world.services(), await request()))).toBe("no error");

    const forked = new MemoryReceiptLog();
    for (const i of [0, 2, 1]) await forked.append(await node.receipts.read(i));
    for (const receipts of [early, new MemoryReceiptLog(), forked]) {
      const restored = { ...node, receipts };
      const { size } = receipts.head();
      const rolledBack = { code: "log-rolled-back", meta: { signed: 3, size } };
      await expect(release(restored, world.services(), await request())).rejects.toMatchObject(rolledBack);
      const window = new RequestWindow(-1);
      await expect(listReceipts(restored, atOnce(window), world.access("receipts"))).rejects.toMatchObject(
        rolledBack,
      );
      const checkpoint = auditHandlers(restored).find(({ route }) => route.name === "checkpoint");
      await expect(
        checkpoint?.handle({
          params: {},
          query: new URLSearchParams(),
          request: undefined,
          signer: null,
          range: null,
          visit: null,
        }),
      ).rejects.toMatchObject(rolledBack);
      expect((await health(restored, { after: -1 }, { ahead: () => [] })).checks["receipts"]?.ok).toBe(false);
      expect(receipts.head().size).toBe(size);
    }

    // The newest copy is put back: everything that was anchored is there again.
    for (const i of [1, 2]) await early.append(await node.receipts.read(i));
    expect(await codeOf(release({ ...node, receipts: early }, world.services(), await request()))).toBe(
      "no error",
    );
  });

  it("looks at the log once for each anchored head", async () => {
    const records = [await itemFor(await written(world, node))];
    const owner = world.segment.owner.secret;
    await release(node, world.services(), await world.request({ records }, owner));
    await anchorLogHead(node);
    await sendOutbox(node);
    await world.follow();
    const looked: number[] = [];
    const log = node.receipts;
    const headAt = log.headAt.bind(log);
    log.headAt = (size) => {
      looked.push(size);
      return headAt(size);
    };
    for (let i = 0; i < 3; i++) {
      await release(node, world.services(), await world.request({ records }, owner));
    }
    expect(looked).toEqual([1]);
  });
});

describe("cards and epochs", () => {
  it("opens records of earlier epochs, and seals receipts to the newest card's key", async () => {
    const sealed = await written(world, node);
    await putCard(node, nextCard(world.segment));
    const request = await world.request({ records: [await itemFor(sealed)] }, world.segment.owner.secret);
    expect((await ask(request)).given).toEqual([true]);
  });
});
