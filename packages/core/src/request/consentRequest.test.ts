import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { organisationId, testSegment } from "@anamnesis/testkit/core/world";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { beforeAll, describe, expect, it } from "vitest";
import { kemKeyPair, type KemKeyPair } from "../crypto/hpke.ts";
import { addressOf, publicKeyOf, scalarFromSeed, sign } from "../crypto/secp256k1.ts";
import { fromHex, toHex } from "../encoding/bytes.ts";
import type { ActorId, ConsentId, Digest, UnixSeconds } from "../ids.ts";
import {
  type ConsentAnswer,
  consentAnswer,
  consentAnswerDigest,
  consentAnswerSigner,
  openConsentAnswer,
  sealConsentAnswer,
} from "./consentAnswer.ts";
import {
  type ConsentRequest,
  consentRequest,
  consentRequestId,
  consentRequestSigner,
  openConsentRequest,
  sealConsentRequest,
  sealedConsentRequest,
} from "./consentRequest.ts";

const random = seededRandom("consent requests");
const secret = scalarFromSeed(random(48));
const time = 1_760_000_000 as UnixSeconds;
const asked: ConsentRequest = {
  kinds: ["general"],
  resourceTypes: ["*"],
  purposes: ["TREAT"],
  dataFrom: null,
  dataTo: null,
  notAfter: (time + 86_400) as UnixSeconds,
  message: "Before Thursday, please.",
};

let owner: KemKeyPair;
let doctor: KemKeyPair;
let outside: Parameters<typeof sealConsentRequest>[0];
let keys: { readonly receiptKey: Uint8Array; readonly kem: Uint8Array };

beforeAll(async () => {
  owner = await kemKeyPair(random(32));
  doctor = await kemKeyPair(random(32));
  keys = { receiptKey: owner.publicKey, kem: doctor.publicKey };
  outside = {
    segment: (await testSegment("requests", "general")).id,
    requester: {
      actor: toHex<ActorId>(random(32)),
      organisation: organisationId("south"),
      keyCard: toHex<Digest>(random(32)),
    },
    time,
    expiresAt: (time + 86_400) as UnixSeconds,
  };
});

describe("a request", () => {
  it("opens for the owner and for who asked, and for nobody else", async () => {
    const body = await sealConsentRequest(outside, asked, keys);
    expect(await openConsentRequest(body, "owner", owner.seed)).toEqual(asked);
    expect(await openConsentRequest(body, "requester", doctor.seed)).toEqual(asked);
    expect(await codeOf(openConsentRequest(body, "owner", doctor.seed))).toBe("hpke-open");
    expect(await codeOf(openConsentRequest(body, "requester", owner.seed))).toBe("hpke-open");
  });

  it("opens beside no other segment, requester or time: nobody passes it on as the own", async () => {
    const body = await sealConsentRequest(outside, asked, keys);
    const other = toHex<Digest>(random(32));
    for (const changed of [
      { ...body, segment: other as never },
      { ...body, requester: { ...body.requester, actor: other as never } },
      { ...body, requester: { ...body.requester, keyCard: other } },
      { ...body, time: (time + 1) as UnixSeconds },
      { ...body, expiresAt: (time + 2) as UnixSeconds },
    ])
      expect(await codeOf(openConsentRequest(changed, "owner", owner.seed))).toBe("hpke-open");
  });

  it("is named and signed with all that is sealed in it", async () => {
    const body = await sealConsentRequest(outside, asked, keys);
    const signature = sign(fromHex(consentRequestId(body)), secret);
    const whole = sealedConsentRequest.decode(sealedConsentRequest.encode({ body, signature }));
    expect(consentRequestSigner(whole)).toBe(addressOf(publicKeyOf(secret)));
    const again = await sealConsentRequest(outside, asked, keys);
    expect(consentRequestId(again)).not.toBe(consentRequestId(body));
    expect(consentRequestSigner({ body: again, signature })).not.toBe(addressOf(publicKeyOf(secret)));
    expect(consentRequestSigner({ body, signature: new Uint8Array(65) })).toBeNull();
  });

  it("says by its length neither how long its words are nor what it asks for", async () => {
    const length = async (value: ConsentRequest) =>
      (await sealConsentRequest(outside, value, keys)).toOwner.ciphertext.length;
    const short = await length({ ...asked, message: "" });
    expect(await length({ ...asked, message: "x".repeat(300), kinds: ["general", "genetic"] })).toBe(short);
    expect(await length({ ...asked, message: "\u{1f642}".repeat(500) })).toBe(short + 2048);
  });

  it("takes 500 characters of plain words, and none that hide", () => {
    const decode = (message: string) =>
      codeOf(Promise.resolve().then(() => consentRequest.encode({ ...asked, message })));
    return Promise.all(
      (
        [
          ["\u{1f642}".repeat(500), "no error"],
          ["two\nlines", "no error"],
          ["x".repeat(501), "bad-field"],
          ["bell \u0007", "bad-field"],
          ["tab\t", "bad-field"],
          ["turned \u202e round", "bad-field"],
          ["half \ud83d", "bad-field"],
        ] as const
      ).map(async ([message, code]) => expect([message, await decode(message)]).toEqual([message, code])),
    );
  });
});

describe("an answer", () => {
  const granted: ConsentAnswer = {
    outcome: "granted",
    consents: Array.from({ length: 8 }, () => toHex<ConsentId>(random(32))),
    message: "Until autumn.",
  };
  const denied: ConsentAnswer = { outcome: "denied", consents: [], message: "" };

  it("opens for both sides, beside its own request alone", async () => {
    const { opening } = await testSegment("requests", "general");
    const request = toHex<Digest>(random(32));
    const body = await sealConsentAnswer({ request, opening, time }, granted, keys);
    expect(await openConsentAnswer(body, "requester", doctor.seed)).toEqual(granted);
    expect(await openConsentAnswer(body, "owner", owner.seed)).toEqual(granted);
    const moved = { ...body, request: toHex<Digest>(random(32)) };
    expect(await codeOf(openConsentAnswer(moved, "requester", doctor.seed))).toBe("hpke-open");
    const signature = sign(consentAnswerDigest(body), secret);
    expect(consentAnswerSigner({ body, signature })).toBe(addressOf(publicKeyOf(secret)));
    expect(consentAnswerSigner({ body: moved, signature })).not.toBe(addressOf(publicKeyOf(secret)));
  });

  it("has one length, whatever it says", async () => {
    const { opening } = await testSegment("requests", "general");
    const request = toHex<Digest>(random(32));
    const lengths = [granted, denied, { ...denied, message: "\u{1f642}".repeat(300) }].map(async (value) => {
      const body = await sealConsentAnswer({ request, opening, time }, value, keys);
      return body.toRequester.ciphertext.length;
    });
    expect(new Set(await Promise.all(lengths)).size).toBe(1);
    expect(consentAnswer.encode(granted).length).toBeLessThan(4096);
  });
});
