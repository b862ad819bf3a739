import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { dealCommittee } from "@anamnesis/testkit/core/committee";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import {
  nextEpoch,
  testAuthor,
  testSegment,
  type TestSegment,
  testWorld,
  type TestWorld,
} from "@anamnesis/testkit/core/world";
import { releaseShares } from "../crypto/dleq.ts";
import { openWithShares } from "../crypto/openWithShares.ts";
import { sign } from "../crypto/secp256k1.ts";
import { proveLabel } from "../crypto/tdh2.ts";
import { fromHex, utf8ToBytes } from "../encoding/bytes.ts";
import { AnamnesisError, isAnamnesisError } from "../errors.ts";
import { openLink } from "../segment/link.ts";
import { segmentKeySeed } from "../segment/ownerKeys.ts";
import { bodyLabelBytes, type Header, header, type RecordBody } from "./header.ts";
import { openContent } from "./openContent.ts";
import { recordIdOf } from "./recordId.ts";
import { session, sessionSecret, type WriteSession } from "./session.ts";
import type { SealedRecord } from "./sealRecord.ts";
import { verifyHeader } from "./verifyHeader.ts";
import { openWrap, wrap } from "./wrap.ts";

const TEXT = utf8ToBytes('{"resourceType":"Observation","id":"o1"}');
const author = testAuthor("north");
let world: TestWorld;
let segment: TestSegment;
let written: WriteSession;
let sealed: SealedRecord;
let context: Uint8Array;

/** Lock B as custodians open it: any two of three. */
function raise(U: Uint8Array, indexes: readonly number[] = [1, 3]): Uint8Array {
  const answers = indexes.map((index) => {
    const custodian = world.committee.custodians[index - 1];
    if (custodian === undefined) expect.unreachable();
    const { share, verificationShare } = custodian;
    const released = releaseShares({ share, verificationShare, points: [U], context, random: world.random });
    return { index, verificationShare, ...released };
  });
  const opened = openWithShares({ threshold: 2, points: [U], context, answers });
  return opened.G[0] as Uint8Array;
}

async function open(
  record: SealedRecord,
  keySeed: Uint8Array,
  bytes = session.decode(written.bytes),
): Promise<Uint8Array> {
  const { body } = record.header;
  const secret = await sessionSecret(bytes, keySeed);
  const { k1 } = await openWrap(secret, body.core, wrap.decode(record.wrap.bytes));
  return (await openContent(body, k1, raise(body.U), record.content.bytes)).bytes;
}

async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (isAnamnesisError(error)) return error.code;
    throw error;
  }
  return "no error";
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  const at = bit % (bytes.length * 8);
  copy[at >> 3] = (copy[at >> 3] as number) ^ (1 << (at & 7));
  return copy;
}

beforeAll(async () => {
  world = testWorld("locks");
  context = world.random(32);
  segment = await testSegment("p1", "general");
  written = await world.session(segment);
  sealed = await world.seal({ segment, session: written, author, bytes: TEXT });
});

describe("both locks", () => {
  it("open with the segment's key and t custodians, and give the bytes back", async () => {
    expect(await open(sealed, segmentKeySeed(segment.root, segment.id, 0))).toEqual(TEXT);
    const value = sealed.header;
    expect(verifyHeader(value, world.committee.publicKey)).toEqual({
      record: sealed.record,
      label: sealed.label,
      signer: author.address,
    });
  });

  it("do not open with t custodians alone, nor with the segment's key alone", async () => {
    const { body } = sealed.header;
    const G = raise(body.U);
    expect(await codeOf(openContent(body, new Uint8Array(32), G, sealed.content.bytes))).toBe("key-mismatch");
    const secret = await sessionSecret(
      session.decode(written.bytes),
      segmentKeySeed(segment.root, segment.id, 0),
    );
    const { k1 } = await openWrap(secret, body.core, wrap.decode(sealed.wrap.bytes));
    expect(await codeOf(openContent(body, k1, body.U, sealed.content.bytes))).toBe("key-mismatch");
  });

  it("do not open under another committee", async () => {
    const other = dealCommittee(seededRandom("other committee"), 2, 3);
    expect(await codeOf(() => verifyHeader(sealed.header, other.publicKey))).toBe("bad-header");
  });

  it("keep a key to its own segment", async () => {
    const other = await testSegment("p2", "general");
    expect(await codeOf(open(sealed, segmentKeySeed(other.root, other.id, 0)))).toBe("aead-open");
    const sensitive = await testSegment("p1", "mental-health");
    expect(await codeOf(open(sealed, segmentKeySeed(sensitive.root, sensitive.id, 0)))).toBe("aead-open");
  });
});

describe("epochs", () => {
  it("close to a key of an earlier one and open to a key of a later one", async () => {
    const later = await nextEpoch(segment);
    const laterSession = await world.session(later);
    const laterRecord = await world.seal({ segment: later, session: laterSession, author, bytes: TEXT });
    const first = segmentKeySeed(segment.root, segment.id, 0);
    const second = segmentKeySeed(segment.root, segment.id, 1);
    const laterBytes = session.decode(laterSession.bytes);

    expect(await codeOf(open(laterRecord, first, laterBytes))).toBe("aead-open");
    expect(await open(laterRecord, second, laterBytes)).toEqual(TEXT);

    const link = later.cards[1]?.body.link;
    if (link === null || link === undefined) expect.unreachable();
    expect(await openLink(segment.id, 1, second, link)).toEqual(first);
    expect(await open(sealed, await openLink(segment.id, 1, second, link))).toEqual(TEXT);
    expect(await codeOf(openLink(segment.id, 1, first, link))).toBe("aead-open");
  });
});

