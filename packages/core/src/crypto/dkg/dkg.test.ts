import { describe, expect, it } from "vitest";
import { AnamnesisError } from "../../errors.ts";
import { fromHex, toHex } from "../../encoding/bytes.ts";
import type { Digest, OrganisationId } from "../../ids.ts";
import { releaseShares } from "../dleq.ts";
import { ed25519PublicKey, ed25519Sign } from "../ed25519.ts";
import { openWithShares } from "../openWithShares.ts";
import { encapsulate } from "../tdh2.ts";
import { answerRound1 } from "./answerRound1.ts";
import { assembleCertificate } from "./assembleCertificate.ts";
import { certificateBody, committeeCertificate, committeeKeyId, verifyCertificate } from "./certificate.ts";
import { dkgPart } from "./certificatePart.ts";
import { DkgCulprit } from "./culprit.ts";
import { findEquivocation } from "./findEquivocation.ts";
import { type DkgOutcome, finishDkg } from "./finishDkg.ts";
import { judgeComplaint } from "./judgeComplaint.ts";
import {
  dkgComplaint,
  dkgRound1,
  dkgRound2,
  type Round1Body,
  type Round2Body,
  signMessage,
} from "./messages.ts";
import { settleEcho } from "./settleEcho.ts";
import { sealShare } from "./sealedShare.ts";
import { checkSetup, dkgSetup, type DkgSetup } from "./setup.ts";
import { type DkgState, startDkg } from "./startDkg.ts";
import { verifyRound1 } from "./verifyRound1.ts";
import { verifyRound2 } from "./verifyRound2.ts";

const random = (length: number): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(length));

interface Party {
  readonly organisation: OrganisationId;
  readonly secret: Uint8Array;
}

const parties = (n: number): Party[] =>
  Array.from({ length: n }, (_, i) => ({
    organisation: toHex<OrganisationId>(random(32)),
    secret: random(32).fill(i, 0, 1),
  }));

const setupOf = (members: readonly Party[], threshold: number): DkgSetup => ({
  run: random(32),
  threshold,
  participants: members.map(({ organisation, secret }) => ({
    organisation,
    ed25519: ed25519PublicKey(secret),
  })),
});

const signerOf = (party: Party | undefined) => (digest: Uint8Array) =>
  ed25519Sign(digest, (party as Party).secret);

interface Run {
  readonly members: readonly Party[];
  readonly setup: DkgSetup;
  readonly states: readonly DkgState[];
  readonly round1: Uint8Array[];
  readonly round2: Uint8Array[];
}

async function begin(members: readonly Party[], threshold: number): Promise<Run> {
  const setup = setupOf(members, threshold);
  const started = await Promise.all(
    members.map((party, i) => startDkg({ setup, self: i + 1, sign: signerOf(party), random })),
  );
  return {
    members,
    setup,
    states: started.map((s) => s.state),
    round1: started.map((s) => s.message),
    round2: [],
  };
}

async function secondRound(run: Run): Promise<Run> {
  const round2: Uint8Array[] = [];
  for (const state of run.states) round2.push((await answerRound1({ state, messages: run.round1 })).message);
  return { ...run, round2 };
}

type Done = Extract<DkgOutcome, { status: "done" }>;

async function finish(run: Run): Promise<Done[]> {
  const outcomes: Done[] = [];
  for (const state of run.states) {
    const outcome = await finishDkg({ state, round1: run.round1, round2: run.round2 });
    if (outcome.status !== "done")
      throw new AnamnesisError({ code: "test", rule: "A complaint came.", fix: "-" });
    outcomes.push(outcome);
  }
  return outcomes;
}

const whole = async (members: readonly Party[], threshold: number): Promise<Done[]> =>
  finish(await secondRound(await begin(members, threshold)));

/** Signs a changed body again with the sender's own key: what a cheating participant can do. */
function cheat1(run: Run, sender: number, change: (body: Round1Body) => Partial<Round1Body>): Uint8Array {
  const { body } = dkgRound1.message.decode(run.round1[sender - 1] as Uint8Array);
  return signMessage(dkgRound1, { ...body, ...change(body) }, signerOf(run.members[sender - 1]));
}

function cheat2(run: Run, sender: number, change: (body: Round2Body) => Partial<Round2Body>): Uint8Array {
  const { body } = dkgRound2.message.decode(run.round2[sender - 1] as Uint8Array);
  return signMessage(dkgRound2, { ...body, ...change(body) }, signerOf(run.members[sender - 1]));
}

