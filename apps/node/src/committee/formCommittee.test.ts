import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { combine } from "@anamnesis/core/crypto/combine";
import { releaseShares, verifyShares } from "@anamnesis/core/crypto/dleq";
import { assembleCertificate } from "@anamnesis/core/crypto/dkg/assembleCertificate";
import { committeeCertificate, committeeKeyId } from "@anamnesis/core/crypto/dkg/certificate";
import { dkgPart } from "@anamnesis/core/crypto/dkg/certificatePart";
import { dkgRound2, signMessage } from "@anamnesis/core/crypto/dkg/messages";
import type { DkgSetup } from "@anamnesis/core/crypto/dkg/setup";
import { encapsulate } from "@anamnesis/core/crypto/tdh2";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { CommitteeKeyId, Hex } from "@anamnesis/core/ids";
import { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RequestWindow } from "../access/requestWindow.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { keepKeyCard } from "../directory/keyCards.ts";
import { followLedger } from "../indexer/followLedger.ts";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
} from "../indexer/testing/testDatabase.ts";
import {
  bytesOf,
  genesisMember,
  TestClock,
  testKeys,
  testNode,
  type TestNode,
} from "../indexer/testing/testNode.ts";
import { openCustodyShare } from "../keystore/fileCustodyShare.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { clientFor } from "../replicate/nodeClient.ts";
import { adminHandlers } from "../routes/adminHandlers.ts";
import { custodyHandlers } from "../routes/custodyHandlers.ts";
import { exchangeHandlers } from "../routes/exchangeHandlers.ts";
import { HandlerNetwork } from "../testing/handlerNetwork.ts";
import { activeCommittee } from "./activeCommittee.ts";
import { DkgRuns } from "./dkgRuns.ts";
import { fetchCertificate } from "./fetchCertificate.ts";
import { formCommittee } from "./formCommittee.ts";
import { handler } from "../routes/handler.ts";

const NAMES = ["north", "south", "west"];

let clock: TestClock;
let network: HandlerNetwork;
let ledger: MemoryLedger;
let folder: string;
/** One database for the three: what they differ in stands in their share files and in memory. */
let db: Database;
let nodes: Map<string, TestNode>;
const north = (): TestNode => nodes.get("north") as TestNode;

beforeAll(async () => {
  await openTestDatabase();
  await releaseTestDatabases();
}, 60_000);
beforeEach(async () => {
  clock = new TestClock();
  network = new HandlerNetwork(() => clock.now());
  ledger = new MemoryLedger({ clock, genesis: NAMES.map(genesisMember), identity: TEST_IDENTITY });
  folder = await mkdtemp(join(tmpdir(), "committee-"));
  db = await openTestDatabase();
  nodes = new Map();
  for (const name of NAMES) nodes.set(name, await start(name));
  for (const node of nodes.values()) {
    await followLedger(node, node.copy);
    await keepKeyCard(db, node.keys.card);
  }
});
afterEach(async () => {
  await releaseTestDatabases();
  await rm(folder, { recursive: true, force: true });
});
afterAll(closeTestDatabases);

/** Again for the same name: a restart, with what is on the disk. */
async function start(name: string): Promise<TestNode> {
  const shares = await mkdtemp(join(folder, `${name}-`));
  return startIn(name, shares);
}

const folders = new Map<string, string>();

async function startIn(name: string, shares: string): Promise<TestNode> {
  folders.set(name, shares);
  const base = await testNode(ledger, name, { db, clock, fetch: network.fetch });
  const share = await openCustodyShare(shares, bytesOf(`custody ${name}`), (length) =>
    base.random.bytes(length),
  );
  const settings = { ...base.settings, admins: [toHex(bytesOf("admin"))] };
  const node: TestNode = { ...base, share, settings };
  const services = {
    window: new RequestWindow(-1),
    proofs: null as never,
    decoyReceiptKey: null as never,
    limit: null as never,
    catchUp: null as never,
  };
  network.serve(`${name}.test`, [
    ...exchangeHandlers(node, services.window),
    ...custodyHandlers(node, services, new DkgRuns(node)),
    ...adminHandlers(node),
  ]);
  return node;
}