describe("a U under another header", () => {
  const rebuild = (body: RecordBody, proof: Uint8Array, secret: Uint8Array): Header => ({
    body,
    proof,
    signature: sign(bodyLabelBytes(body), secret),
  });

  it("is refused when it was copied", async () => {
    const thief = testAuthor("south");
    const theirs = await testSegment("thief", "general");
    const copied = await world.seal({
      segment: theirs,
      session: await world.session(theirs),
      author: thief,
      bytes: TEXT,
    });
    const original = sealed.header;
    const { body } = copied.header;
    const stolen = { ...body, U: original.body.U, Ubar: original.body.Ubar };
    for (const proof of [original.proof, copied.header.proof]) {
      expect(
        await codeOf(() => verifyHeader(rebuild(stolen, proof, thief.secret), world.committee.publicKey)),
      ).toBe("bad-header");
    }
  });

  it("shows the same record id when its author, who knew r, signs a second header with it", async () => {
    // The author's own randomness, kept against the protocol: it can prove a second label, so custodians count the first anchored one.
    const random = seededRandom("kept");
    const before = await world.seal({
      segment,
      session: written,
      author,
      bytes: TEXT,
      random: seededRandom("kept"),
    });
    random(32 + 32);
    const r = random(48);
    const { body } = before.header;
    const second: RecordBody = { ...body, core: { ...body.core, day: 20_001 as typeof body.core.day } };
    const { scalarFromSeed } = await import("../crypto/secp256k1.ts");
    const proof = proveLabel({
      r: scalarFromSeed(r),
      U: body.U,
      Ubar: body.Ubar,
      committeeKey: world.committee.publicKey,
      label: bodyLabelBytes(second),
      random: world.random,
    });
    const verified = verifyHeader(rebuild(second, proof, author.secret), world.committee.publicKey);
    expect(verified.record).toBe(before.record);
    expect(verified.record).toBe(recordIdOf(body.U));
    expect(verified.label).not.toBe(before.label);
  });
});

describe("one changed bit", () => {
  const bit = fc.nat({ max: 2 ** 24 });

  it("of a header is refused", async () => {
    await fc.assert(
      fc.asyncProperty(bit, async (at) => {
        const code = await codeOf(() => {
          const changed = header.decode(flip(header.encode(sealed.header), at));
          const verified = verifyHeader(changed, world.committee.publicKey);
          // A flipped signature recovers to somebody else, whom no directory names as this organisation's author.
          if (verified.signer !== author.address)
            throw new AnamnesisError({ code: "other-signer", rule: "", fix: "" });
        });
        expect(code).not.toBe("no error");
      }),
      { numRuns: 60 },
    );
  });

  it("of a wrap is refused", async () => {
    const { body } = sealed.header;
    const secret = await sessionSecret(
      session.decode(written.bytes),
      segmentKeySeed(segment.root, segment.id, 0),
    );
    await fc.assert(
      fc.asyncProperty(bit, async (at) => {
        const changed = flip(sealed.wrap.bytes, at);
        // The session's CID stands in the wrap in the clear; the header's CID of the wrap covers it.
        const code = await codeOf(async () => {
          const value = wrap.decode(changed);
          if (value.session !== wrap.decode(sealed.wrap.bytes).session)
            throw new AnamnesisError({ code: "other-session", rule: "", fix: "" });
          await openWrap(secret, body.core, value);
        });
        expect(code).not.toBe("no error");
      }),
      { numRuns: 100 },
    );
  });

  it("of a content is refused", async () => {
    const { body } = sealed.header;
    const G = raise(body.U);
    const secret = await sessionSecret(
      session.decode(written.bytes),
      segmentKeySeed(segment.root, segment.id, 0),
    );
    const { k1 } = await openWrap(secret, body.core, wrap.decode(sealed.wrap.bytes));
    await fc.assert(
      fc.asyncProperty(bit, async (at) => {
        expect(await codeOf(openContent(body, k1, G, flip(sealed.content.bytes, at)))).toBe("blob-mismatch");
      }),
      { numRuns: 100 },
    );
  });

  it("of a share or its proof is found and named", async () => {
    const { body } = sealed.header;
    const answers = world.committee.custodians.map(({ index, share, verificationShare }) => ({
      index,
      verificationShare,
      ...releaseShares({ share, verificationShare, points: [body.U], context, random: world.random }),
    }));
    fc.assert(
      fc.property(bit, fc.boolean(), fc.integer({ min: 0, max: 2 }), (at, inProof, liar) => {
        const tampered = answers.map((answer, i) => {
          if (i !== liar) return answer;
          return inProof
            ? { ...answer, proof: flip(answer.proof, at) }
            : { ...answer, shares: answer.shares.map((share) => flip(share, at)) };
        });
        const opened = openWithShares({ threshold: 2, points: [body.U], context, answers: tampered });
        expect(opened.culprits.map((culprit) => culprit.index)).toEqual([liar + 1]);
        expect(opened.G).toEqual([raise(body.U)]);
      }),
      { numRuns: 20 },
    );
  });
});

it("binds the author's signature to the label", () => {
  const value = sealed.header;
  expect(bodyLabelBytes(value.body)).toEqual(fromHex(sealed.label));
});
