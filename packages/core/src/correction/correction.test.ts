import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import {
  organisationId,
  testAuthor,
  testSegment,
  type TestSegment,
  testWorld,
} from "@anamnesis/testkit/core/world";
import { beforeAll, describe, expect, it } from "vitest";
import { kemKeyPair, type KemKeyPair } from "../crypto/hpke.ts";
import { addressOf, publicKeyOf, scalarFromSeed, sign } from "../crypto/secp256k1.ts";
import { fromHex, toHex, utf8ToBytes } from "../encoding/bytes.ts";
import type { ActorId, Digest, RecordId, UnixSeconds } from "../ids.ts";
import type { Header } from "../record/header.ts";
import { recordIdOf } from "../record/recordId.ts";
import {
  type Correction,
  correction,
  correctionId,
  correctionSigner,
  openCorrection,
  openOwnCorrection,
  sealCorrection,
  sealedCorrection,
} from "./correction.ts";
import {
  type CorrectionAnswer,
  correctionAnswer,
  correctionAnswerDigest,
  correctionAnswerSigner,
  openCorrectionAnswer,
  sealCorrectionAnswer,
} from "./correctionAnswer.ts";
import {
  correctionWithdrawal,
  correctionWithdrawalDigest,
  correctionWithdrawalSigner,
} from "./correctionWithdrawal.ts";

const world = testWorld("corrections");
const secret = scalarFromSeed(world.random(48));
const account = addressOf(publicKeyOf(secret));
const keyCard = toHex<Digest>(world.random(32));
const time = 1_760_000_000 as UnixSeconds;
let clerk: KemKeyPair;
let owner: KemKeyPair;
let segment: TestSegment;
let other: TestSegment;
let header: Header;
let asked: Correction;

beforeAll(async () => {
  [clerk, owner] = await Promise.all([kemKeyPair(world.random(32)), kemKeyPair(world.random(32))]);
  [segment, other] = await Promise.all([
    testSegment("corrected", "general"),
    testSegment("another", "general"),
  ]);
  const session = await world.session(segment);
  const bytes = utf8ToBytes("{}");
  ({ header } = await world.seal({ segment, session, author: testAuthor("north"), bytes }));
  asked = {
    header,
    k1: world.random(32),
    G: world.random(33),
    message: "We moved in May.",
    proposed: { mediaType: "application/fhir+json", bytes: utf8ToBytes('{"resourceType":"Patient"}') },
  };
});

const outside = () => ({
  opening: segment.opening,
  organisation: header.body.core.organisation,
  record: recordIdOf(header.body.U),
  time,
  expiresAt: (time + 86_400) as UnixSeconds,
});
const keys = () => ({ receiptKey: owner.publicKey, author: [{ keyCard, kem: clerk.publicKey }] });
const sealed = (value: Correction = asked) => sealCorrection(outside(), value, keys());

describe("a correction", () => {
  it("opens for the owner and for the author's people, and for nobody else", async () => {
    const body = await sealed();
    expect(await openOwnCorrection(body, owner.seed)).toEqual(asked);
    expect(await openCorrection(body, keyCard, clerk.seed)).toEqual(asked);
    expect(await openCorrection(body, toHex<Digest>(world.random(32)), clerk.seed)).toBeNull();
    expect(await codeOf(openOwnCorrection(body, clerk.seed))).toBe("hpke-open");
    expect(await codeOf(openCorrection(body, keyCard, owner.seed))).toBe("hpke-open");
  });

  it("opens beside no other segment, author, record or time: nobody sends it on about another record", async () => {
    const body = await sealed();
    for (const changed of [
      { ...body, opening: other.opening },
      { ...body, organisation: organisationId("south") },
      { ...body, record: toHex<RecordId>(world.random(32)) },
      { ...body, time: (time + 1) as UnixSeconds },
      { ...body, expiresAt: (time + 2) as UnixSeconds },
    ])
      expect(await codeOf(openCorrection(changed, keyCard, clerk.seed))).toBe("hpke-open");
  });

  it("is about the record whose header it carries", async () => {
    for (const changed of [
      { ...outside(), record: toHex<RecordId>(world.random(32)) },
      { ...outside(), organisation: organisationId("south") },
      { ...outside(), opening: other.opening },
    ])
      expect(await codeOf(sealCorrection(changed, asked, keys()))).toBe("bad-correction");
  });

  it("is named and signed with all that is sealed in it", async () => {
    const body = await sealed();
    const signature = sign(fromHex(correctionId(body)), secret);
    const whole = sealedCorrection.decode(sealedCorrection.encode({ body, signature }));
    expect(correctionSigner(whole)).toBe(account);
    expect(correctionSigner({ body: await sealed(), signature })).not.toBe(account);
    expect(correctionSigner({ body, signature: new Uint8Array(65) })).toBeNull();
  });

  it("says by its length neither how much is wrong nor whether something is proposed", async () => {
    const lengths = [asked, { ...asked, message: "x".repeat(500) }, { ...asked, proposed: null }].map(
      async (value) => (await sealed(value)).toOwner.ciphertext.length,
    );
    expect(new Set(await Promise.all(lengths)).size).toBe(1);
  });

  it("has words, none that hide, 500 characters of them, and 6 KiB of what is proposed", async () => {
    const encode = (changes: Partial<Correction>) =>
      codeOf(Promise.resolve().then(() => correction.encode({ ...asked, ...changes })));
    const proposed = (length: number) => ({ mediaType: "text/plain", bytes: new Uint8Array(length) });
    expect(await encode({ message: "\u{1f642}".repeat(500), proposed: proposed(6144) })).toBe("no error");
    for (const changes of [
      { message: "" },
      { message: " \n " },
      { message: "x".repeat(501) },
      { message: "turned \u202e round" },
      { proposed: proposed(6145) },
    ])
      expect([changes, await encode(changes)]).toEqual([changes, "bad-field"]);
  });
});

