import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LedgerEvent } from "@anamnesis/core/ports/ledger";
import { count, counted, size } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { ORGANISATIONS } from "../cast.ts";
import { expectThat } from "../expectation.ts";
import type { Journey } from "../journey.ts";
import { ledgerWork } from "../ledgerWork.ts";

/** 14: what it cost: transactions, gas, bytes on disk; and every node is well. */
export async function sumUp(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { world } = journey;
  const work = await ledgerWork(world.ledgerFile.rpcUrl, world.firstBlock);
  const events = await eventsOf(journey);
  const healths = await Promise.all(ORGANISATIONS.map((key) => world.nodes[key].health()));
  const ready = healths.filter((health) => health?.status === "ready").length;
  expectThat(ready === ORGANISATIONS.length, "every node is ready at the end", { ready });
  const disk = await folderSize(world.state.path);
  Object.assign(facts, { ...work, disk, readyNodes: ready, deploymentGas: world.deploymentGas });
  for (const [type, number] of Object.entries(events)) facts[type] = number;
  const batches = events["batch-anchored"] ?? 0;
  return [
    `ledger: ${counted(work.transactions, "transaction")} with ${count(work.gas)} gas in ${counted(work.blocks, "block")}; ${counted(batches, "batch", "batches")} anchored`,
    `disk: ${size(disk)} for ${world.anvil === null ? "" : "chain and "}three nodes; health: ${ready} of ${ORGANISATIONS.length} nodes ready`,
  ];
}

/** Events of this run by type. */
async function eventsOf({ world }: Journey): Promise<Readonly<Partial<Record<LedgerEvent["type"], number>>>> {
  const found: Partial<Record<LedgerEvent["type"], number>> = {};
  const head = await world.ledger.head();
  let after = await world.ledger.blockAt(world.firstBlock);
  while (after !== null && after.number < head.number) {
    const page = await world.ledger.events(after, 10_000);
    if (page.status === "reorganised") break;
    for (const { type } of page.events) found[type] = (found[type] ?? 0) + 1;
    after = page.upTo;
  }
  return found;
}

async function folderSize(path: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    sum += await stat(join(entry.parentPath, entry.name)).then(
      (found) => found.size,
      () => 0,
    );
  }
  return sum;
}