function replaced(messages: readonly Uint8Array[], sender: number, message: Uint8Array): Uint8Array[] {
  return messages.map((original, i) => (i === sender - 1 ? message : original));
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a run without cheating", () => {
  it.each([
    [2, 2],
    [2, 3],
    [3, 5],
    [7, 10],
  ])("%i of %i: any t shares open a ciphertext, t - 1 do not", { timeout: 30_000 }, async (threshold, n) => {
    const outcomes = await whole(parties(n), threshold);
    const bodies = outcomes.map((outcome) => outcome.certificate);
    expect(new Set(bodies.map((body) => certificateBody.digest(body))).size).toBe(1);
    const [body] = bodies as [(typeof bodies)[0]];
    const certificate = assembleCertificate(
      body,
      outcomes.map((outcome) => outcome.part),
    );
    expect(verifyCertificate(committeeCertificate.decode(committeeCertificate.encode(certificate)))).toEqual(
      body,
    );
    expect(committeeKeyId(body)).toMatch(/^0x[0-9a-f]{64}$/);

    const { U, G } = encapsulate({ committeeKey: body.publicKey, random });
    const context = random(32);
    const answers = outcomes.map(({ share }, i) => {
      const verificationShare = body.verificationShares[i] as Uint8Array;
      return {
        index: i + 1,
        verificationShare,
        ...releaseShares({ share, verificationShare, points: [U], context, random }),
      };
    });
    const open = (used: typeof answers) => openWithShares({ threshold, points: [U], context, answers: used });
    expect(open(answers.slice(0, threshold))).toEqual({ G: [G], culprits: [] });
    expect(open(answers.slice(-threshold).reverse())).toEqual({ G: [G], culprits: [] });
    expect(() => open(answers.slice(1, threshold))).toThrow(
      expect.objectContaining({ code: "too-few-shares" }),
    );
  });

  it("refuses thresholds and participants that make no committee", () => {
    const [a, b, c] = parties(3) as [Party, Party, Party];
    const code = (members: Party[], t: number) =>
      (errorOf(() => checkSetup(setupOf(members, t))) as AnamnesisError).code;
    expect(code([a, b, c], 1)).toBe("bad-threshold");
    expect(code([a, b, c], 4)).toBe("bad-threshold");
    expect(code(parties(11), 2)).toBe("bad-threshold");
    expect(code([a, b, a], 2)).toBe("bad-participants");
    expect(code([a, b, { ...c, organisation: a.organisation }], 2)).toBe("bad-participants");
  });
});

describe("round 1", () => {
  it("names the sender of every bad message, and a run without it succeeds", async () => {
    const members = parties(4);
    const run = await begin(members, 2);
    const foreign = await begin(members, 2);
    const flip = (bytes: Uint8Array) => bytes.with(-1, (bytes.at(-1) as number) ^ 1);
    const cases: [string, Uint8Array, boolean][] = [
      ["malformed", new Uint8Array(5), false],
      ["malformed", run.round1[0] as Uint8Array, false],
      ["signature", flip(run.round1[2] as Uint8Array), false],
      ["setup", foreign.round1[2] as Uint8Array, true],
      ["malformed", cheat1(run, 3, () => ({ sender: 1 })), true],
      [
        "commitment",
        cheat1(run, 3, (b) => ({ commitment: [...b.commitment, b.commitment[0] as Uint8Array] })),
        true,
      ],
      [
        "commitment",
        cheat1(run, 3, (b) => ({ commitment: [b.commitment[0] as Uint8Array, new Uint8Array(33)] })),
        true,
      ],
      ["proof-of-knowledge", cheat1(run, 3, (b) => ({ proofOfKnowledge: flip(b.proofOfKnowledge) })), true],
      ["proof-of-knowledge", cheat1(run, 3, (b) => ({ commitment: [...b.commitment].reverse() })), true],
    ];
    for (const [fault, message, provable] of cases) {
      const error = errorOf(() => verifyRound1(run.setup, replaced(run.round1, 3, message)));
      // A message of another sender under this one's name fails at the signature.
      const expected = message === run.round1[0] ? "signature" : fault;
      expect(error).toBeInstanceOf(DkgCulprit);
      expect(error).toMatchObject({ code: "dkg-culprit", meta: { index: 3, fault: expected, provable } });
    }
    const missing = errorOf(() => verifyRound1(run.setup, run.round1.slice(0, 3)));
    expect(missing).toMatchObject({
      code: "dkg-culprit",
      meta: { index: 4, fault: "malformed", provable: false },
    });

    const without = members.filter((_, i) => i !== 2);
    expect(await whole(without, 2)).toHaveLength(3);
  });

  it("names a participant to whose run key nothing can be sealed", async () => {
    const run = await begin(parties(3), 2);
    const round1 = replaced(
      run.round1,
      2,
      cheat1(run, 2, () => ({ runKey: new Uint8Array(1216).fill(255) })),
    );
    const answer = answerRound1({ state: run.states[0] as DkgState, messages: round1 });
    await expect(answer).rejects.toMatchObject({ code: "dkg-culprit", meta: { index: 2, fault: "run-key" } });
  });

  it("finds who sent two different messages, by the echo", async () => {
    const run = await begin(parties(3), 2);
    const other = (await startDkg({ setup: run.setup, self: 3, sign: signerOf(run.members[2]), random }))
      .message;
    // Participant 3 sent `other` to participant 2 alone.
    const seenBy2 = replaced(run.round1, 3, other);
    const round2 = [
      (await answerRound1({ state: run.states[0] as DkgState, messages: run.round1 })).message,
      (await answerRound1({ state: run.states[1] as DkgState, messages: seenBy2 })).message,
      (await answerRound1({ state: run.states[2] as DkgState, messages: run.round1 })).message,
    ];
    const error = errorOf(() => verifyRound2(run.setup, run.round1, round2));
    expect(error).toMatchObject({ code: "dkg-echo", meta: { index: 2, about: 3 } });
    const settle = (shown: Uint8Array | null) =>
      settleEcho({
        setup: run.setup,
        index: 2,
        about: 3,
        round2: round2[1] as Uint8Array,
        received: run.round1[2] as Uint8Array,
        shown,
      });
    const equivocation = settle(other);
    expect(equivocation).toMatchObject({ index: 3, fault: "equivocation", evidence: [run.round1[2], other] });
    expect(settle(null)).toMatchObject({ index: 2, fault: "echo" });
    expect(settle(run.round1[2] as Uint8Array)).toMatchObject({ index: 2, fault: "echo" });
  });

  it("does not take one message twice, or an unsigned one, for equivocation", async () => {
    const run = await begin(parties(2), 2);
    const message = run.round1[0] as Uint8Array;
    const find = (other: Uint8Array) =>
      findEquivocation({ setup: run.setup, round: 1, from: 1, messages: [message, other] });
    expect(find(message.slice())).toBeNull();
    expect(find(message.with(-1, (message.at(-1) as number) ^ 1))).toBeNull();
  });
});

