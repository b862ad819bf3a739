import { testAuthor, testSegment, testWorld } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { beforeAll, describe, expect, it } from "vitest";
import { kemKeyPair, type KemKeyPair } from "../crypto/hpke.ts";
import { addressOf, publicKeyOf, scalarFromSeed, sign } from "../crypto/secp256k1.ts";
import { toHex, utf8ToBytes } from "../encoding/bytes.ts";
import type { ActorId, BodyLabel, Digest, OrganisationId, RecordId, UnixSeconds } from "../ids.ts";
import {
  type DeclineBody,
  decline,
  declinedOpened,
  declineDigest,
  declineOpening,
  declineReason,
  declines,
  declineSigner,
  openDecline,
  openDeclineAsAuthor,
  sealDecline,
} from "./decline.ts";
import { keyCommitmentOf } from "./contentKey.ts";
import { bodyLabel, type RecordBody } from "./header.ts";
import { provesOpening } from "./openContent.ts";
import { readersSeedOf } from "./readersSeed.ts";
import { recordIdOf } from "./recordId.ts";

const world = testWorld("declines");
const secret = scalarFromSeed(world.random(48));
const keyCard = toHex<Digest>(world.random(32));
const seed = world.random(32);
const time = 1_760_000_000 as UnixSeconds;
let colleague: KemKeyPair;
let header: RecordBody;

beforeAll(async () => {
  colleague = await kemKeyPair(world.random(32));
  const segment = await testSegment("declined", "general");
  const session = await world.session(segment);
  const sealed = await world.seal({
    segment,
    session,
    author: testAuthor("north"),
    bytes: utf8ToBytes("{}"),
  });
  header = sealed.header.body;
});

function outside(changes: Partial<DeclineBody> = {}) {
  return {
    organisation: header.core.organisation,
    record: recordIdOf(header.U),
    label: bodyLabel(header),
    decliner: {
      actor: toHex<ActorId>(new Uint8Array(32).fill(1)),
      organisation: toHex<OrganisationId>(new Uint8Array(32).fill(2)),
      keyCard: toHex<Digest>(new Uint8Array(32).fill(3)),
    },
    time,
    opened: new Uint8Array(32).fill(4),
    ...changes,
  };
}

const author = () => [{ keyCard, kem: colleague.publicKey }];
const sealed = (reason = "Another unit?") =>
  sealDecline(outside(), reason, { readersSeed: seed, author: author() });

describe("a decline", () => {
  it("opens for whoever opens the record and for the author's people, and for nobody else", async () => {
    const body = await sealed();
    expect(await openDecline(body, seed)).toBe("Another unit?");
    expect(await openDeclineAsAuthor(body, keyCard, colleague.seed)).toBe("Another unit?");
    expect(await openDeclineAsAuthor(body, toHex<Digest>(world.random(32)), colleague.seed)).toBeNull();
    expect(await codeOf(openDecline(body, colleague.seed))).toBe("hpke-open");
    expect(await codeOf(openDeclineAsAuthor(body, keyCard, seed))).toBe("hpke-open");
  });

  it("opens beside no other header, person or time: nobody passes it on as the own", async () => {
    const body = await sealed();
    const { decliner } = body;
    for (const changed of [
      { ...body, label: toHex<BodyLabel>(world.random(32)) },
      { ...body, time: (time + 1) as UnixSeconds },
      { ...body, decliner: { ...decliner, actor: toHex<ActorId>(world.random(32)) } },
      { ...body, decliner: { ...decliner, organisation: toHex<OrganisationId>(world.random(32)) } },
      { ...body, decliner: { ...decliner, keyCard } },
    ])
      expect(await codeOf(openDecline(changed, seed))).toBe("hpke-open");
  });

  it("is signed with all that is sealed in it", async () => {
    const body = await sealed();
    const signature = sign(declineDigest(body), secret);
    const whole = decline.decode(decline.encode({ body, signature }));
    expect(declineSigner(whole)).toBe(addressOf(publicKeyOf(secret)));
    expect(declineSigner({ body: await sealed(), signature })).not.toBe(addressOf(publicKeyOf(secret)));
    expect(declineSigner({ body, signature: new Uint8Array(65) })).toBeNull();
  });

  it("is about the header that it names", async () => {
    const body = await sealed();
    expect(declines(body, header)).toBe(true);
    expect(declines({ ...body, record: toHex<RecordId>(world.random(32)) }, header)).toBe(false);
    expect(declines({ ...body, label: toHex<BodyLabel>(world.random(32)) }, header)).toBe(false);
    expect(declines({ ...body, organisation: body.decliner.organisation }, header)).toBe(false);
  });

  it("shows who has opened the record that this decliner had too, and gives nobody what showed it", async () => {
    const kc = world.random(32);
    const opened = { ...header, keyCommitment: keyCommitmentOf(kc) };
    const named = outside({ label: bodyLabel(opened) });
    const keys = { readersSeed: seed, author: author() };
    const body = await sealDecline({ ...named, opened: declineOpening(kc, named) }, "Why?", keys);
    expect(declinedOpened(body, opened, kc)).toBe(true);
    expect(declinedOpened(body, header, kc)).toBe(false);
    expect(declinedOpened(body, opened, world.random(32))).toBe(false);
    expect(provesOpening(opened, body.opened)).toBe(false);
    // Nobody takes it over for the own word, nor for another header.
    const { decliner } = body;
    for (const changed of [
      { label: toHex<BodyLabel>(world.random(32)) },
      { decliner: { ...decliner, actor: toHex<ActorId>(world.random(32)) } },
      { decliner: { ...decliner, organisation: toHex<OrganisationId>(world.random(32)) } },
      { decliner: { ...decliner, keyCard } },
    ])
      expect(declinedOpened({ ...body, ...changed }, opened, kc)).toBe(false);
  });

  it("says by its length nothing of a reason of the usual length", async () => {
    const lengths = await Promise.all(
      ["x", "x".repeat(500)].map(async (text) => (await sealed(text)).toReaders.ciphertext.length),
    );
    expect(new Set(lengths).size).toBe(1);
  });

  it("has words for its reason, none that hide, and 500 characters", async () => {
    for (const [reason, code] of [
      ["x".repeat(501), "bad-field"],
      ["", "bad-field"],
      [" \n ", "bad-field"],
      ["turned \u202e round", "bad-field"],
      ["\u{1f642}".repeat(500), "no error"],
    ] as const)
      expect([reason, await codeOf(Promise.resolve().then(() => declineReason.encode({ reason })))]).toEqual([
        reason,
        code,
      ]);
  });
});

it("what readers of a record share follows from both locks and the header", () => {
  const [k1, G, clabel, U] = [32, 33, 32, 33].map((length) => world.random(length)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const own = toHex(readersSeedOf(k1, G, clabel, U));
  expect(toHex(readersSeedOf(k1, G, clabel, U))).toBe(own);
  for (const other of [
    readersSeedOf(world.random(32), G, clabel, U),
    readersSeedOf(k1, world.random(33), clabel, U),
    readersSeedOf(k1, G, world.random(32), U),
    readersSeedOf(k1, G, clabel, world.random(33)),
  ])
    expect(toHex(other)).not.toBe(own);
});
