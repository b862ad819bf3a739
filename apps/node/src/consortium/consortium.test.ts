import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest, Hash32 } from "@anamnesis/core/ids";
import { functionOf } from "@anamnesis/core/ledger/functions";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf, type NewMember } from "@anamnesis/core/ledger/newMember";
import { DEFAULT_PARAMETERS, type ProposalAction } from "@anamnesis/core/ledger/proposal";
import { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { followLedger } from "../indexer/followLedger.ts";
import { LEDGER_TABLES } from "../indexer/rollback.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import {
  bytesOf,
  genesisMember,
  rowsOf,
  TestClock,
  testNode,
  type TestNode,
} from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { keyRotation, membersDecide } from "../testing/membersDecide.ts";
import { consortiumStatus } from "./consortiumStatus.ts";
import { propose } from "./propose.ts";
import { relayJoinRequest } from "./relayJoinRequest.ts";
import { settle } from "./settle.ts";
import { vote } from "./vote.ts";

const NAMES = ["north", "south", "west"] as const;
const secret = bytesOf("east's key");
/** What anyone may write on a ledger. */
const entrant: NewMember = {
  ...genesisMember("east"),
  signer: addressOf(publicKeyOf(secret)),
  name: "East\0\u{202e}Clinic",
};

let clock: TestClock;
let ledger: MemoryLedger;
let north: TestNode;
let south: TestNode;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  clock = new TestClock();
  ledger = new MemoryLedger({ clock, genesis: NAMES.map(genesisMember) });
  north = await testNode(ledger, "north", { clock });
  south = await testNode(ledger, "south", { clock });
  await settleAll();
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

/** What waits at the two nodes goes to the ledger, and both follow it. */
async function settleAll(): Promise<void> {
  for (const node of [north, south]) await sendOutbox(node);
  for (const node of [north, south]) await followLedger(node, node.copy);
}

const signed = (value: NewMember, by = secret) => ({
  entrant: value,
  signature: sign(intentDigest(ledger.identity, { type: "RequestJoin", ...value }), by),
});
const suspendWest = (): ProposalAction => ({
  type: "suspend",
  organisation: genesisMember("west").organisation,
});
const statusOf = async (node: TestNode, id: Hash32): Promise<ConsortiumStatus["proposals"][number]> => {
  const { proposals } = await consortiumStatus(node);
  return proposals.find(({ proposal }) => proposal === id) ?? expect.unreachable("a proposal that was made");
};