describe("round 2", () => {
  it("names the sender of a malformed message and finds two different ones", async () => {
    const run = await secondRound(await begin(parties(3), 2));
    const shuffled = cheat2(run, 2, (b) => ({ shares: [...b.shares].reverse() }));
    const fewer = cheat2(run, 2, (b) => ({ shares: b.shares.slice(1) }));
    for (const message of [shuffled, fewer]) {
      const error = errorOf(() => verifyRound2(run.setup, run.round1, replaced(run.round2, 2, message)));
      expect(error).toMatchObject({
        code: "dkg-culprit",
        meta: { index: 2, fault: "malformed", provable: true },
      });
    }
    const messages = [run.round2[1] as Uint8Array, shuffled] as const;
    expect(findEquivocation({ setup: run.setup, round: 2, from: 2, messages })).toMatchObject({
      index: 2,
      fault: "equivocation",
      evidence: messages,
    });
  });

  it.each(["does not open", "contradicts the commitments"])(
    "names who sealed a share that %s",
    async (kind) => {
      const run = await secondRound(await begin(parties(3), 2));
      const { runKey } = dkgRound1.message.decode(run.round1[0] as Uint8Array).body;
      const wrong = await sealShare({
        setup: run.setup,
        sender: 2,
        recipient: 1,
        runKey,
        share: random(32).fill(1, 0, 1),
      });
      const cheated = cheat2(run, 2, (b) => ({
        shares: b.shares.map((share) =>
          share.recipient !== 1
            ? share
            : {
                recipient: 1,
                enc: wrong.enc,
                ciphertext: kind === "does not open" ? share.ciphertext : wrong.ciphertext,
              },
        ),
      }));
      const round2 = replaced(run.round2, 2, cheated);
      const outcome = await finishDkg({ state: run.states[0] as DkgState, round1: run.round1, round2 });
      expect(outcome).toMatchObject({ status: "complaint", accused: 2 });
      if (outcome.status !== "complaint") return;
      const { setup, round1 } = run;
      const judged = await judgeComplaint({
        setup,
        round1,
        round2,
        accuser: 1,
        complaint: outcome.complaint,
      });
      expect(judged).toMatchObject({ index: 2, fault: "share", meta: { provable: true } });
      expect((run.states[0] as DkgState).runSeed).toEqual(new Uint8Array(32));

      const without = run.members.filter((_, i) => i !== 1);
      expect(await whole(without, 2)).toHaveLength(2);
    },
  );

  it("turns a false complaint against its sender", async () => {
    const run = await secondRound(await begin(parties(3), 2));
    const { setup, round1, round2 } = run;
    const accuse = (seed: Uint8Array, accused: number) =>
      signMessage(
        dkgComplaint,
        { setup: dkgSetup.digest(setup), sender: 1, accused, seed },
        signerOf(run.members[0]),
      );
    const seed = (run.states[0] as DkgState).runSeed;
    const falsely = [accuse(seed, 2), accuse(random(32), 2), accuse(seed, 1), accuse(seed, 9)];
    for (const complaint of falsely) {
      const judged = await judgeComplaint({ setup, round1, round2, accuser: 1, complaint });
      expect(judged).toMatchObject({ index: 1, fault: "false-complaint" });
    }
  });
});

