import { auditRoutes } from "@anamnesis/api/routes/audit";
import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { formatAddCheckpoint } from "@anamnesis/core/audit/addCheckpoint";
import { parseCheckpoint, signCheckpoint, verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { verifyCosignatures } from "@anamnesis/core/audit/cosignature";
import { logOrigin, witnessName } from "@anamnesis/core/audit/logOrigin";
import { rootIn } from "@anamnesis/core/audit/merkleTree";
import { decodeEntryBundle, formatTilePath, withTiles } from "@anamnesis/core/audit/tiles";
import { fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { decodeEvidence, encodeEvidence } from "@anamnesis/core/evidence/evidence";
import { verifyEvidence } from "@anamnesis/core/evidence/verifyEvidence";
import { hasCode } from "@anamnesis/core/errors";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import type { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { MemoryReceiptLog } from "@anamnesis/storage/receiptLog/memoryReceiptLog";
import { sha256 } from "@noble/hashes/sha2.js";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { anchorLogHead } from "../anchor/anchorLogHead.ts";
import type { NodeContext } from "../context.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { keepKeyCard } from "../directory/keyCards.ts";
import { createServer } from "../http/server.ts";
import { followLedger } from "../indexer/followLedger.ts";
import { startLedger } from "../indexer/testing/ledgerFixture.ts";
import { closeTestDatabases, releaseTestDatabases } from "../indexer/testing/testDatabase.ts";
import { bytesOf, TestClock, testKeys, testNode, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { LogStanding } from "../receipts/logStanding.ts";
import { publishedCheckpoint } from "../receipts/publishedCheckpoint.ts";
import { requireWholeLog } from "../receipts/requireWholeLog.ts";
import { auditHandlers } from "../routes/auditHandlers.ts";
import { health } from "../routes/health.ts";
import { HandlerNetwork } from "../testing/handlerNetwork.ts";
import { keyRotation, membersDecide } from "../testing/membersDecide.ts";
import { addCheckpoint } from "./addCheckpoint.ts";
import { askWitnesses, witnessesOf } from "./askWitnesses.ts";
import type { MemoryWitnessStore } from "./testing/memoryWitnessStore.ts";
import { witnessedCheckpoint } from "./witnessedCheckpoint.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 60_000;
const NAMES = ["north", "south", "west"] as const;

let ledger: MemoryLedger;
let network: HandlerNetwork;
let north: TestNode;
let south: TestNode;
let west: TestNode;

/** @param parts `db` of another node, to save the start of a database where the two need not differ in what they store. */
async function startNode(
  name: string,
  parts: { readonly db?: Database; readonly receipts?: ReceiptLog } = {},
): Promise<TestNode> {
  const clock = new TestClock();
  const node = await testNode(ledger, name, { clock, fetch: network.fetch, ...parts });
  for (const member of NAMES) await keepKeyCard(node.db, testKeys(member).card);
  await followLedger(node, node.copy);
  const settings = { ...node.settings, witnesses: 1 };
  return { ...node, settings, standing: new LogStanding() };
}

function serve(node: TestNode): void {
  network.serve(`${node.name}.test`, auditHandlers(node));
}

beforeEach(async () => {
  ledger = startLedger(...NAMES);
  network = new HandlerNetwork(() => new TestClock().now());
  north = await startNode("north");
  south = await startNode("south");
  west = await startNode("west", { db: south.db });
  for (const node of [north, south, west]) serve(node);
}, LONG);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

async function append(node: { receipts: NodeContext["receipts"] }, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await node.receipts.append({ commitment: bytesOf(text), sealed: utf8ToBytes(text), tag: bytesOf("tag") });
  }
}

async function carry(node: TestNode): Promise<void> {
  await sendOutbox(node);
  await followLedger(node, node.copy);
}

const keyOf = (node: TestNode) => ({
  name: logOrigin(node.organisation),
  publicKey: node.keys.card.ed25519,
});
const witnessKey = (node: TestNode) => ({
  name: witnessName(node.organisation),
  publicKey: node.keys.card.ed25519,
});

/** A head of a log made of these entries, signed with north's key, as a request from `oldSize`. */
async function requestOf(texts: readonly string[], oldSize: number, by = north): Promise<string> {
  const log = new MemoryReceiptLog();
  await append({ receipts: log }, ...texts);
  const { size, root } = log.head();
  const key = keyOf(by);
  const checkpoint = await signCheckpoint(
    { origin: key.name, size, root: fromHex(root) },
    key.publicKey,
    by.keys.signMessage,
  );
  const proof = log.consistencyProof(Math.min(oldSize, size), size);
  return formatAddCheckpoint({ oldSize, proof, checkpoint });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no error";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("a head on its way to the ledger", () => {
  it("is cosigned by the others; the anchored digest is of the text without cosignatures", async () => {
    await append(north, "a", "b");
    expect(await anchorLogHead(north)).toBe(2);
    await carry(north);
    const published = await publishedCheckpoint(north);
    expect(verifyCheckpoint(published, keyOf(north)).size).toBe(2);
    expect(verifyCosignatures(published, [witnessKey(south), witnessKey(west)])).toHaveLength(2);
    const own = await signCheckpoint(
      parseCheckpoint(published),
      keyOf(north).publicKey,
      north.keys.signMessage,
    );
    const [anchored] = await north.db.query<{ checkpoint: string }>(
      "select checkpoint from ledger_log_heads",
    );
    expect(anchored?.checkpoint).toBe(toHex(sha256(utf8ToBytes(own))));

    await append(north, "c");
    expect(await anchorLogHead(north)).toBe(3);
    expect(await witnessedCheckpoint(south, north.organisation)).toContain("\n3\n");
    expect((await health(north, { after: -1 }, { ahead: () => [] })).checks["witnesses"]).toMatchObject({
      ok: true,
    });
  });

  it("stays here while too few witness it, and goes when one is back", async () => {
    network.stop("south.test");
    network.stop("west.test");
    await append(north, "a");
    expect(await anchorLogHead(north)).toBe(0);
    expect(north.log.events).toContain("log-head-unwitnessed");
    expect(north.log.events).toContain("log_heads_unwitnessed_total");
    expect((await health(north, { after: -1 }, { ahead: () => [] })).checks["witnesses"]).toMatchObject({
      ok: false,
    });
    expect(await north.db.query("select 1 from outbox")).toEqual([]);
    // Everything else goes on: a head can be asked for, records can be released.
    expect(verifyCheckpoint(await publishedCheckpoint(north), keyOf(north)).size).toBe(1);
    await expect(requireWholeLog(north)).resolves.toBeUndefined();
    serve(west);
    expect(await anchorLogHead(north)).toBe(1);
    const published = await publishedCheckpoint(north);
    expect(verifyCosignatures(published, [witnessKey(south), witnessKey(west)])).toHaveLength(1);
  });

  it("needs nobody in a consortium of one", async () => {
    ledger = startLedger("north");
    const alone = await startNode("north");
    await append(alone, "a");
    expect(await anchorLogHead(alone)).toBe(1);
  });

  it("counts no line that is not the witness's own over this head", async () => {
    await append(north, "a");
    const other = { ...north, receipts: new MemoryReceiptLog() };
    await append(other, "x");
    network.tamper = (host, route, answer) =>
      route !== "addCheckpoint"
        ? answer
        : host === "south.test"
          ? "nonsense"
          : (answer as string).replace("A", "B");
    expect(await anchorLogHead(north)).toBe(0);
    network.tamper = (host, route, answer) =>
      route === "addCheckpoint" && host === "south.test"
        ? `${answer as string}\u2014 stranger ${Buffer.alloc(76).toString("base64")}\n`
        : answer;
    expect(await anchorLogHead(north)).toBe(1);
    expect(await publishedCheckpoint(north)).not.toContain("stranger");
  });

  it("is cosigned again by a witness that kept it and was killed before it answered", async () => {
    await append(north, "a");
    const kept = await requestOf(["a"], 0);
    network.tamper = (_host, route, answer) => {
      if (route === "addCheckpoint") throw new TypeError("the connection ended here");
      return answer;
    };
    expect(await anchorLogHead(north)).toBe(0);
    expect(await south.witnessed.read(north.organisation)).toContain("\n1\n");
    network.tamper = (_host, _route, answer) => answer;
    expect(await anchorLogHead(north)).toBe(1);
    expect(await codeOf(addCheckpoint(south, kept))).toBe("witness-conflict");
    await append(north, "b");
    await carry(north);
    expect(await anchorLogHead(north)).toBe(2);
  });
});

describe("a witness", () => {
  it("cosigns one of many heads that are sent at once, keeps the others as evidence, and never goes back", async () => {
    const requests = await Promise.all(["a", "b", "c", "d"].map((last) => requestOf(["one", last], 0)));
    const answers = await Promise.allSettled(requests.map((request) => addCheckpoint(south, request)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "rejected",
    ]);
    const { kept } = south.witnessed as MemoryWitnessStore;
    expect(kept).toHaveLength(3);
    for (const evidence of kept) {
      expect(await verifyEvidence(decodeEvidence(encodeEvidence(evidence)))).toMatchObject({
        accused: north.organisation,
      });
    }
    expect((await health(south, { after: -1 }, { ahead: () => [] })).checks["others"]).toMatchObject({
      ok: false,
    });
    // Replayed and smaller ones.
    expect(await codeOf(addCheckpoint(south, await requestOf(["one"], 0)))).toBe("witness-conflict");
    expect(await codeOf(addCheckpoint(south, await requestOf(["one"], 1)))).toBe("witness-conflict");
    expect(await codeOf(addCheckpoint(south, await requestOf(["two", "a", "x"], 2)))).toBe("bad-consistency");
    expect(verifyCheckpoint((await south.witnessed.read(north.organisation)) ?? "", keyOf(north)).size).toBe(
      2,
    );
  });

  it("answers as the specification has it", async () => {
    const server = await createServer({
      host: "127.0.0.1",
      port: 0,
      after: -1,
      context: south,
      handlers: auditHandlers(south),
    });
    const post = async (body: string): Promise<{ status: number; type: string | null; text: string }> => {
      const answer = await fetch(`${server.url}${auditRoutes.addCheckpoint.path}`, { method: "POST", body });
      return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
    };
    try {
      const first = await requestOf(["a", "b"], 0);
      const ok = await post(first);
      expect(ok).toMatchObject({ status: 200, type: "text/plain; charset=utf-8" });
      expect(ok.text).toMatch(/^\u2014 anamnesis\/witness\/0x[0-9a-f]{64} [A-Za-z0-9+/]+=*\n$/u);
      expect(await post(first)).toEqual({ status: 409, type: "text/x.tlog.size", text: "2\n" });
      expect((await post(await requestOf(["a", "b"], 2))).status).toBe(200);
      expect((await post(await requestOf(["a", "x"], 2))).status).toBe(409);
      expect((await post(await requestOf(["a", "x", "c"], 2))).status).toBe(422);
      expect((await post(await requestOf(["a"], 3))).status).toBe(400);
      expect((await post("old 1\n")).status).toBe(400);
      const unknown = first.replaceAll(north.organisation, `0x${"9".repeat(64)}`);
      expect((await post(unknown)).status).toBe(404);
      const own = first.replaceAll(north.organisation, south.organisation);
      expect((await post(own)).status).toBe(404);
      expect((await post(first.replace("\n2\n", "\n3\n"))).status).toBe(403);
    } finally {
      await server.close();
    }
  });
});

describe("a log after a restart", () => {
  async function restarted(...texts: string[]): Promise<TestNode> {
    const receipts = new MemoryReceiptLog();
    await append({ receipts }, ...texts);
    // Database and ledger know nothing of the log: only the witnesses do.
    return startNode("north", { receipts });
  }

  beforeEach(async () => {
    await append(north, "a", "b", "c");
    expect(await anchorLogHead(north)).toBe(3);
  });

  it("releases nothing before the witnesses were asked, then goes on", async () => {
    const again = await restarted("a", "b", "c", "d");
    expect(await codeOf(requireWholeLog(again))).toBe("custody-not-ready");
    await askWitnesses(again);
    expect(await codeOf(requireWholeLog(again))).toBe("no error");
    expect(await anchorLogHead(again)).toBe(4);
  });

  it.each([
    ["behind", ["a", "b"]],
    ["empty", []],
    ["forked", ["a", "x", "c"]],
    ["forked and longer", ["a", "x", "c", "d"]],
  ])("that is %s signs nothing", async (_, texts) => {
    const again = await restarted(...texts);
    await askWitnesses(again);
    expect(again.log.events).toContain("log-rolled-back");
    expect(await codeOf(requireWholeLog(again))).toBe("log-rolled-back");
    expect(await codeOf(publishedCheckpoint(again))).toBe("log-rolled-back");
    await expect(anchorLogHead(again)).rejects.toSatisfy((error) => hasCode(error, "log-rolled-back"));
    expect((await health(again, { after: -1 }, { ahead: () => [] })).checks["receipts"]).toMatchObject({
      ok: false,
    });
    expect((await south.witnessed.read(north.organisation)) ?? "").toContain("\n3\n");
  });

  it("is found out by a witness that was away at the start", async () => {
    network.stop("south.test");
    network.stop("west.test");
    const again = await restarted("a", "b");
    await askWitnesses(again);
    expect(await codeOf(requireWholeLog(again))).toBe("no error");
    serve(west);
    await expect(anchorLogHead(again)).rejects.toSatisfy((error) => hasCode(error, "log-rolled-back"));
    expect(await codeOf(requireWholeLog(again))).toBe("log-rolled-back");
  });

  it("is not stopped by a witness that makes heads up", async () => {
    network.tamper = (_, route, answer) =>
      route === "witnessedCheckpoint" ? (answer as string).replace("\n3\n", "\n9\n") : answer;
    const again = await restarted("a", "b", "c");
    await askWitnesses(again);
    expect(again.log.events).toContain("witness-silent");
    expect(await codeOf(requireWholeLog(again))).toBe("no error");
  });
});

describe("a member whose key the others replaced", () => {
  it("is witnessed on: the head that its earlier key signed stays the one that the next extends", async () => {
    const answer = await addCheckpoint(south, await requestOf(["a"], 0));
    expect(answer).toContain(witnessName(south.organisation));
    const next = testKeys("north's next key");
    const card = { ...next.card, organisation: north.organisation };
    const { address: signer } = next;
    const rotation = keyRotation(ledger, "north", {
      secret: bytesOf("secp north's next key"),
      signer,
      keyCard: keyCardDigest(card),
    });
    await membersDecide(ledger, rotation, "south", "west");
    await keepKeyCard(south.db, card);
    await followLedger(south, south.copy);
    expect(await codeOf(addCheckpoint(south, await requestOf(["a", "b"], 1)))).toBe(
      "bad-checkpoint-signature",
    );
    const by = { ...north, keys: { ...next, card } as TestNode["keys"] };
    const held = await addCheckpoint(south, await requestOf(["a", "b"], 1, by));
    expect(held).toContain(witnessName(south.organisation));
    expect(await codeOf(addCheckpoint(south, await requestOf(["a", "other", "c"], 2, by)))).toBe(
      "bad-consistency",
    );
  });

  it("is asked for no cosignature while it is suspended", async () => {
    await membersDecide(ledger, { type: "suspend", organisation: west.organisation }, "north", "south");
    await followLedger(north, north.copy);
    expect((await witnessesOf(north)).map(({ name }) => name)).toEqual(["south"]);
  });
});

describe("tiles", () => {
  it("are served as the specification has it, and make the signed root", async () => {
    const texts = Array.from({ length: 300 }, (_, i) => `entry ${i}`);
    await append(north, ...texts);
    const server = await createServer({
      host: "127.0.0.1",
      port: 0,
      after: -1,
      context: north,
      handlers: auditHandlers(north),
    });
    const get = (path: string): Promise<Response> => fetch(`${server.url}/v1/log/${path}`);
    try {
      await askWitnesses(north);
      const answer = await get("checkpoint");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      const { size, root } = verifyCheckpoint(await answer.text(), keyOf(north));
      const computed = await withTiles(
        size,
        async (tile) => new Uint8Array(await (await get(formatTilePath(tile))).arrayBuffer()),
        (tree) => rootIn(tree, size),
      );
      expect(toHex(computed)).toBe(toHex(root));
      const bundle = await get("tile/entries/001.p/44");
      expect(bundle.headers.get("content-type")).toBe("application/octet-stream");
      expect(bundle.headers.get("cache-control")).toContain("immutable");
      const entries = decodeEntryBundle(new Uint8Array(await bundle.arrayBuffer()), 44);
      expect(entries.map(toHex)).toEqual(texts.slice(256).map((text) => toHex(bytesOf(text))));
      const full = await get("tile/0/000");
      expect((await full.arrayBuffer()).byteLength).toBe(8192);
      for (const path of [
        "0/001",
        "0/001.p/45",
        "0/002",
        "1/000",
        "1/000.p/2",
        "2/000.p/1",
        "0/0",
        "x",
        "entries/001",
      ]) {
        const missing = await get(`tile/${path}`);
        expect([path, missing.status, missing.headers.get("cache-control")]).toEqual([path, 404, "no-store"]);
      }
      expect((await get("tile/1/000.p/1")).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});
