import type { Address, Hash32 } from "@anamnesis/core/ids";
import type { BlockRef, EventPage, LedgerEvent } from "@anamnesis/core/ports/ledger";
import type { Log, PublicClient } from "viem";
import { ledgerUnavailable } from "../unavailable.ts";
import { answer, type EvmBlock, readBlock } from "./engine.ts";
import { ledgerEventOf } from "./ledgerEvent.ts";

const MAX_RECENT = 64;
const ATTEMPTS = 5;

export interface EventRange {
  readonly contracts: readonly Address[];
  /** Block that the first page starts at. */
  readonly firstBlock: number;
  readonly after: BlockRef | null;
  readonly maxBlocks: number;
}

/**
 * One page of events. An engine answers each request from the chain that it has at that moment, so the ends of the
 * range are looked at again after all else: only when both still stand do all answers belong to one chain.
 */
export async function readEvents(client: PublicClient, range: EventRange): Promise<EventPage> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const page = await tryRead(client, range);
    if (page !== null) return page;
  }
  throw ledgerUnavailable("eth_getLogs", "chain-changes-while-it-is-read");
}

/** `null` when the chain changed under the reading. */
async function tryRead(client: PublicClient, range: EventRange): Promise<EventPage | null> {
  const { after } = range;
  const [head, cursor] = await Promise.all([
    readBlock(client, "latest"),
    after === null ? null : readBlock(client, after.number),
  ]);
  if (after !== null && cursor?.hash !== after.hash) return { status: "reorganised" };
  const from = after === null ? range.firstBlock : after.number + 1;
  const to = Math.min(from + Math.max(1, range.maxBlocks) - 1, head?.number ?? 0);
  if (to < from) {
    const upTo = cursor ?? head;
    return upTo === null ? null : { status: "ok", events: [], upTo, recent: [] };
  }

  // Before the logs: its hash binds every block below it, so that the same hash afterwards means the same logs.
  const upTo = await readBlock(client, to);
  const logs = await answer("eth_getLogs", () =>
    client.getLogs({ address: [...range.contracts], fromBlock: BigInt(from), toBlock: BigInt(to) }),
  );
  const numbers = new Set(logs.map((log) => Number(log.blockNumber)));
  for (let number = Math.max(from, to - MAX_RECENT + 1); number <= to; number++) numbers.add(number);
  const blocks = await readBlocks(client, [...numbers]);
  const events = eventsOf(logs, blocks);

  const [sameEnd, sameCursor] = await Promise.all([
    readBlock(client, to),
    after === null ? null : readBlock(client, after.number),
  ]);
  if (after !== null && sameCursor?.hash !== after.hash) return { status: "reorganised" };
  if (upTo === null || events === null || sameEnd?.hash !== upTo.hash) return null;
  const recent = [...blocks.values()]
    .filter(({ number }) => number > to - MAX_RECENT)
    .sort((a, b) => a.number - b.number)
    .map(({ number, hash }) => ({ number, hash }));
  return { status: "ok", events, upTo, recent };
}

async function readBlocks(client: PublicClient, numbers: readonly number[]): Promise<Map<number, EvmBlock>> {
  const blocks = await Promise.all(numbers.map((number) => readBlock(client, number)));
  return new Map(blocks.flatMap((block) => (block === null ? [] : [[block.number, block] as const])));
}

/** `null` when a log is not of the block that was read for its number. */
function eventsOf(logs: readonly Log[], blocks: ReadonlyMap<number, EvmBlock>): LedgerEvent[] | null {
  const events: LedgerEvent[] = [];
  const counts = new Map<number, number>();
  for (const log of [...logs].sort(inLedgerOrder)) {
    const block = blocks.get(Number(log.blockNumber));
    if (block === undefined || log.blockHash !== block.hash) return null;
    const body = ledgerEventOf(log);
    if (body === null) continue;
    const index = counts.get(block.number) ?? 0;
    counts.set(block.number, index + 1);
    events.push({
      ...body,
      block: block.number,
      blockHash: block.hash,
      time: block.time,
      index,
      transaction: log.transactionHash as Hash32,
    });
  }
  return events;
}

function inLedgerOrder(a: Log, b: Log): number {
  return Number(a.blockNumber) - Number(b.blockNumber) || Number(a.logIndex) - Number(b.logIndex);
}
