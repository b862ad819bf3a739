import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { testAuthor, testSegment, testWorld } from "@anamnesis/testkit/core/world";
import { describe, expect, it } from "vitest";
import { type KeyCard, keyCardDigest, organisationIdOf } from "../actor/keyCard.ts";
import { encapsulate } from "../crypto/tdh2.ts";
import { publicKeyOf, sign } from "../crypto/secp256k1.ts";
import { sealBytes } from "../crypto/stream.ts";
import { utf8ToBytes } from "../encoding/bytes.ts";
import { cidOf, CODEC_RAW } from "../encoding/cid.ts";
import type { ActorId } from "../ids.ts";
import { packContent } from "../record/content.ts";
import { contentKey } from "../record/contentKey.ts";
import { bodyLabelBytes, coreLabel, type RecordBody } from "../record/header.ts";
import { decodeEvidence, encodeEvidence, type EvidenceOf } from "./evidence.ts";
import { verifyEvidence } from "./verifyEvidence.ts";

const random = seededRandom("content-mismatch");
const author = testAuthor("north");
const keyCard: KeyCard = {
  subject: "organisation",
  name: "North",
  organisation: null,
  secp256k1: publicKeyOf(author.secret),
  ed25519: random(32),
  kem: random(1216),
};
const accused = organisationIdOf(keyCard);

/** A header that its author signed over this ciphertext, under a key to which the header commits. */
async function evidenceOn(
  cipher: (dek: Uint8Array) => Promise<Uint8Array>,
  changes: { readonly author?: ActorId; readonly secret?: Uint8Array } = {},
): Promise<EvidenceOf<"content-mismatch">> {
  const world = testWorld("content-mismatch");
  const segment = await testSegment("alice", "general");
  const session = await world.session(segment);
  const sealed = await world.seal({ segment, session, author, bytes: utf8ToBytes("{}") });
  const honest = sealed.header;
  const core = {
    ...honest.body.core,
    organisation: accused,
    author: changes.author ?? (accused as string as ActorId),
  };
  const k1 = random(32);
  const { U, Ubar, G } = encapsulate({ committeeKey: world.committee.publicKey, random });
  const { dek, commitment } = contentKey(k1, G, coreLabel(core), U);
  const ciphertext = await cipher(dek);
  const content = cidOf(ciphertext, CODEC_RAW);
  const body: RecordBody = { ...honest.body, core, U, Ubar, keyCommitment: commitment, content };
  const signature = sign(bodyLabelBytes(body), changes.secret ?? author.secret);
  const signed = { body, proof: honest.proof, signature };
  return { kind: "content-mismatch", accused, keyCard, header: signed, k1, G, ciphertext };
}

const content = { meta: { mediaType: "text/plain", source: null }, bytes: utf8ToBytes("plain") };

describe("evidence against an author", () => {
  it("proves a content that does not open under its own key, and one that is not a content", async () => {
    const noise = await evidenceOn(async () => random(200));
    const decoded = decodeEvidence(encodeEvidence(noise));
    expect(await verifyEvidence(decoded)).toMatchObject({ proven: true, accused });
    const empty = await evidenceOn((dek) => sealBytes(dek, new Uint8Array(4)));
    expect(await verifyEvidence(empty)).toMatchObject({ proven: true, accused });
  });

  it("proves nothing against an author whose content opens, or with keys that are not the record's", async () => {
    const honest = await evidenceOn((dek) => sealBytes(dek, packContent(content)));
    expect(await verifyEvidence(honest)).toMatchObject({ flaw: "no-contradiction" });
    expect(await verifyEvidence({ ...honest, k1: random(32) })).toMatchObject({ flaw: "parts" });
    expect(await verifyEvidence({ ...honest, ciphertext: random(200) })).toMatchObject({ flaw: "parts" });
  });

  it("proves nothing when another one signed the header", async () => {
    const forged = await evidenceOn(async () => random(200), { secret: testAuthor("south").secret });
    expect(await verifyEvidence(forged)).toMatchObject({ flaw: "signature" });
    const card = { ...keyCard, name: "Another" };
    const noise = await evidenceOn(async () => random(200));
    expect(await verifyEvidence({ ...noise, keyCard: card })).toMatchObject({ flaw: "key-card" });
  });

  it("needs somebody's word for a device of the organisation", async () => {
    const device = organisationIdOf({ ...keyCard, subject: "device" }) as string as ActorId;
    const byDevice = await evidenceOn(async () => random(200), { author: device });
    expect(await verifyEvidence(byDevice)).toMatchObject({ flaw: "unknown-author" });
    const known = {
      signsFor: (organisation: string, by: string) => organisation === accused && by === device,
    };
    expect(await verifyEvidence(byDevice, known)).toMatchObject({ proven: true });
  });
});

describe("evidence with keys that were replaced", () => {
  const later: KeyCard = {
    ...keyCard,
    organisation: accused,
    secp256k1: publicKeyOf(testAuthor("north's later key").secret),
  };
  const keysOf = (...cards: readonly KeyCard[]) => ({
    keysOf: (organisation: string) =>
      organisation === accused ? cards.map((card) => ({ keyCard: keyCardDigest(card) })) : [],
  });

  it("proves what a later key signed once the ledger names that key, and nothing without it", async () => {
    const { secret } = testAuthor("north's later key");
    const found = await evidenceOn(async () => random(200), { secret });
    expect(await verifyEvidence(found, keysOf(keyCard, later))).toMatchObject({ flaw: "signature" });
    const shown = decodeEvidence(encodeEvidence({ ...found, laterCards: [later] }));
    expect(await verifyEvidence(shown)).toMatchObject({ flaw: "unknown-keys" });
    expect(await verifyEvidence(shown, keysOf(keyCard))).toMatchObject({ flaw: "signature" });
    expect(await verifyEvidence(shown, keysOf(keyCard, later))).toMatchObject({ proven: true, accused });
  });

  it("proves what the first key signed by itself, also after it was replaced", async () => {
    const found = await evidenceOn(async () => random(200));
    expect(await verifyEvidence({ ...found, laterCards: [later] })).toMatchObject({ proven: true });
    expect(await verifyEvidence({ ...found, keyCard: later })).toMatchObject({ flaw: "key-card" });
  });
});

describe("decodeEvidence", () => {
  it.each([
    ["another structure", utf8ToBytes("\u0001"), "bad-evidence"],
    ["no structure", random(40), "not-canonical"],
  ])("refuses %s", (_, bytes, code) => {
    expect(() => decodeEvidence(bytes)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