describe("a consortium", () => {
  it("admits who asked for it when more than half agree; each node shows every step", async () => {
    expect(await codeOf(relayJoinRequest(north, signed(entrant, bytesOf("somebody"))))).toBe("bad-intent");
    expect(
      await codeOf(relayJoinRequest(north, signed({ ...genesisMember("south"), signer: entrant.signer }))),
    ).toBe("member-exists");
    expect(await codeOf(propose(north, { type: "admit", entrant }))).toBe("unknown-request");
    await relayJoinRequest(north, signed(entrant));
    const request = joinRequestIdOf(entrant);
    expect((await consortiumStatus(north)).sending).toEqual([
      { type: "RequestJoin", about: request, refusal: null },
    ]);
    await settleAll();
    const asked = (await consortiumStatus(south)).requests;
    expect(asked.map((item) => [item.request, item.entrant.name])).toEqual([
      [request, "East\u{fffd}\u{202e}Clinic"],
    ]);

    const { name: _, ...rest } = entrant;
    const plain: NewMember = { ...rest, name: "East" };
    await relayJoinRequest(south, signed(plain));
    await settleAll();
    const proposal = await propose(north, { type: "admit", entrant: plain });
    await settleAll();
    expect(await statusOf(south, proposal)).toMatchObject({
      organisation: north.organisation,
      action: { type: "admit", entrant: plain },
      state: "open",
      problem: null,
      votes: [{ organisation: north.organisation, support: true }],
      tally: { yes: 1, no: 0, voters: 3, required: 2 },
      expires: clock.time + DEFAULT_PARAMETERS.votingPeriod,
    });
    expect(await codeOf(vote(north, { proposal, support: false }))).toBe("voted-otherwise");
    await vote(north, { proposal, support: true });
    await vote(south, { proposal, support: true });
    await vote(south, { proposal, support: true });
    await settleAll();
    for (const node of [north, south]) {
      const { members, requests, sending } = await consortiumStatus(node);
      expect(new Map(members.map(({ name, status }) => [name, status]))).toEqual(
        new Map([...NAMES, "East"].map((member) => [member, "active"])),
      );
      expect([requests, sending]).toEqual([[], []]);
      expect(await statusOf(node, proposal)).toMatchObject({ state: "carried-out", tally: { required: 3 } });
    }
    expect(await codeOf(vote(south, { proposal: toHex(bytesOf("none")), support: true }))).toBe("not-found");
  });

  it("keeps the member whom it is about from voting, and whoever is suspended from deciding", async () => {
    const west = await testNode(ledger, "west", { clock });
    const proposal = await propose(north, suspendWest());
    await settleAll();
    await followLedger(west, west.copy);
    expect(await codeOf(vote(west, { proposal, support: false }))).toBe("no-vote-about-oneself");
    await vote(south, { proposal, support: true });
    await settleAll();
    await followLedger(west, west.copy);
    const { members } = await consortiumStatus(west);
    expect(new Map(members.map(({ name, status }) => [name, status]))).toEqual(
      new Map(NAMES.map((member) => [member, member === "west" ? "suspended" : "active"])),
    );
    expect(await codeOf(propose(west, { type: "reinstate", organisation: west.organisation }))).toBe(
      "member-not-active",
    );
    const other = await propose(north, { type: "set-parameter", parameter: "quorum", value: 6_000 });
    await settleAll();
    await followLedger(west, west.copy);
    expect(await codeOf(vote(west, { proposal: other, support: true }))).toBe("member-not-active");
  });

  it("shows what expired, what was rejected, what had become impossible and what the ledger refused", async () => {
    const expired = await propose(north, suspendWest());
    await settleAll();
    clock.time += DEFAULT_PARAMETERS.votingPeriod;
    ledger.mine();
    await settleAll();
    expect((await statusOf(south, expired)).state).toBe("expired");
    expect(await codeOf(vote(south, { proposal: expired, support: true }))).toBe("proposal-closed");

    const [one, two] = [await propose(north, suspendWest()), await propose(south, suspendWest())];
    const rejected = await propose(north, { type: "set-parameter", parameter: "quorum", value: 9_000 });
    await settleAll();
    await vote(south, { proposal: one, support: true });
    await vote(north, { proposal: two, support: true });
    await vote(south, { proposal: rejected, support: false });
    await settleAll();
    // North's vote came to the ledger first.
    expect([await statusOf(north, two), await statusOf(north, one)]).toMatchObject([
      { state: "carried-out", problem: null },
      { state: "failed", problem: "member-not-active" },
    ]);
    // One of the two who are left said no, and more than half of two are both.
    expect(await statusOf(north, rejected)).toMatchObject({ state: "rejected" });

    const refused = await propose(north, suspendWest());
    await settleAll();
    expect((await consortiumStatus(north)).sending).toEqual([
      { type: "Propose", about: refused, refusal: "member-not-active" },
    ]);
  });

  it("counts votes again that became enough without another one", async () => {
    const four = [...NAMES, "east"];
    ledger = new MemoryLedger({ clock, genesis: four.map(genesisMember) });
    north = await testNode(ledger, "north", { clock });
    south = await testNode(ledger, "south", { clock });
    await settleAll();
    const proposal = await propose(north, { type: "set-parameter", parameter: "quorum", value: 6_000 });
    await settleAll();
    await vote(south, { proposal, support: true });
    await settleAll();
    expect(await statusOf(south, proposal)).toMatchObject({ state: "open", tally: { yes: 2, required: 3 } });
    expect(await codeOf(settle(south, { proposal }))).toBe("undecided");
    expect(await codeOf(settle(south, { proposal: toHex(bytesOf("none")) }))).toBe("not-found");
    await membersDecide(ledger, suspendWest(), "north", "south", "east");
    await settleAll();
    expect(await statusOf(south, proposal)).toMatchObject({ state: "open", tally: { yes: 2, required: 2 } });
    await settle(south, { proposal });
    expect((await consortiumStatus(south)).sending).toEqual([
      { type: "SettleProposal", about: proposal, refusal: null },
    ]);
    await settleAll();
    expect(await statusOf(north, proposal)).toMatchObject({ state: "carried-out" });
    expect((await consortiumStatus(south)).sending).toEqual([]);
    expect(await codeOf(settle(south, { proposal }))).toBe("proposal-closed");
  });

  it("has parameters, pauses and contracts as the members set them", async () => {
    expect((await consortiumStatus(north)).parameters).toEqual(DEFAULT_PARAMETERS);
    const paused = functionOf(ledger.identity, "SetActor");
    const until = clock.time + 3_600;
    const decide = (action: ProposalAction): Promise<void> => membersDecide(ledger, action, "north", "south");
    await decide({ type: "set-parameter", parameter: "votingPeriod", value: 86_400 });
    await decide({ type: "pause", ...paused, until });
    await settleAll();
    expect(await consortiumStatus(north)).toMatchObject({
      parameters: { ...DEFAULT_PARAMETERS, votingPeriod: 86_400 },
      pauses: [{ ...paused, until }],
    });
    await decide({ type: "lift-pause", ...paused });
    await settleAll();
    expect((await consortiumStatus(north)).pauses).toEqual([]);
    await decide({ type: "pause", ...paused, until });
    clock.time += 3_600;
    ledger.mine();
    await settleAll();
    expect((await consortiumStatus(north)).pauses).toEqual([]);
  });

  it("is the same in a copy that lived through a reorganisation and in one that was made after it", async () => {
    const { number } = await ledger.connect().head();
    await relayJoinRequest(north, signed(entrant));
    const lost = await propose(north, suspendWest());
    await settleAll();
    await vote(south, { proposal: lost, support: true });
    await settleAll();
    const next = { secret: bytesOf("next"), signer: addressOf(publicKeyOf(bytesOf("next"))) };
    const keyCard = toHex<Digest>(bytesOf("next card"));
    await membersDecide(ledger, keyRotation(ledger, "south", { ...next, keyCard }), "north", "south");
    await settleAll();
    ledger.reorganise((await ledger.connect().head()).number - number);
    for (const node of [north, south]) await followLedger(node, node.copy);
    const { members, proposals, requests } = await consortiumStatus(south);
    expect([members.map(({ status }) => status), proposals, requests]).toEqual([
      ["active", "active", "active"],
      [],
      [],
    ]);
    // What the nodes had sent is sent again; the vote waits for the proposal that it is about.
    for (let round = 0; round < 3; round++) {
      await settleAll();
      clock.time += 5;
    }
    expect(await statusOf(south, lost)).toMatchObject({ state: "carried-out" });
    const fresh = await testNode(ledger, "north", { clock });
    await followLedger(fresh, fresh.copy);
    for (const table of LEDGER_TABLES) {
      expect(await rowsOf(north.db, table, "1, 2, block")).toEqual(
        await rowsOf(fresh.db, table, "1, 2, block"),
      );
    }
    expect(await consortiumStatus(fresh)).toEqual({ ...(await consortiumStatus(north)), sending: [] });
  });
});