describe("order of steps", () => {
  it("refuses a step too early, twice, or on other messages", async () => {
    const run = await begin(parties(2), 2);
    const { setup, round1 } = run;
    const [first, second] = run.states as [DkgState, DkgState];
    const order = { code: "dkg-order" };
    const other = (await startDkg({ setup, self: 2, sign: signerOf(run.members[1]), random })).message;
    const { message } = await answerRound1({ state: first, messages: round1 });
    const otherMessages = replaced(round1, 2, other);
    await expect(answerRound1({ state: first, messages: otherMessages })).rejects.toMatchObject(order);
    const round2 = [message, (await answerRound1({ state: second, messages: round1 })).message];
    expect((await finishDkg({ state: first, round1, round2 })).status).toBe("done");
    await expect(answerRound1({ state: first, messages: round1 })).rejects.toMatchObject(order);
    const fresh = await startDkg({ setup, self: 2, sign: signerOf(run.members[1]), random });
    // Its run key is another, so it cannot open what was sealed for the first state: it complains, and wrongly.
    const outcome = await finishDkg({ state: fresh.state, round1, round2 });
    expect(outcome).toMatchObject({ status: "complaint", accused: 1 });
  });
});

describe("certificate", () => {
  it("names who gives no part, a wrong signature or another certificate", async () => {
    const members = parties(3);
    const outcomes = await whole(members, 2);
    const body = (outcomes[0] as Done).certificate;
    const parts = outcomes.map((outcome) => outcome.part);
    const sign = signerOf(members[1]);
    const partOf = (changed: typeof body, signature = sign(fromHex(certificateBody.digest(changed)))) =>
      dkgPart.encode({ sender: 2, body: changed, signature });
    const assemble = (part: Uint8Array) => errorOf(() => assembleCertificate(body, replaced(parts, 2, part)));
    const other = { ...body, shareEpoch: 1 };
    const meta = (fault: string) => ({ code: "dkg-culprit", meta: { index: 2, fault } });
    expect(assemble(new Uint8Array())).toMatchObject(meta("malformed"));
    expect(assemble(parts[0] as Uint8Array)).toMatchObject(meta("malformed"));
    expect(assemble(partOf(body, new Uint8Array(64)))).toMatchObject(meta("signature"));
    expect(assemble(partOf(other))).toMatchObject(meta("certificate"));
    const transcript = toHex<Digest>(random(32));
    expect(assemble(partOf({ ...body, transcript }))).toMatchObject({
      code: "dkg-transcript",
      meta: { index: 2 },
    });
  });

  it("is refused with a signature missing, or shares that do not fit Y", async () => {
    const members = parties(3);
    const outcomes = await whole(members, 2);
    const body = (outcomes[0] as Done).certificate;
    const signed = (changed: typeof body) => ({
      body: changed,
      signatures: members.map((party) => signerOf(party)(fromHex(certificateBody.digest(changed)))),
    });
    const refusal = (certificate: ReturnType<typeof signed>) => errorOf(() => verifyCertificate(certificate));
    const good = signed(body);
    expect(refusal(good)).toBeUndefined();
    const [first, second, third] = body.verificationShares as [Uint8Array, Uint8Array, Uint8Array];
    const bad = { code: "bad-certificate" };
    expect(refusal({ body, signatures: good.signatures.slice(1) })).toMatchObject({
      ...bad,
      meta: { part: "form" },
    });
    expect(refusal({ body, signatures: [...good.signatures].reverse() })).toMatchObject({
      ...bad,
      meta: { part: "signature", index: 1 },
    });
    for (const verificationShares of [
      [second, first, third],
      [first, second, first],
    ]) {
      expect(refusal(signed({ ...body, verificationShares }))).toMatchObject({
        ...bad,
        meta: { part: "shares" },
      });
    }
    expect(refusal(signed({ ...body, publicKey: first }))).toMatchObject({
      ...bad,
      meta: { part: "shares" },
    });
  });
});
