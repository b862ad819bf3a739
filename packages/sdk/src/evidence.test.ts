import { leafHash } from "@anamnesis/core/audit/merkleTree";
import { ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import {
  decodeEvidence,
  encodeEvidence,
  type Evidence,
  evidenceDigest,
  type EvidenceKind,
  type EvidenceOf,
} from "@anamnesis/core/evidence/evidence";
import { verifyEvidence } from "@anamnesis/core/evidence/verifyEvidence";
import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { type Digest, parseUnixSeconds } from "@anamnesis/core/ids";
import { releaseAnswerBody, releasePoints } from "@anamnesis/core/release/releaseAnswer";
import { describe, expect, it } from "vitest";
import { ownerAccess } from "./access.ts";
import { TooFewCustodians } from "./askCustodians.ts";
import { listRecords } from "./listRecords.ts";
import { openRecords } from "./open.ts";
import { accessLog, type AccessLogParameters } from "./receipts.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { random } from "./testing/random.ts";

/** As somebody else's process does: bytes of a file, nothing else. */
async function verdictOn(bytes: Uint8Array) {
  return verifyEvidence(decodeEvidence(bytes));
}

function only<K extends EvidenceKind>(kind: K, evidence: readonly Evidence[]): EvidenceOf<K> {
  const [found] = evidence;
  if (evidence.length !== 1 || found?.kind !== kind) throw new TypeError(`not one ${kind}`);
  return found as unknown as EvidenceOf<K>;
}

async function granted() {
  const journey = await beginJourney();
  await journey.seal([resource("a"), resource("b"), resource("c")]);
  journey.world.anchor();
  await journey.grant();
  const [access] = await journey.access();
  if (access === undefined) throw new TypeError("no grant");
  const { world, consortium, keys } = journey;
  const { runtime } = world;
  const open = { runtime, consortium, access, purpose: "TREAT" as const };
  const owner = { ...open, access: ownerAccess(keys(), "general"), purpose: "PATRQT" as const };
  const log = (parameters: Partial<AccessLogParameters> = {}) =>
    accessLog({ runtime, consortium, keys: keys(), kinds: ["general"], ledger: world.ledger, ...parameters });
  return { ...journey, open, owner, log };
}

describe("a custodian that lies about a share", () => {
  it("does not stop the opening, is named, and its own signature proves it to anyone", async () => {
    const { open, world } = await granted();
    world.node(0).tamper = () => world.member(1).verificationShare;
    const { opened, report } = await openRecords(open);
    expect(opened).toHaveLength(3);
    expect(report.culprits).toEqual([{ organisation: world.member(0).organisation, reason: "bad-proof" }]);
    const evidence = only("bad-share", report.evidence);
    expect(await verdictOn(encodeEvidence(evidence))).toMatchObject({
      proven: true,
      accused: world.member(0).organisation,
    });
    expect(evidenceDigest(evidence)).toMatch(/^0x[0-9a-f]{64}$/);
  });

  it("is proven for a share of another record of the same request", async () => {
    const { open, world } = await granted();
    let first: Uint8Array | null = null;
    world.node(1).tamper = (share) => (first ??= share);
    const { opened, report } = await openRecords(open);
    expect(opened).toHaveLength(3);
    expect(await verdictOn(encodeEvidence(only("bad-share", report.evidence)))).toMatchObject({
      proven: true,
      accused: world.member(1).organisation,
    });
  });

  it("is proven also when nothing opens because another one is down", async () => {
    const { open, world } = await granted();
    const listing = await listRecords(open);
    world.stop(2);
    world.node(0).tamper = () => world.member(1).verificationShare;
    const failure = await openRecords({ ...open, listing }).catch((error: unknown) => error);
    if (!(failure instanceof TooFewCustodians)) throw new TypeError("it opened");
    expect(failure.code).toBe("too-few-custodians");
    const { evidence, receipts, answered } = failure.report;
    expect(answered).toEqual([world.member(1).organisation]);
    expect(receipts.map((receipt) => receipt.custodian)).toEqual(answered);
    expect(await verdictOn(encodeEvidence(only("bad-share", evidence)))).toMatchObject({
      proven: true,
      accused: world.member(0).organisation,
    });
  });

  it("cannot be made out of an honest answer", async () => {
    const { open, world, consortium } = await granted();
    world.node(0).tamper = () => world.member(1).verificationShare;
    const { report } = await openRecords(open);
    const lie = only("bad-share", report.evidence);
    const judge = async (changes: Partial<EvidenceOf<"bad-share">>) =>
      verdictOn(encodeEvidence({ ...lie, ...changes }));
    const { member } = { member: (i: number) => world.member(i) };
    const signedBy = (i: number, body: typeof lie.answer.body) => ({
      body,
      signature: ed25519Sign(fromHex(releaseAnswerBody.digest(body)), member(i).ed25519),
    });
    // Another one accused of it, the shares changed after the signature, other points than the custodian signed.
    expect(await judge({ accused: member(1).organisation })).toMatchObject({ flaw: "key-card" });
    expect(await judge({ accused: member(1).organisation, keyCard: member(1).card })).toMatchObject({
      flaw: "signature",
    });
    const shares = lie.answer.body.shares.map(() => member(2).verificationShare);
    expect(await judge({ answer: { ...lie.answer, body: { ...lie.answer.body, shares } } })).toMatchObject({
      flaw: "signature",
    });
    expect(await judge({ points: [...lie.points].reverse() })).toMatchObject({ flaw: "parts" });
    // A certificate with another verification share for it, which it never signed.
    const { certificate } = consortium.committee;
    const verificationShares = [...certificate.body.verificationShares].reverse();
    const forged = { ...certificate, body: { ...certificate.body, verificationShares } };
    expect(await judge({ certificate: forged })).toMatchObject({ flaw: "signature" });
    // Nothing but an answer without shares.
    const none = { ...lie.answer.body, shares: [null, null, null], proof: null, points: releasePoints([]) };
    expect(await judge({ answer: signedBy(0, none) })).toMatchObject({ flaw: "parts" });
  });

  it("counts with the key that was the custodian's at the ledger's time that its answer names", async () => {
    const { open, world } = await granted();
    world.node(0).tamper = () => world.member(1).verificationShare;
    const { report } = await openRecords(open);
    const lie = only("bad-share", report.evidence);
    const { time } = lie.answer.body.ledger;
    const judge = (since: number, until: number) => {
      const key = { keyCard: keyCardDigest(lie.keyCard), since: parseUnixSeconds(since) };
      return verifyEvidence(lie, { keysOf: () => [{ ...key, until: parseUnixSeconds(until) }] });
    };
    expect(await judge(time, time + 1)).toMatchObject({ proven: true });
    expect(await judge(time - 1, time)).toMatchObject({ flaw: "other-time" });
    expect(await judge(time + 1, time + 2)).toMatchObject({ flaw: "other-time" });
  });

  it("has no evidence for what it did not sign, and is named all the same", async () => {
    const { open, world } = await granted();
    const member = world.member(0) as { ed25519: Uint8Array };
    const own = member.ed25519;
    const listing = await listRecords(open);
    member.ed25519 = random(32);
    const { opened, report } = await openRecords({ ...open, listing });
    member.ed25519 = own;
    expect(opened).toHaveLength(3);
    expect(report.culprits).toEqual([
      { organisation: world.member(0).organisation, reason: "bad-signature" },
    ]);
    expect(report.evidence).toEqual([]);
  });
});

describe("a custodian that lies about its log", () => {
  it("is proven to fork by a head that it signed earlier", async () => {
    const { open, world, log } = await granted();
    await openRecords({ ...open, ask: "all" });
    const before = await log();
    expect(before.findings).toEqual([]);
    const node = world.node(2);
    node.log = node.log.map((entry) => ({ ...entry, commitment: random(32) }));
    const after = await log({ earlier: before.heads.map((head) => head.checkpoint) });
    expect(after.findings.map((finding) => finding.code)).toContain("conflicting-heads");
    const evidence = only("conflicting-heads", after.evidence);
    expect(await verdictOn(encodeEvidence(evidence))).toMatchObject({
      proven: true,
      accused: world.member(2).organisation,
    });
    const same = { ...evidence, second: evidence.first };
    expect(await verdictOn(encodeEvidence(same))).toMatchObject({ flaw: "no-contradiction" });
    const text = evidence.second.checkpoint.replace(/\n1\n/, "\n2\n");
    const changed = { ...evidence, second: { ...evidence.second, checkpoint: text } };
    expect(await verdictOn(encodeEvidence(changed))).toMatchObject({ flaw: "signature" });
  });

  it("is proven to fork by two entries at one index under heads of different size", async () => {
    const { open, world, log } = await granted();
    await openRecords({ ...open, ask: "all" });
    const one = await log();
    const node = world.node(1);
    const [first] = node.log;
    if (first === undefined) throw new TypeError("no entry");
    const entryOf = (commitment: Uint8Array) => ({ commitment, path: [] as Uint8Array[] });
    const earlier = one.heads[1]?.checkpoint ?? "";
    const other = { ...first, commitment: random(32) };
    node.log = [other];
    const later = (await log()).heads[1]?.checkpoint ?? "";
    const keyCard = world.member(1).card;
    const accused = world.member(1).organisation;
    const evidence: Evidence = {
      kind: "conflicting-heads",
      accused,
      keyCard,
      first: { checkpoint: earlier, entry: entryOf(first.commitment) },
      second: { checkpoint: later, entry: entryOf(other.commitment) },
      index: 0,
    };
    expect(leafHash(first.commitment)).not.toEqual(leafHash(other.commitment));
    expect(await verdictOn(encodeEvidence(evidence))).toMatchObject({ proven: true, accused });
    const unproven = { ...evidence, second: { checkpoint: later, entry: entryOf(random(32)) } };
    expect(await verdictOn(encodeEvidence(unproven))).toMatchObject({ flaw: "parts" });
  });

  it("is proven to hide an entry that it promised to the reader", async () => {
    const { open, world, log } = await granted();
    const { report } = await openRecords({ ...open, ask: "all" });
    const promises = report.receipts.map((receipt) => receipt.promise);
    expect((await log({ promises })).findings).toEqual([]);
    const node = world.node(1);
    const honest = node.log;
    node.log = honest.map((entry) => ({ ...entry, segment: `0x${"0".repeat(64)}` as never }));
    const hidden = await log({ promises });
    expect(hidden.findings.map(({ code, custodian }) => [code, custodian])).toContainEqual([
      "broken-promise",
      world.member(1).organisation,
    ]);
    const evidence = only("missing-entry", hidden.evidence);
    expect(evidence.unlisted).not.toBeNull();
    expect(await verdictOn(encodeEvidence(evidence))).toMatchObject({
      proven: true,
      accused: world.member(1).organisation,
    });
    // The same list does not speak against another promise, nor does a list that has the entry.
    const request = `0x${"1".repeat(64)}` as Digest;
    const { promise, signature } = evidence.promise;
    const foreign = { ...evidence, promise: { promise: { ...promise, request }, signature } };
    expect(await verdictOn(encodeEvidence(foreign))).toMatchObject({ flaw: "signature" });
    const { unlisted } = evidence;
    if (unlisted === null) throw new TypeError("listed");
    const padded = { ...evidence, unlisted: { ...unlisted, indexes: [promise.index] } };
    expect(await verdictOn(encodeEvidence(padded))).toMatchObject({ flaw: "parts" });
  });

  it("is proven to have put another entry in place of the promised one", async () => {
    const { open, owner, world, log } = await granted();
    const { report } = await openRecords({ ...open, ask: "all" });
    const promises = report.receipts.map((receipt) => receipt.promise);
    await openRecords({ ...owner, ask: "all" });
    const node = world.node(2);
    node.log = [...node.log].reverse();
    const { evidence, findings } = await log({ promises });
    expect(findings.map((finding) => finding.code)).toContain("broken-promise");
    const found = only("missing-entry", evidence);
    expect(found.replaced).not.toBeNull();
    expect(await verdictOn(encodeEvidence(found))).toMatchObject({
      proven: true,
      accused: world.member(2).organisation,
    });
  });
});

describe("a home that withholds a header", () => {
  it("is proven when it is the author, and the other home fills the gap", async () => {
    const { open, world } = await granted();
    const node = world.node(0);
    const withheld = node.records[1]?.label;
    node.records = node.records.filter((kept) => kept.label !== withheld);
    const { opened, report } = await openRecords(open);
    expect(opened).toHaveLength(3);
    expect(report.withheld).toEqual([{ home: world.member(0).organisation, label: withheld, proven: true }]);
    const evidence = only("withheld-header", report.evidence);
    expect(await verdictOn(encodeEvidence(evidence))).toMatchObject({
      proven: true,
      accused: world.member(0).organisation,
    });
    const whole = { ...evidence, labels: [...evidence.labels, evidence.withheld] };
    expect(await verdictOn(encodeEvidence(whole))).toMatchObject({ flaw: "parts" });
    const { successor } = evidence;
    const another = { ...successor, core: { ...successor.core, day: 1 as never } };
    expect(await verdictOn(encodeEvidence({ ...evidence, successor: another }))).toMatchObject({
      flaw: "parts",
    });
  });

  it("is named without proof when the header is another organisation's", async () => {
    const { open, world } = await granted();
    const [author, home] = [world.node(0), world.node(1)];
    const withheld = home.records[1]?.label;
    home.records = home.records.filter((kept) => kept.label !== withheld);
    world.stop(0);
    const { report } = await openRecords(open);
    world.start(0);
    expect(author.records).toHaveLength(3);
    expect(report.withheld).toEqual([{ home: world.member(1).organisation, label: withheld, proven: false }]);
    expect(report.evidence).toEqual([]);
  });

  it("is not believed when what it gives is not what it signs", async () => {
    const { open, world } = await granted();
    const member = world.member(0) as { ed25519: Uint8Array };
    const own = member.ed25519;
    member.ed25519 = random(32);
    const listing = await listRecords(open);
    member.ed25519 = own;
    expect(listing.records).toHaveLength(3);
    expect(listing.silent).toEqual([{ organisation: world.member(0).organisation, code: "bad-statement" }]);
    expect(listing.answered).toEqual([world.member(1).organisation]);
  });
});