describe("an answer to it", () => {
  const corrected: CorrectionAnswer = {
    outcome: "corrected",
    successor: toHex<RecordId>(world.random(32)),
    message: "",
  };
  const declined: CorrectionAnswer = {
    outcome: "declined",
    successor: null,
    message: "Bring your registration.",
  };
  const beside = () => ({
    correction: toHex<Digest>(new Uint8Array(32).fill(1)),
    answerer: {
      actor: toHex<ActorId>(new Uint8Array(32).fill(2)),
      organisation: organisationId("north"),
      keyCard,
    },
    time,
  });

  it("opens for the owner, beside its own correction and answerer alone", async () => {
    const body = await sealCorrectionAnswer(beside(), corrected, owner.publicKey);
    expect(await openCorrectionAnswer(body, owner.seed)).toEqual(corrected);
    expect(await codeOf(openCorrectionAnswer(body, clerk.seed))).toBe("hpke-open");
    const { answerer } = body;
    for (const changed of [
      { ...body, correction: toHex<Digest>(world.random(32)) },
      { ...body, answerer: { ...answerer, actor: toHex<ActorId>(world.random(32)) } },
      { ...body, answerer: { ...answerer, organisation: organisationId("south") } },
      { ...body, time: (time + 1) as UnixSeconds },
    ])
      expect(await codeOf(openCorrectionAnswer(changed, owner.seed))).toBe("hpke-open");
    const signature = sign(correctionAnswerDigest(body), secret);
    expect(correctionAnswerSigner({ body, signature })).toBe(account);
    expect(correctionAnswerSigner({ body, signature: new Uint8Array(65) })).toBeNull();
  });

  it("has one length, and a reason when it declines", async () => {
    const lengths = [corrected, declined].map(async (value) => {
      return (await sealCorrectionAnswer(beside(), value, owner.publicKey)).toOwner.ciphertext.length;
    });
    expect(new Set(await Promise.all(lengths)).size).toBe(1);
    for (const bad of [
      { ...declined, message: " " },
      { ...declined, successor: corrected.successor },
      { ...corrected, message: "x".repeat(501) },
    ])
      expect(await codeOf(Promise.resolve().then(() => correctionAnswer.encode(bad)))).toBe("bad-field");
    expect(
      correctionAnswer.decode(correctionAnswer.encode({ ...corrected, successor: null })).successor,
    ).toBeNull();
  });
});

it("is withdrawn by a signed word about this one alone", () => {
  const body = { correction: toHex<Digest>(world.random(32)), opening: segment.opening, time };
  const signature = sign(correctionWithdrawalDigest(body), secret);
  const whole = correctionWithdrawal.decode(correctionWithdrawal.encode({ body, signature }));
  expect(correctionWithdrawalSigner(whole)).toBe(account);
  const moved = { ...body, correction: toHex<Digest>(world.random(32)) };
  expect(correctionWithdrawalSigner({ body: moved, signature })).not.toBe(account);
});
