import { sign } from "@anamnesis/core/crypto/secp256k1";
import { decodeEvidence, encodeEvidence, type Evidence } from "@anamnesis/core/evidence/evidence";
import { type EvidenceVerdict, verifyEvidence } from "@anamnesis/core/evidence/verifyEvidence";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import type { Card } from "@anamnesis/core/segment/card";
import type { SegmentAccess } from "@anamnesis/sdk/access";
import { askCustodians } from "@anamnesis/sdk/askCustodians";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { httpSigner, type Runtime } from "@anamnesis/sdk/runtime";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RequestWindow } from "../access/requestWindow.ts";
import { keepKeyCard } from "../directory/keyCards.ts";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, testKeys, type TestNode } from "../indexer/testing/testNode.ts";
import { listReceipts } from "../receipts/listReceipts.ts";
import { custodyHandlers } from "../routes/custodyHandlers.ts";
import { exchangeHandlers } from "../routes/exchangeHandlers.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { HandlerNetwork } from "../testing/handlerNetwork.ts";
import { itemOf, type Sealed, written } from "../testing/sealedRecords.ts";
import { atOnce } from "../testing/atOnce.ts";

beforeAll(async () => {
  await openTestDatabase();
  await releaseTestDatabases();
}, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let nodes: Record<"north" | "south" | "west", TestNode>;
let network: HandlerNetwork;
let runtime: Runtime;
let consortium: Consortium;
let access: SegmentAccess;
let records: readonly Sealed[];

/** Real nodes' handlers behind a network without sockets; one database is enough, since only signatures differ. */
beforeEach(async () => {
  world = await CustodyWorld.start("north");
  const { node } = world;
  const beside = async (name: "south" | "west"): Promise<TestNode> => {
    return { ...(await world.startNode(name, node.db)), copy: node.copy };
  };
  nodes = { north: node, south: await beside("south"), west: await beside("west") };
  for (const name of ["north", "south", "west"]) await keepKeyCard(node.db, testKeys(name).card);
  network = new HandlerNetwork(() => world.clock.now());
  for (const [name, own] of Object.entries(nodes)) serve(name, own);
  const { fetch } = network;
  runtime = { fetch, now: () => world.clock.now(), random: world.random, sleep: async () => undefined };
  consortium = await loadConsortium({ runtime, endpoint: "http://north.test:80" });
  const { id, opening, owner, cards } = world.segment;
  access = {
    segment: id,
    opening,
    consent: null,
    delegation: null,
    requester: null,
    card: cards[0] as Card,
    signer: httpSigner(bytesOf("patient's http key")),
    sign: (digest) => sign(digest, owner.secret),
    keyOf: async () => null,
  };
  const first = await written(world, node);
  records = [first, await written(world, node, { previous: first.label })];
}, 60_000);

function serve(name: string, node: TestNode): void {
  const services = world.services();
  network.serve(`${name}.test`, [
    ...exchangeHandlers(node, services.window),
    ...custodyHandlers(node, services, null as never),
  ]);
}

async function ask() {
  const items = await Promise.all(records.map((sealed) => itemOf(nodes.north, sealed, world.segment)));
  const permits = [world.permit()];
  return askCustodians({
    runtime,
    consortium,
    access,
    purpose: "PATRQT",
    records: items,
    permits,
    ask: "all",
  });
}

async function verdictOn(evidence: readonly Evidence[]): Promise<EvidenceVerdict> {
  const [found] = evidence;
  if (found === undefined) throw new RangeError("no evidence");
  return verifyEvidence(decodeEvidence(encodeEvidence(found)));
}

describe("a real node that lies", () => {
  it("about its share is proven to, and the others open", async () => {
    const { share, organisation } = nodes.west;
    const another = world.shareOf(1).held(world.committee)?.secret ?? new Uint8Array();
    const held: typeof share.held = (id) => {
      const own = share.held(id);
      return own === null ? null : { ...own, secret: another };
    };
    serve("west", { ...nodes.west, share: { ...share, held } });
    const { G, culprits, evidence } = await ask();
    expect(G.every((point) => point !== null)).toBe(true);
    expect(culprits).toEqual([{ organisation, reason: "bad-proof" }]);
    expect(await verdictOn(evidence)).toMatchObject({ proven: true, accused: organisation });
  });

  it("about a header of its own is proven to", async () => {
    expect((await listRecords({ runtime, consortium, access, purpose: "PATRQT" })).withheld).toEqual([]);
    const { db, organisation } = nodes.north;
    const label = records[0]?.label ?? null;
    await db.query("update records set segment = 'hidden' where label = $1", [label]);
    const { withheld, evidence } = await listRecords({ runtime, consortium, access, purpose: "PATRQT" });
    expect(withheld).toContainEqual({ home: organisation, label, proven: true });
    expect(await verdictOn(evidence)).toMatchObject({ proven: true, accused: organisation });
  });

  it("about an entry that it promised is proven to", async () => {
    const { receipts: promised, evidence: none } = await ask();
    expect(none).toEqual([]);
    const { west } = nodes;
    const promise = promised.find(({ custodian }) => custodian === west.organisation)?.promise;
    if (promise === undefined) throw new RangeError("no promise");
    const log: ReceiptLog = west.receipts;
    const hiding = new Proxy(log, {
      get: (target, name) => {
        if (name === "find") return () => [];
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value as () => unknown).bind(target) : value;
      },
    });
    const judge = async (receipts: ReceiptLog): Promise<EvidenceVerdict> => {
      const request = world.access("receipts", { audience: west.organisation });
      const page = await listReceipts({ ...west, receipts }, atOnce(new RequestWindow(-1)), request);
      const { signature, ...statement } = page.statement;
      const accused = west.organisation;
      const indexes = page.entries.map((entry) => entry.index);
      const unlisted = { statement: { custodian: accused, ...statement }, signature, indexes };
      const { card: keyCard } = west.keys;
      return verdictOn([{ kind: "missing-entry", accused, keyCard, promise, unlisted, replaced: null }]);
    };
    expect(await judge(log)).toMatchObject({ proven: false, flaw: "no-contradiction" });
    expect(await judge(hiding)).toMatchObject({ proven: true, accused: west.organisation });
  });
});
