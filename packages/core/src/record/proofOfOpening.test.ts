import { releaseShares } from "../crypto/dleq.ts";
import { openWithShares } from "../crypto/openWithShares.ts";
import { utf8ToBytes } from "../encoding/bytes.ts";
import { segmentKeySeed } from "../segment/ownerKeys.ts";
import { testAuthor, testSegment, testWorld } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { expect, it } from "vitest";
import { endorsementCommitment } from "./endorsement.ts";
import { openContent, proofOfOpening, provesOpening } from "./openContent.ts";
import { session, sessionSecret } from "./session.ts";
import { openWrap, sealWrap, wrap } from "./wrap.ts";

const world = testWorld("proof of opening");

async function sealed() {
  const segment = await testSegment("proof", "general");
  const written = await world.session(segment);
  const record = await world.seal({
    segment,
    session: written,
    author: testAuthor("north"),
    bytes: utf8ToBytes("{}"),
  });
  const secret = await sessionSecret(
    session.decode(written.bytes),
    segmentKeySeed(segment.root, segment.id, 0),
  );
  return { record, secret, written };
}

it("what proves an opening takes both locks, is checked against the header, and opens nothing", async () => {
  const { record, secret } = await sealed();
  const { body } = record.header;
  const { k1 } = await openWrap(secret, body.core, wrap.decode(record.wrap.bytes));
  const context = world.random(32);
  const answers = world.committee.custodians.slice(0, 2).map(({ share, verificationShare }, i) => ({
    index: i + 1,
    verificationShare,
    ...releaseShares({ share, verificationShare, points: [body.U], context, random: world.random }),
  }));
  const G = openWithShares({ threshold: 2, points: [body.U], context, answers }).G[0] as Uint8Array;
  const kc = proofOfOpening(body, k1, G);
  expect(provesOpening(body, kc)).toBe(true);
  expect(provesOpening(body, world.random(32))).toBe(false);
  expect(provesOpening({ keyCommitment: world.random(32) }, kc)).toBe(false);
  expect(await codeOf(Promise.resolve().then(() => proofOfOpening(body, world.random(32), G)))).toBe(
    "key-mismatch",
  );
  expect(await codeOf(Promise.resolve().then(() => proofOfOpening(body, k1, body.U)))).toBe("key-mismatch");
  expect(await codeOf(openContent(body, kc, G, record.content.bytes))).toBe("key-mismatch");
});

it("a wrap opens the header's endorsement commitment, or is refused", async () => {
  const { record, secret, written } = await sealed();
  const { core } = record.header.body;
  const content = await openWrap(secret, core, wrap.decode(record.wrap.bytes));
  const endorsement = { threshold: 1, organisations: [core.organisation], salt: world.random(32) };
  const asked = { ...core, endorsement: endorsementCommitment(endorsement) };
  const other = { ...endorsement, salt: world.random(32) };
  const cases = [
    [core, null, "no error"],
    [asked, endorsement, "no error"],
    [core, endorsement, "endorsement-mismatch"],
    [asked, null, "endorsement-mismatch"],
    [asked, other, "endorsement-mismatch"],
  ] as const;
  for (const [of, opening, code] of cases) {
    const bytes = await sealWrap(secret, written.cid, of, { ...content, endorsement: opening });
    expect(await codeOf(openWrap(secret, of, wrap.decode(bytes)))).toBe(code);
  }
});