async function adopted(by = north()): Promise<CommitteeKeyId> {
  await sendOutbox(by);
  for (const node of nodes.values()) await followLedger(node, node.copy);
  return (await activeCommittee(by))?.id ?? expect.unreachable("no committee");
}

/** Shares of these nodes release a fresh point, verify against the certificate and combine to Y^r. */
async function expectToOpen(id: CommitteeKeyId, names: readonly string[]): Promise<void> {
  const committee = await activeCommittee(north());
  const { certificate } = committee ?? expect.unreachable("no committee");
  const random = (length: number): Uint8Array => north().random.bytes(length);
  const { U, G } = encapsulate({ committeeKey: certificate.publicKey, random });
  const context = bytesOf("request");
  const shares = names.map((name) => {
    const held = nodes.get(name)?.share.held(id) ?? expect.unreachable(`${name} holds no share`);
    const verificationShare = certificate.verificationShares[held.index - 1] as Uint8Array;
    expect(held.verificationShare).toEqual(verificationShare);
    expect(held.committeeKey).toEqual(certificate.publicKey);
    const given = releaseShares({ share: held.secret, verificationShare, points: [U], context, random });
    expect(verifyShares({ verificationShare, points: [U], context, ...given })).toBe(true);
    return { index: held.index, point: given.shares[0] as Uint8Array };
  });
  expect(combine({ threshold: certificate.threshold, shares })).toEqual(G);
}

