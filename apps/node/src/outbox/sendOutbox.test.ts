import { toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest } from "@anamnesis/core/ids";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { followLedger } from "../indexer/followLedger.ts";
import { batchIntent, consentOf, enqueue, outboxOf, startLedger } from "../indexer/testing/ledgerFixture.ts";
import { closeTestDatabases, releaseTestDatabases } from "../indexer/testing/testDatabase.ts";
import { bytesOf, testNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "./sendOutbox.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

describe("sendOutbox", () => {
  it("sends revocations first, in one submission", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const [a, b] = [consentOf(ledger, "a"), consentOf(ledger, "b")];
    await ledger.connect().submit([a.register]);
    await enqueue(node, b.register, batchIntent(node, 1), a.revoke);
    const sent: string[][] = [];
    const port: LedgerPort = {
      ...node.ledger,
      submit: (intents) => {
        sent.push(intents.map(({ intent }) => intent.type));
        return node.ledger.submit(intents);
      },
    };
    expect(await sendOutbox({ ...node, ledger: port })).toEqual({ taken: 3, done: 3, refused: 0 });
    expect(sent).toEqual([["RevokeConsent", "RegisterConsent", "AnchorBatch"]]);
    expect(await sendOutbox(node)).toEqual({ taken: 0, done: 0, refused: 0 });
  });

  it("stores a wish once", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await enqueue(node, batchIntent(node, 1, "first"), batchIntent(node, 1, "second"));
    await sendOutbox(node);
    await enqueue(node, batchIntent(node, 1, "third"));
    await followLedger(node, node.copy);
    expect(await outboxOf(node.db)).toHaveLength(1);
    expect((await node.copy.batch(node.organisation, 1))?.root).toBe(toHex(bytesOf("root 1 first")));
  });

  it("keeps a refusal with its code, and tries again when the wish comes anew", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const consent = consentOf(ledger, "a");
    const forged = { ...consent.register, signatures: [new Uint8Array(65)] };
    await enqueue(node, forged, batchIntent(node, 1));
    expect(await sendOutbox(node)).toEqual({ taken: 2, done: 1, refused: 1 });
    expect(await outboxOf(node.db)).toMatchObject([
      { state: "refused", refusal: "bad-signature" },
      { state: "done" },
    ]);
    expect(node.log.events).toContain("intent-refused");
    await enqueue(node, consent.register);
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 1, refused: 0 });
  });

  it("leaves all rows when the engine does not answer, whether or not it took them", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const consent = consentOf(ledger, "a");
    await enqueue(node, consent.register, batchIntent(node, 1));
    ledger.setAnswering(false);
    expect(await sendOutbox(node)).toEqual({ taken: 2, done: 0, refused: 0 });
    expect(await outboxOf(node.db)).toMatchObject([
      { state: "pending", attempts: 1 },
      { state: "pending", attempts: 1 },
    ]);
    ledger.setAnswering(true);
    const lostAnswer: LedgerPort = {
      ...node.ledger,
      submit: async (intents) => {
        await node.ledger.submit(intents);
        throw new AnamnesisError({ code: "ledger-unavailable", rule: "Gone.", fix: "Wait." });
      },
    };
    expect(await sendOutbox({ ...node, ledger: lostAnswer })).toMatchObject({ done: 0 });
    expect(await sendOutbox(node)).toEqual({ taken: 2, done: 2, refused: 0 });
    expect((await followLedger(node, node.copy)).events).toBe(8);
  });

  it("lets a revocation wait for its registration, without stopping others", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const consent = consentOf(ledger, "a");
    await enqueue(node, consent.revoke, batchIntent(node, 1));
    expect(await sendOutbox(node)).toEqual({ taken: 2, done: 1, refused: 0 });
    // At once the first time, since its registration may have gone with it; then ever more rarely.
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 0, refused: 0 });
    expect(await sendOutbox(node)).toEqual({ taken: 0, done: 0, refused: 0 });
    node.testClock.time += 1;
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 0, refused: 0 });
    node.testClock.time += 1;
    expect(await sendOutbox(node)).toEqual({ taken: 0, done: 0, refused: 0 });
    await ledger.connect().submit([consent.register]);
    await followLedger(node, node.copy);
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 1, refused: 0 });
    await followLedger(node, node.copy);
    expect((await node.copy.consent(consent.id)).status).toBe("revoked");
  });

  it("lets a batch wait while the one before it is being sent again", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await enqueue(node, batchIntent(node, 2));
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 0, refused: 0 });
    expect(await outboxOf(node.db)).toMatchObject([{ state: "pending", refusal: null }]);
    await ledger.connect().submit([batchIntent(node, 1)]);
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 1, refused: 0 });
  });

  it("is done with a head of the log that a larger one has overtaken on the ledger, also one that its database does not know", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const { organisation } = node;
    const head = (size: number) => {
      const [root, checkpoint] = [toHex(bytesOf(`root ${size}`)), toHex<Digest>(bytesOf(`text ${size}`))];
      return node.signed({ type: "AnchorLogHead", organisation, size, root, checkpoint });
    };
    // As in a database that was restored from a backup of before the larger one was signed.
    await ledger.connect().submit([head(2)]);
    await enqueue(node, head(1));
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 0, refused: 0 });
    await followLedger(node, node.copy);
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 1, refused: 0 });
    await followLedger(node, node.copy);
    expect(await outboxOf(node.db)).toMatchObject([{ state: "done", refusal: null }]);
  });

  it("keeps the refusal of a head that differs from one of its size on the ledger", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const { organisation } = node;
    const head = (name: string) => {
      const [root, checkpoint] = [toHex(bytesOf(`root ${name}`)), toHex<Digest>(bytesOf(`text ${name}`))];
      return node.signed({ type: "AnchorLogHead", organisation, size: 2, root, checkpoint });
    };
    await ledger.connect().submit([head("of another log")]);
    await enqueue(node, head("of this log"));
    await followLedger(node, node.copy);
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 0, refused: 1 });
    expect(await outboxOf(node.db)).toMatchObject([{ state: "refused", refusal: "log-fork" }]);
  });

  it("is done with a registration that stood before its revocation, once its copy shows it", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const consent = consentOf(ledger, "a");
    await ledger.connect().submit([consent.register]);
    // As after a reorganisation that put the registration back: both go again, the revocation first.
    await enqueue(node, consent.register, consent.revoke);
    expect(await sendOutbox(node)).toEqual({ taken: 2, done: 1, refused: 0 });
    expect(await outboxOf(node.db)).toMatchObject([{ state: "pending" }, { state: "done" }]);
    await followLedger(node, node.copy);
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 1, refused: 0 });
    expect(await outboxOf(node.db)).toMatchObject([{ state: "done", refusal: null }, { state: "done" }]);
    expect(node.log.events).not.toContain("intent-refused");
  });

  it("takes at most 256 at a time and asks to be woken for the rest", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    for (let i = 0; i < 300; i++) await enqueue(node, batchIntent(node, i + 1));
    expect(await sendOutbox(node)).toEqual({ taken: 256, done: 256, refused: 0 });
    expect(node.woken).toEqual(["indexer", "outbox"]);
    expect(await sendOutbox(node)).toEqual({ taken: 44, done: 44, refused: 0 });
  });

  it("sends as many as a block of the engine holds, and the rest after them", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    for (let i = 0; i < 10; i++) await enqueue(node, batchIntent(node, i + 1));
    const sent: number[] = [];
    const small: LedgerPort = {
      ...node.ledger,
      submit: async (intents) => {
        sent.push(intents.length);
        if (intents.length <= 3) return node.ledger.submit(intents);
        throw new AnamnesisError({ code: "submission-too-large", rule: "Too many.", fix: "Send fewer." });
      },
    };
    expect(await sendOutbox({ ...node, ledger: small })).toEqual({ taken: 10, done: 2, refused: 0 });
    expect(sent).toEqual([10, 5, 2]);
    for (let left = 8; left > 0;) left -= (await sendOutbox({ ...node, ledger: small })).done;
    expect(await outboxOf(node.db)).toEqual(
      Array.from({ length: 10 }, (): unknown => expect.objectContaining({ state: "done", refusal: null })),
    );
  });
});
