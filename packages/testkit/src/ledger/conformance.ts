import { consentIdOf } from "@anamnesis/core/consent/consent";
import type { ActorId, CommitteeKeyId, ConsentId, Digest, Hash32 } from "@anamnesis/core/ids";
import type { Intent, SignedIntent } from "@anamnesis/core/ledger/intents";
import { type ConsortiumParameters, PARAMETERS } from "@anamnesis/core/ledger/proposal";
import type {
  BlockRef,
  IntentOutcome,
  LedgerEvent,
  LedgerHead,
  LedgerPort,
  Submission,
} from "@anamnesis/core/ports/ledger";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { genesisMember, named, organisationNamed, type Signer, signerNamed, signIntent } from "./cast.ts";
import type { LedgerFactory, LedgerFixture } from "./fixture.ts";
import { ALREADY, APPLIED, type LedgerTest, refused } from "./ledgerTest.ts";
import { describeGovernance } from "./governanceConformance.ts";
import { describeOwners } from "./ownerConformance.ts";
import { describeRecords } from "./recordConformance.ts";

type IntentOf<T extends Intent["type"]> = Extract<Intent, { type: T }>;

const north = organisationNamed("north");
const south = organisationNamed("south");
const laboratory = organisationNamed("laboratory");
const stranger = organisationNamed("stranger");
const revoker = signerNamed("revoker");
const GENESIS = [
  genesisMember(north, "North Hospital", "hospital", true),
  genesisMember(south, "South Hospital", "hospital", true),
  genesisMember(laboratory, "Läboratory", "laboratory", false),
];

/** What every ledger begins with. */
/** What a ledger with these parameters begins with. */
const beginningOf = (parameters: ConsortiumParameters) => [
  ...PARAMETERS.map((parameter) => ({
    type: "parameter-set",
    parameter,
    value: parameters[parameter],
  })),
  ...GENESIS.map((member) => ({ type: "member-admitted", ...member })),
];
const BEGINNING_LENGTH = PARAMETERS.length + GENESIS.length;

function endpoint(version: number, text = `http://127.0.0.1:${version}`): IntentOf<"SetEndpoint"> {
  return { type: "SetEndpoint", organisation: north.id, endpoint: text, version };
}

function committee(change: Partial<IntentOf<"AdoptCommittee">> = {}): IntentOf<"AdoptCommittee"> {
  return {
    type: "AdoptCommittee",
    committee: named<CommitteeKeyId>("committee"),
    certificate: named<Digest>("certificate"),
    threshold: 2,
    shareEpoch: 0,
    members: [south.id, north.id],
    ...change,
  };
}

function doctor(change: Partial<IntentOf<"SetActor">> = {}): IntentOf<"SetActor"> {
  return {
    type: "SetActor",
    organisation: north.id,
    actor: named<ActorId>("doctor"),
    role: "practitioner",
    signer: signerNamed("doctor").address,
    keyCard: named<Digest>("key card of the doctor"),
    active: true,
    version: 1,
    ...change,
  };
}

function registration(name: string): IntentOf<"RegisterConsent"> {
  return { type: "RegisterConsent", commitment: named<Hash32>(name), revoker: revoker.address };
}

function batch(sequence: number, change: Partial<IntentOf<"AnchorBatch">> = {}): IntentOf<"AnchorBatch"> {
  return {
    type: "AnchorBatch",
    organisation: north.id,
    sequence,
    root: named<Hash32>(`root ${sequence}`),
    count: sequence * 3,
    manifest: named<Digest>(`manifest ${sequence}`),
    ...change,
  };
}

function logHead(size: number, change: Partial<IntentOf<"AnchorLogHead">> = {}): IntentOf<"AnchorLogHead"> {
  return {
    type: "AnchorLogHead",
    organisation: north.id,
    size,
    root: named<Hash32>(`log root ${size}`),
    checkpoint: named<Digest>(`checkpoint ${size}`),
    ...change,
  };
}

/**
 * What every `LedgerPort` MUST do, said of a fresh ledger with two custodians and a laboratory. Another engine, Fabric for one, is added by
 * its adapter of the port and a `LedgerFactory`: a test beside the adapter hands the factory to this function, and no case names an engine.
 * Cases wait for what the port shows and never for a time; blocks may come at any interval, and the newest ones may be replaced
 * until `settle` returns.
 */