describe("formCommittee", () => {
  it("makes a key with every custodian, brings it onto the ledger, and leaves a share at each", async () => {
    await formCommittee(north(), 2);
    const id = await adopted();
    expect(await north().copy.committee()).toMatchObject({
      committee: id,
      threshold: 2,
      shareEpoch: 0,
      members: (await north().copy.members()).map((member) => member.organisation),
    });
    for (const pair of [
      ["north", "south"],
      ["south", "west"],
      ["west", "north"],
    ]) {
      await expectToOpen(id, pair);
    }
    for (const shares of folders.values()) expect(await readdir(shares)).toEqual(["share.active"]);
    const again = await startIn("south", folders.get("south") as string);
    expect(again.share.held(id)).toEqual(nodes.get("south")?.share.held(id));
  });

  it("names a participant that sends a broken message, and forms the committee without it", async () => {
    network.tamper = (host, route, answer) => {
      if (host !== "west.test" || route !== "dkgAnswer") return answer;
      const { message } = answer as { message: Uint8Array };
      const broken = Uint8Array.from(message);
      broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
      return { message: broken };
    };
    await formCommittee(north(), 2);
    const id = await adopted();
    expect(north().log.events).toContain("dkg-culprit");
    const committee = await north().copy.committee();
    expect(committee?.members.toSorted()).toEqual(
      ["north", "south"].map((name) => genesisMember(name).organisation).toSorted(),
    );
    await expectToOpen(id, ["north", "south"]);
    expect(nodes.get("west")?.share.held(id)).toBeNull();
    expect(await readdir(folders.get("west") as string)).toEqual([]);
  });

  it("names a participant whose sealed share is wrong though it signed it, by its victim's complaint", async () => {
    const { signMessage: sign } = testKeys("west");
    network.tamper = (host, route, answer) => {
      if (host !== "west.test" || route !== "dkgAnswer") return answer;
      const { body } = dkgRound2.message.decode((answer as { message: Uint8Array }).message);
      const [first, ...others] = body.shares;
      if (first === undefined) return answer;
      const ciphertext = Uint8Array.from(first.ciphertext);
      ciphertext[0] = (ciphertext[0] ?? 0) ^ 1;
      return {
        message: signMessage(dkgRound2, { ...body, shares: [{ ...first, ciphertext }, ...others] }, sign),
      };
    };
    await formCommittee(north(), 2);
    const id = await adopted();
    await expectToOpen(id, ["north", "south"]);
    expect(nodes.get("west")?.share.held(id)).toBeNull();
    expect(network.calls.filter((call) => call === "west.test dkgStart")).toHaveLength(1);
    expect(network.calls.filter((call) => call === "north.test dkgStart")).toHaveLength(2);
    for (const name of ["north", "south"]) {
      expect(await readdir(folders.get(name) as string)).toEqual(["share.active"]);
    }
  });

  it("fails without a trace when the honest are too few", async () => {
    network.tamper = (host, route, answer) =>
      host === "west.test" && route === "dkgStart" ? { message: new Uint8Array(10) } : answer;
    await expect(formCommittee(north(), 3)).rejects.toMatchObject({
      code: "too-few-custodians",
      meta: { threshold: 3, custodians: 2 },
    });
    for (const shares of folders.values()) expect(await readdir(shares)).toEqual([]);
    expect(await db.query("select 1 as one from outbox")).toEqual([]);
  });

  it("fails without a trace when a custodian does not answer, and works when it is back", async () => {
    network.stop("west.test");
    expect(await codeOf(formCommittee(north(), 2))).toBe("node-unreachable");
    for (const shares of folders.values()) expect(await readdir(shares)).toEqual([]);
    await db.query("delete from key_cards where digest = $1", [genesisMember("west").keyCard]);
    await expect(formCommittee(north(), 2)).rejects.toMatchObject({
      code: "too-few-custodians",
      meta: { organisation: genesisMember("west").organisation },
    });
    nodes.set("west", await start("west"));
    await keepKeyCard(db, testKeys("west").card);
    await formCommittee(north(), 2);
    await expectToOpen(await adopted(), ["west", "south"]);
  });

  it("keeps the key of a consortium that has one", async () => {
    await formCommittee(north(), 2);
    const id = await adopted();
    expect(await codeOf(formCommittee(north(), 2))).toBe("committee-exists");
    const client = clientFor(north(), genesisMember("south").endpoint);
    expect(await codeOf(client.call(custodyRoutes.dkgStart, {}, setupOf(NAMES)))).toBe("dkg-refused");
    expect((await activeCommittee(north()))?.id).toBe(id);
  });

  it("loses no share when two runs were committed before the ledger took one", async () => {
    await formCommittee(north(), 2);
    await formCommittee(nodes.get("south") as TestNode, 2);
    const id = await adopted();
    expect(await db.query("select 1 as one from committee_certificates")).toHaveLength(2);
    await expectToOpen(id, ["north", "west"]);
    for (const name of NAMES) {
      const again = await startIn(name, folders.get(name) as string);
      expect(again.share.held(id)).toEqual(nodes.get(name)?.share.held(id));
    }
  });
});

const setupOf = (names: readonly string[], run = bytesOf("run")): DkgSetup => ({
  run,
  threshold: 2,
  participants: names.map((name) => ({
    organisation: genesisMember(name).organisation,
    ed25519: testKeys(name).card.ed25519,
  })),
});
const keyOf = (name: string): Hex => toHex(testKeys(name).card.ed25519);

