import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import type { Hash32, UnixSeconds } from "@anamnesis/core/ids";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import type { LedgerEvent } from "@anamnesis/core/ports/ledger";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { named, signerNamed, signIntent } from "@anamnesis/testkit/ledger/cast";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AnvilFixture, anvilFixture } from "./anvilFixture.ts";
import { EvmLedger } from "./evmLedger.ts";

const clock = { now: (): UnixSeconds => parseUnixSeconds(1_800_000_000) };
const revoker = signerNamed("revoker");

let fixture: AnvilFixture;
/** A way to the engine on which something can happen between its answer about logs and the next question. */
let way: Server;
let afterLogs: () => Promise<void>;
let ledger: EvmLedger;

beforeEach(async () => {
  fixture = await anvilFixture([]);
  afterLogs = async () => undefined;
  way = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const headers = { "content-type": "application/json" };
      const answer = await (await fetch(fixture.anvil.rpcUrl, { method: "POST", headers, body })).text();
      if (body.includes("eth_getLogs")) await afterLogs();
      response.writeHead(200, headers).end(answer);
    })();
  });
  await new Promise<void>((resolve) => way.listen(0, "127.0.0.1", resolve));
  const address = way.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { identity, relay, firstBlock } = fixture.deployment;
  ledger = await EvmLedger.connect({
    rpcUrl: `http://127.0.0.1:${port}`,
    identity,
    relay,
    firstBlock,
    account: toHex(signerNamed("relayer").secret),
    clock,
    pollingInterval: 10,
  });
});
afterEach(async () => {
  way.closeAllConnections();
  await new Promise((resolve) => way.close(resolve));
  await fixture.close();
});

async function register(name: string): Promise<LedgerEvent["block"]> {
  const intent = {
    type: "RegisterConsent",
    commitment: named<Hash32>(name),
    revoker: revoker.address,
  } as const;
  const { block } = await ledger.submit([signIntent(fixture.identity, intent, revoker)]);
  return block?.number ?? expect.unreachable("a fresh consent is applied");
}

test("blocks replaced while they are read are read again", async () => {
  const kept = await register("kept");
  await fixture.advance(2);
  const cursor = await ledger.head();
  await register("lost");
  let changes = 0;
  afterLogs = async () => {
    if (changes++ === 0) await fixture.reorganise(cursor.number);
  };
  const page = await ledger.events(cursor, 100);
  if (page.status !== "ok") return expect.unreachable("the cursor still stands");
  expect(page.events).toEqual([]);
  expect(changes).toBe(2);
  expect(await ledger.blockAt(page.upTo.number)).toEqual(page.upTo);
  expect(kept).toBeLessThan(cursor.number);
});

test("a cursor replaced while the blocks after it are read is `reorganised`", async () => {
  await fixture.advance(3);
  const { number, hash } = await ledger.head();
  await register("lost");
  afterLogs = async () => fixture.reorganise(number - 1);
  expect(await ledger.events({ number, hash }, 100)).toEqual({ status: "reorganised" });
});

test("a chain that changes at every look is `ledger-unavailable`, not a page of two chains", async () => {
  await fixture.advance(3);
  const cursor = await ledger.head();
  await register("lost");
  afterLogs = async () => fixture.reorganise(cursor.number);
  await expect(ledger.events(cursor, 100)).rejects.toMatchObject({
    code: "ledger-unavailable",
    meta: { reason: "chain-changes-while-it-is-read" },
  });
});