export function describeLedgerPort(name: string, factory: LedgerFactory): void {
  describe(`LedgerPort: ${name}`, () => {
    let fixture: LedgerFixture;
    let port: LedgerPort;

    beforeEach(async () => {
      fixture = await factory(GENESIS);
      port = await fixture.connect();
    });
    afterEach(async () => fixture.close());

    const sign = (intent: Intent, ...signers: readonly Signer[]): SignedIntent =>
      signIntent(fixture.identity, intent, ...signers);
    /** What the first submission said, and the block where it stands once the engine has settled. */
    async function settled(intents: readonly SignedIntent[], by: LedgerPort = port): Promise<Submission> {
      const first = await by.submit(intents);
      for (let last = first; last.block !== null; last = await by.submit(intents)) {
        await fixture.settle();
        if (await stands(last.block)) return { ...last, outcomes: first.outcomes };
      }
      if (first.block === null) return first;
      // Its block was replaced, and another one took the same transaction.
      await fixture.settle();
      const event = (await readAll(null, 1_000)).find(({ transaction }) => transaction === first.transaction);
      if (event === undefined) return expect.unreachable("what is `already` has an event");
      return { ...first, block: { number: event.block, hash: event.blockHash } };
    }
    const stands = async ({ number, hash }: BlockRef): Promise<boolean> =>
      (await port.blockAt(number))?.hash === hash;
    /** A head that stays. */
    async function settledHead(): Promise<LedgerHead> {
      for (;;) {
        const head = await port.head();
        await fixture.settle();
        if (await stands(head)) return head;
      }
    }
    const submit = async (...intents: readonly SignedIntent[]): Promise<readonly IntentOutcome[]> =>
      (await settled(intents)).outcomes;
    const consentOf = (name: string): ConsentId =>
      consentIdOf(fixture.identity, revoker.address, named<Hash32>(name));
    const revocation = (name: string, signer: Signer = revoker): SignedIntent =>
      sign({ type: "RevokeConsent", consent: consentOf(name) }, signer);

    async function readAll(from: BlockRef | null, maxBlocks: number): Promise<readonly LedgerEvent[]> {
      const events: LedgerEvent[] = [];
      // Up to what is there now: a chain with an interval would run ahead of pages of one block.
      const head = await port.head();
      for (let after = from; ;) {
        const page = await port.events(after, maxBlocks);
        if (page.status !== "ok") {
          if (after === from) return expect.unreachable("what it reads from has settled");
          // The newest blocks were replaced under the reading.
          return readAll(from, maxBlocks);
        }
        events.push(...page.events);
        after = { number: page.upTo.number, hash: page.upTo.hash };
        if (page.upTo.number >= head.number) return events;
      }
    }
    const bodyOf = ({ block, blockHash, time, index, transaction, ...body }: LedgerEvent): unknown => {
      for (const number of [block, time, index]) expect(Number.isSafeInteger(number)).toBe(true);
      for (const hash of [blockHash, transaction]) expect(hash).toMatch(/^0x[0-9a-f]{64}$/);
      return body;
    };

    const ledger = (): LedgerTest => ({
      fixture,
      sign,
      submit,
      events: async () => (await readAll(null, 1_000)).slice(BEGINNING_LENGTH).map(bodyOf),
    });

    test("is the ledger that its fixture made", () => {
      expect(port.identity).toEqual(fixture.identity);
    });

    test("begins with its parameters and members", async () => {
      const events = await readAll(null, 1_000);
      expect(events.map(bodyOf)).toEqual(beginningOf(fixture.parameters));
    });

    test("submits nothing when there is nothing to submit", async () => {
      expect(await port.submit([])).toEqual({ outcomes: [], block: null, transaction: null, gas: 0 });
    });

    describe("each operation: applied, already, refused", () => {
      test("SetEndpoint", async () => {
        const first = sign(endpoint(1), north);
        expect(await submit(sign(endpoint(1), south))).toEqual([refused("bad-signature")]);
        expect(await submit(first)).toEqual([APPLIED]);
        expect(await submit(first)).toEqual([ALREADY]);
        expect(
          await submit(
            sign(endpoint(1, "http://else"), north),
            sign(endpoint(3), north),
            sign(endpoint(2, "http://a b"), north),
            sign(endpoint(2, ""), north),
            sign(endpoint(2, "http://ä"), north),
            sign(endpoint(2, "x".repeat(257)), north),
            sign({ ...endpoint(1), organisation: stranger.id }, stranger),
            sign(endpoint(2, "x".repeat(256)), north),
            first,
            sign(endpoint(0), north),
          ),
        ).toEqual([
          refused("version-conflict"),
          refused("version-gap"),
          refused("bad-endpoint"),
          refused("bad-endpoint"),
          refused("bad-endpoint"),
          refused("bad-endpoint"),
          refused("unknown-member"),
          APPLIED,
          refused("version-past"),
          refused("version-past"),
        ]);
      });

      test("AdoptCommittee", async () => {
        const adopted = sign(committee(), south, north);
        const others: readonly (readonly [SignedIntent, string])[] = [
          [sign(committee(), north, south), "bad-signature"],
          [sign(committee(), south), "signature-count"],
          [sign(committee(), south, north, north), "signature-count"],
          [sign(committee({ threshold: 0 }), south, north), "bad-threshold"],
          [sign(committee({ threshold: 1 }), south, north), "bad-threshold"],
          [sign(committee({ threshold: 3 }), south, north), "bad-threshold"],
          [sign(committee({ threshold: 1, members: [] })), "bad-threshold"],
          [sign(committee({ members: [north.id, north.id] }), north, north), "duplicate-member"],
          [sign(committee({ members: [north.id, laboratory.id] }), north, laboratory), "not-custodian"],
          [sign(committee({ members: [north.id, stranger.id] }), north, stranger), "unknown-member"],
        ];
        expect(await submit(...others.map(([signed]) => signed))).toEqual(
          others.map(([, code]) => refused(code)),
        );
        expect(await submit(adopted, adopted)).toEqual([APPLIED, ALREADY]);
        expect(await submit(sign(committee({ certificate: named("else") }), south, north))).toEqual([
          refused("committee-conflict"),
        ]);
        // The next epoch: the new members sign, then there is a place for each of the standing ones.
        const next = sign(committee({ shareEpoch: 1 }), south, north);
        const none = new Uint8Array(0);
        const handedOver = { ...next, signatures: [...next.signatures, none, none] };
        expect(
          await submit(
            sign(committee({ shareEpoch: 2 }), south, north),
            next,
            handedOver,
            handedOver,
            adopted,
          ),
        ).toEqual([
          refused("share-epoch-gap"),
          refused("signature-count"),
          APPLIED,
          ALREADY,
          refused("share-epoch-past"),
        ]);
        // Another committee beside the standing one would let its members take over what is written from then on.
        const second = committee({ committee: named<CommitteeKeyId>("another committee") });
        expect(await submit(sign(second, south, north))).toEqual([refused("committee-conflict")]);
      });

      test("SetActor", async () => {
        const first = sign(doctor(), north);
        expect(
          await submit(
            sign(doctor(), south),
            sign(doctor({ version: 2 }), north),
            sign(doctor({ version: 0 }), north),
            sign(doctor({ organisation: stranger.id }), stranger),
            sign(doctor({ signer: `0x${"0".repeat(40)}` as Signer["address"] }), north),
          ),
        ).toEqual([
          refused("bad-signature"),
          refused("version-gap"),
          refused("version-past"),
          refused("unknown-member"),
          refused("incomplete-actor"),
        ]);
        expect(await submit(first, first)).toEqual([APPLIED, ALREADY]);
        expect(
          await submit(
            sign(doctor({ role: "staff" }), north),
            sign(doctor({ active: false }), north),
            sign(doctor({ organisation: south.id, version: 2 }), south),
            sign(doctor({ active: false, version: 2 }), north),
            first,
          ),
        ).toEqual([
          refused("version-conflict"),
          refused("version-conflict"),
          refused("actor-of-another"),
          APPLIED,
          refused("version-past"),
        ]);
      });

      test("RegisterConsent and RevokeConsent", async () => {
        const registered = sign(registration("a"), revoker);
        expect(await submit(revocation("a"), sign(registration("a"), stranger))).toEqual([
          refused("unknown-consent"),
          refused("bad-signature"),
        ]);
        expect(await submit(registered)).toEqual([APPLIED]);
        expect(await submit(registered, revocation("a", stranger))).toEqual([
          ALREADY,
          refused("bad-signature"),
        ]);
        expect(await submit(revocation("a"))).toEqual([APPLIED]);
        expect(await submit(revocation("a"), registered)).toEqual([ALREADY, refused("consent-revoked")]);
      });

      test("AnchorBatch, without gaps", async () => {
        expect(
          await submit(
            sign(batch(1), south),
            sign(batch(2), north),
            sign(batch(1, { count: 0 }), north),
            sign(batch(1, { root: `0x${"0".repeat(64)}` }), north),
            sign(batch(1, { organisation: stranger.id }), stranger),
          ),
        ).toEqual([
          refused("bad-signature"),
          refused("sequence-gap"),
          refused("empty-batch"),
          refused("empty-batch"),
          refused("unknown-member"),
        ]);
        expect(await submit(sign(batch(1), north), sign(batch(2), north))).toEqual([APPLIED, APPLIED]);
        expect(
          await submit(
            sign(batch(1), north),
            sign(batch(2, { root: named<Hash32>("another root") }), north),
            sign(batch(4), north),
            sign(batch(3), north),
            sign(batch(1, { organisation: south.id }), south),
            sign(batch(0, { count: 1 }), north),
          ),
        ).toEqual([
          ALREADY,
          refused("sequence-conflict"),
          refused("sequence-gap"),
          APPLIED,
          APPLIED,
          refused("sequence-conflict"),
        ]);
      });

      test("AnchorLogHead", async () => {
        expect(
          await submit(
            sign(logHead(0), north),
            sign(logHead(5), laboratory),
            sign(logHead(5, { organisation: stranger.id }), stranger),
          ),
        ).toEqual([refused("log-behind"), refused("bad-signature"), refused("unknown-member")]);
        expect(await submit(sign(logHead(5), north), sign(logHead(5), north))).toEqual([APPLIED, ALREADY]);
        expect(
          await submit(
            sign(logHead(4), north),
            sign(logHead(5, { root: named<Hash32>("fork") }), north),
            sign(logHead(5, { organisation: south.id }), south),
            sign(logHead(Number.MAX_SAFE_INTEGER), north),
          ),
        ).toEqual([refused("log-behind"), refused("log-fork"), APPLIED, APPLIED]);
      });

      describeOwners(ledger);
      describeRecords(ledger);
    });

    describeGovernance(ledger);

    describe("signatures", () => {
      test("count for this ledger only", async () => {
        const { identity } = fixture;
        const elsewhere = { ...identity, chainId: identity.chainId + 1 };
        const twin = { ...identity, contracts: { ...identity.contracts, consents: stranger.address } };
        expect(
          await submit(
            signIntent(elsewhere, registration("a"), revoker),
            signIntent(twin, registration("a"), revoker),
          ),
        ).toEqual([refused("bad-signature"), refused("bad-signature")]);
      });

      test("have one form and one count", async () => {
        const good = sign(registration("a"), revoker);
        const [bytes = new Uint8Array()] = good.signatures;
        const variants: readonly (readonly Uint8Array[])[] = [
          [],
          [bytes, bytes],
          [new Uint8Array()],
          [bytes.subarray(0, 64)],
          [Uint8Array.of(...bytes, 0)],
          [Uint8Array.of(...bytes.subarray(0, 64), (bytes[64] ?? 0) - 27)],
          [highS(bytes)],
          [new Uint8Array(65)],
        ];
        const outcomes = await submit(...variants.map((signatures) => ({ ...good, signatures })));
        expect(outcomes).toEqual(variants.map(() => refused("bad-signature")));
      });

      test("of a malformed intent are not looked at", async () => {
        const { signatures } = sign(batch(1), north);
        const upper = `0x${north.id.slice(2).toUpperCase()}` as typeof north.id;
        expect(
          await submit(
            { intent: batch(-1), signatures },
            { intent: batch(1.5), signatures },
            { intent: batch(1, { count: 2 ** 32 }), signatures },
            { intent: batch(1, { root: "0x12" }), signatures },
            { intent: batch(1, { organisation: upper }), signatures },
            { intent: batch(1), signatures },
          ),
        ).toEqual([...Array.from({ length: 5 }, () => refused("malformed-intent")), APPLIED]);
      });
    });

    describe("submissions", () => {
      test("take effect in one transaction, without what is refused", async () => {
        const submission = await settled([
          sign(batch(1), north),
          sign(registration("a"), stranger),
          sign(registration("a"), revoker),
          sign(registration("a"), revoker),
          revocation("b"),
          sign(logHead(1), south),
          sign(doctor(), north),
        ]);
        expect(submission.outcomes).toEqual([
          APPLIED,
          refused("bad-signature"),
          APPLIED,
          ALREADY,
          refused("unknown-consent"),
          refused("bad-signature"),
          APPLIED,
        ]);
        const events = (await readAll(null, 1_000)).slice(BEGINNING_LENGTH);
        expect(events.map(({ type }) => type)).toEqual(["batch-anchored", "consent-registered", "actor-set"]);
        for (const event of events) {
          expect(event.transaction).toBe(submission.transaction);
          expect({ number: event.block, hash: event.blockHash }).toEqual(submission.block);
        }
      });

      test("send nothing when the ledger would stay as it is", async () => {
        await submit(sign(registration("a"), revoker));
        const again = await port.submit([sign(registration("a"), revoker), revocation("b")]);
        expect(again).toEqual({
          outcomes: [ALREADY, refused("unknown-consent")],
          block: null,
          transaction: null,
          gas: 0,
        });
      });

      test("resolve when the effect is in a block of the chain", async () => {
        const { block } = await settled([sign(registration("a"), revoker)]);
        expect(block).not.toBeNull();
        const found = await port.blockAt(block?.number ?? -1);
        expect(found?.hash).toBe(block?.hash);
        expect((await port.head()).number).toBeGreaterThanOrEqual(block?.number ?? Infinity);
      });

      test("of one port at the same time all take effect", async () => {
        const names = ["a", "b", "c", "d", "e"];
        const all = await Promise.all(names.map((name) => submit(sign(registration(name), revoker))));
        expect(all).toEqual(names.map(() => [APPLIED]));
      });

      test("of one intent by two ports at the same time take effect once", async () => {
        const other = await fixture.connect();
        const signed = sign(registration("a"), revoker);
        const both = await Promise.all([port.submit([signed]), other.submit([signed])]);
        await fixture.settle();
        const kept = await Promise.all(both.map(async ({ block }) => block === null || stands(block)));
        // Two nodes of a network can each have it in a block of their own, until one block replaces the other.
        if (kept.every(Boolean)) {
          expect(both.map(({ outcomes }) => outcomes)).toEqual(
            expect.toBeOneOf([
              [[APPLIED], [ALREADY]],
              [[ALREADY], [APPLIED]],
            ]),
          );
        }
        await submit(signed);
        const events = (await readAll(null, 1_000)).slice(BEGINNING_LENGTH);
        expect(events.map(bodyOf)).toEqual([{ type: "consent-registered", consent: consentOf("a") }]);
      });

      test("of many consents take effect one by one, whoever else brings some of them", async () => {
        const names = ["a", "b", "c", "d", "e"];
        const list = (from: number, to: number): readonly SignedIntent[] =>
          names.slice(from, to).map((name) => sign(registration(name), revoker));
        const other = await fixture.connect();
        const [mine, theirs] = await Promise.all([port.submit(list(0, 4)), other.submit(list(1, 5))]);
        await fixture.settle();
        const kept = await Promise.all(
          [mine, theirs].map(async ({ block }) => block === null || stands(block)),
        );
        const both = [1, 2, 3].map((i) => [mine.outcomes[i], theirs.outcomes[i - 1]]);
        expect([mine.outcomes[0], theirs.outcomes[3]]).toEqual([APPLIED, APPLIED]);
        // As above, where blocks replace each other.
        for (const pair of kept.every(Boolean) ? both : []) {
          expect(pair).toEqual(
            expect.toBeOneOf([
              [APPLIED, ALREADY],
              [ALREADY, APPLIED],
            ]),
          );
        }
        await submit(...list(0, 5));
        // What cannot be taken stands between what can; what was revoked above does not come back.
        expect(
          await submit(
            revocation("a"),
            revocation("nothing"),
            revocation("b", stranger),
            revocation("c"),
            revocation("c"),
            ...list(0, 2),
            { ...sign(registration("f"), revoker), signatures: [new Uint8Array(64)] },
            sign(registration("f"), stranger),
            sign(registration("f"), revoker),
            revocation("f"),
            sign(registration("f"), revoker),
          ),
        ).toEqual([
          APPLIED,
          refused("unknown-consent"),
          refused("bad-signature"),
          APPLIED,
          ALREADY,
          refused("consent-revoked"),
          ALREADY,
          refused("bad-signature"),
          refused("bad-signature"),
          APPLIED,
          APPLIED,
          refused("consent-revoked"),
        ]);
        const events = (await readAll(null, 1_000)).slice(BEGINNING_LENGTH).map(bodyOf);
        expect(events.slice(0, 5).toSorted(byConsent)).toEqual(
          names.map((name) => ({ type: "consent-registered", consent: consentOf(name) })).toSorted(byConsent),
        );
        expect(events.slice(5)).toEqual([
          { type: "consent-revoked", consent: consentOf("a") },
          { type: "consent-revoked", consent: consentOf("c") },
          { type: "consent-registered", consent: consentOf("f") },
          { type: "consent-revoked", consent: consentOf("f") },
        ]);
      });

      test("of one port are seen by another", async () => {
        await submit(sign(registration("a"), revoker));
        const other = await fixture.connect();
        expect((await other.submit([sign(registration("a"), revoker)])).outcomes).toEqual([ALREADY]);
      });
    });

    describe("events", () => {
      /** Seven submissions with idle blocks between them; their events in order. */
      async function history(): Promise<readonly unknown[]> {
        const steps: readonly (readonly SignedIntent[])[] = [
          [sign(committee(), south, north), sign(doctor(), north)],
          [sign(registration("a"), revoker), sign(registration("b"), revoker)],
          [sign(batch(1), north), sign(batch(2), north), sign(logHead(7), south)],
          [sign({ ...logHead(7), organisation: south.id }, south)],
          [revocation("a")],
          [sign(endpoint(1), north), sign(doctor({ version: 2, active: false }), north)],
        ];
        for (const step of steps) {
          await submit(...step);
          await fixture.advance(1);
        }
        const { type: _c, ...adopted } = committee();
        const { type: _d, ...set } = doctor();
        const { type: _b, ...first } = batch(1);
        const { type: _s, ...second } = batch(2);
        const { type: _l, ...head } = logHead(7, { organisation: south.id });
        const { type: _e, ...moved } = endpoint(1);
        return [
          ...beginningOf(fixture.parameters),
          { type: "committee-adopted", ...adopted },
          { type: "actor-set", ...set },
          { type: "consent-registered", consent: consentOf("a") },
          { type: "consent-registered", consent: consentOf("b") },
          { type: "batch-anchored", ...first },
          { type: "batch-anchored", ...second },
          { type: "log-head-anchored", ...head },
          { type: "consent-revoked", consent: consentOf("a") },
          { type: "endpoint-set", ...moved },
          { type: "actor-set", ...set, version: 2, active: false },
        ];
      }

      test("come in order, once, whatever the size of the pages and wherever one starts again", async () => {
        const expected = await history();
        const whole = await readAll(null, 10_000);
        expect(whole.map(bodyOf)).toEqual(expected);
        for (const size of [1, 2, 3])
          expect((await readAll(null, size)).slice(0, whole.length)).toEqual(whole);
        for (const [i, event] of whole.entries()) {
          const previous = whole[i - 1];
          if (previous === undefined || previous.block < event.block) expect(event.index).toBe(0);
          else expect([event.block, event.index]).toEqual([previous.block, previous.index + 1]);
          expect(event.time).toBe((await port.blockAt(event.block))?.time);
        }
        const middle = whole[6];
        const rest = await readAll({ number: middle?.block ?? -1, hash: middle?.blockHash ?? "0x" }, 2);
        expect(rest).toEqual(whole.filter(({ block }) => block > (middle?.block ?? -1)));
      });

      test("name the blocks that a fork is found with", async () => {
        await history();
        const sure = await settledHead();
        const page = await port.events(null, 10_000);
        if (page.status !== "ok") return expect.unreachable("the beginning is not replaced");
        expect(page.recent.length).toBeGreaterThan(0);
        expect(page.recent.length).toBeLessThanOrEqual(64);
        const { time: _, ...last } = page.upTo;
        expect(page.recent.at(-1)).toEqual(last);
        for (const [i, block] of page.recent.entries()) {
          if (i > 0) expect(block.number).toBe((page.recent[i - 1]?.number ?? 0) + 1);
          if (block.number <= sure.number) expect(await stands(block)).toBe(true);
        }
      });

      test("after the head are none, and the cursor stays or moves on with the chain", async () => {
        const { number, hash } = await settledHead();
        const page = await port.events({ number, hash }, 100);
        expect(page.status === "ok" && page.events).toEqual([]);
        expect(page.status === "ok" && page.upTo.number).toBeGreaterThanOrEqual(number);
      });

      test("after a place that never was are answered with `reorganised`", async () => {
        const { number, hash } = await port.head();
        const other = named<Hash32>("no block");
        expect(await port.events({ number, hash: other }, 100)).toEqual({ status: "reorganised" });
        expect(await port.events({ number: number + 1_000_000, hash }, 100)).toEqual({
          status: "reorganised",
        });
      });

      test("of blocks that were replaced are gone, and the cursor says so", async (context) => {
        const { reorganise } = fixture;
        if (typeof reorganise === "string") return context.skip(reorganise);
        await submit(sign(registration("kept"), revoker));
        await fixture.advance(3);
        const fork = await port.head();
        const lost = await port.submit([sign(registration("lost"), revoker)]);
        if (lost.block === null) return expect.unreachable("an applied intent stands in a block");
        await reorganise(fork.number);

        expect(await port.events(lost.block, 100)).toEqual({ status: "reorganised" });
        expect((await port.blockAt(lost.block.number))?.hash).not.toBe(lost.block.hash);
        const common = await port.blockAt(fork.number);
        expect(common?.hash).toBe(fork.hash);
        expect((await readAll(fork, 100)).map(bodyOf)).toEqual([]);

        expect(await submit(sign(registration("kept"), revoker))).toEqual([ALREADY]);
        expect(await submit(sign(registration("lost"), revoker))).toEqual([APPLIED]);
        expect((await readAll(fork, 100)).map(bodyOf)).toEqual([
          { type: "consent-registered", consent: consentOf("lost") },
        ]);
      });
    });

    describe("head", () => {
      test("moves on, never back in time, and is a block of the chain", async () => {
        const before = await settledHead();
        await fixture.advance(2);
        const after = await settledHead();
        expect(after.number).toBeGreaterThanOrEqual(before.number + 2);
        expect(after.time).toBeGreaterThanOrEqual(before.time);
        expect(after.confirmedAt).toBeGreaterThanOrEqual(before.confirmedAt);
        expect(await stands(after)).toBe(true);
        expect(await stands(before)).toBe(true);
      });

      test("has nothing above it", async () => {
        const { number } = await port.head();
        expect(await port.blockAt(number + 1_000_000)).toBeNull();
      });
    });

    test("an engine that does not answer is `ledger-unavailable`, on every method", async () => {
      await fixture.silence();
      const unavailable = { code: "ledger-unavailable" };
      await Promise.all([
        expect(port.head()).rejects.toMatchObject(unavailable),
        expect(port.blockAt(0)).rejects.toMatchObject(unavailable),
        expect(port.events(null, 10)).rejects.toMatchObject(unavailable),
        expect(port.submit([sign(registration("a"), revoker)])).rejects.toMatchObject(unavailable),
      ]);
    });
  });
}

function byConsent(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** The other signature that recovers to the same key: n - s and the other v. */
function highS(signature: Uint8Array): Uint8Array {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = BigInt(`0x${Buffer.from(signature.subarray(32, 64)).toString("hex")}`);
  const other = Buffer.from((order - s).toString(16).padStart(64, "0"), "hex");
  return Uint8Array.of(...signature.subarray(0, 32), ...other, signature[64] === 27 ? 28 : 27);
}