describe("a custodian's side of a run", () => {
  it("refuses strangers, strange participants and runs without itself", async () => {
    const runs = new DkgRuns(north());
    const setup = setupOf(NAMES);
    const stranger = keyOf("stranger");
    expect(await codeOf(runs.start(setup, stranger))).toBe("not-authorised");
    expect(await codeOf(runs.answer(setup, [], stranger))).toBe("not-authorised");
    expect(await codeOf(runs.finish(setup, [], [], stranger))).toBe("not-authorised");
    expect(await codeOf(runs.abort(setup, stranger))).toBe("not-authorised");
    expect(await codeOf(runs.start(setupOf([...NAMES, "stranger"]), keyOf("south")))).toBe("dkg-refused");
    const [first, second, third] = setup.participants;
    const swapped = {
      ...setup,
      participants: [first, second, { ...third, ed25519: bytesOf("other") }],
    } as DkgSetup;
    expect(await codeOf(runs.start(swapped, keyOf("south")))).toBe("dkg-refused");
    expect(await codeOf(runs.start(setupOf(["south", "west"]), keyOf("south")))).toBe("not-authorised");
    expect(await codeOf(runs.start({ ...setup, threshold: 1 }, keyOf("south")))).toBe("bad-threshold");
    const admin = clientFor(nodes.get("south") as TestNode, genesisMember("north").endpoint);
    expect(await codeOf(admin.call(adminRoutes.formCommittee, {}, { threshold: 2 }))).toBe("not-authorised");
  });

  it("goes on only in the process that began it, until its share is on the disk", async () => {
    const setup = setupOf(NAMES);
    const runs = new DkgRuns(north());
    const caller = keyOf("south");
    await runs.start(setup, caller);
    expect(await codeOf(new DkgRuns(north()).answer(setup, [], caller))).toBe("dkg-unknown-run");
    await runs.abort(setup, caller);
    expect(await codeOf(runs.answer(setup, [], caller))).toBe("dkg-unknown-run");
    expect(await codeOf(runs.finish(setup, [], [], caller))).toBe("dkg-unknown-run");
  });

  it("bounds the runs that are under way: the oldest gives way", async () => {
    const runs = new DkgRuns(north());
    const setups = ["a", "b", "c", "d", "e"].map((name) => setupOf(NAMES, bytesOf(name)));
    for (const setup of setups) await runs.start(setup, keyOf("south"));
    expect(await codeOf(runs.answer(setups[0] as DkgSetup, [], keyOf("south")))).toBe("dkg-unknown-run");
    expect(await codeOf(runs.answer(setups[1] as DkgSetup, [], keyOf("south")))).toBe("dkg-culprit");
  });

  it("takes a certificate after a restart, and never one that a custodian did not sign", async () => {
    const setup = setupOf(NAMES);
    const caller = keyOf("north");
    const runs = NAMES.map((name) => new DkgRuns(nodes.get(name) as TestNode));
    const all = <T>(work: (one: DkgRuns) => Promise<T>): Promise<T[]> => Promise.all(runs.map(work));
    const round1 = await all((one) => one.start(setup, caller));
    const round2 = await all((one) => one.answer(setup, round1, caller));
    const parts = (await all((one) => one.finish(setup, round1, round2, caller))).map(
      ({ message }) => message,
    );
    const whole = assembleCertificate(dkgPart.decode(parts[0] as Uint8Array).body, parts);
    const id = committeeKeyId(whole.body);

    const again = await startIn("south", folders.get("south") as string);
    const restarted = new DkgRuns(again);
    const signature = Uint8Array.from(whole.signatures[0] as Uint8Array);
    signature[0] = (signature[0] ?? 0) ^ 1;
    const unsigned = { ...whole, signatures: [signature, ...whole.signatures.slice(1)] };
    expect(await codeOf(restarted.commit(unsigned, caller))).toBe("bad-certificate");
    expect(again.share.held(id)).toBeNull();
    expect(await codeOf(restarted.commit(whole, caller))).toBe("no error");
    expect(again.share.held(id)?.verificationShare).toEqual(whole.body.verificationShares[1]);
  });
});

describe("fetchCertificate", () => {
  it("takes from another custodian only what the ledger names", async () => {
    await formCommittee(north(), 2);
    await sendOutbox(north());
    await followLedger(north(), north().copy);
    const [row] = await db.query<{ bytes: Uint8Array }>("select bytes from committee_certificates");
    const right = committeeCertificate.decode(row?.bytes ?? new Uint8Array());
    await db.query("delete from committee_certificates");
    expect(await activeCommittee(north())).toBeNull();
    const wrong = { ...right, signatures: right.signatures.toReversed() };
    const serve = (host: string, value: typeof right): void =>
      network.serve(host, [handler(custodyRoutes.committee, async () => value)]);
    serve("south.test", wrong);
    serve("west.test", wrong);
    await fetchCertificate(north());
    expect(await activeCommittee(north())).toBeNull();
    serve("west.test", right);
    await fetchCertificate(north());
    expect((await activeCommittee(north()))?.certificate).toEqual(right.body);
  });
});
