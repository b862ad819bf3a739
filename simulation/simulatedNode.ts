import { admittedBefore } from "@anamnesis/node/access/nonceMemory";
import { RequestWindow } from "@anamnesis/node/access/requestWindow";
import { RateLimit } from "@anamnesis/node/http/rateLimit";
import { DkgRuns } from "@anamnesis/node/committee/dkgRuns";
import type { Database } from "@anamnesis/core/ports/database";
import { genesisMember } from "@anamnesis/node/indexer/testing/testNode";
import { createPasses } from "@anamnesis/node/passes";
import { createCatchUp } from "@anamnesis/node/access/catchUp";
import { custodyHandlers } from "@anamnesis/node/routes/custodyHandlers";
import { exchangeHandlers } from "@anamnesis/node/routes/exchangeHandlers";
import { recordVerbHandlers } from "@anamnesis/node/routes/recordVerbHandlers";
import type { Logger } from "@anamnesis/node/runtime/logger";
import { startWorker, type Worker } from "@anamnesis/node/runtime/worker";
import { HandlerNetwork } from "@anamnesis/node/testing/handlerNetwork";
import type { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { running } from "./nativeWork.ts";
import { type Name, nodeContext, shareOf } from "./nodeContext.ts";
import type { Oracle } from "./oracle.ts";
import type { Planted } from "./plantedBugs.ts";
import { Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import { scheduledDatabase } from "./simulatedDatabase.ts";
import type { SimulatedDisk } from "./simulatedDisk.ts";
import { type LedgerFaults, scheduledLedger } from "./simulatedLedger.ts";
import type { SimulatedNetwork } from "./simulatedNetwork.ts";
import type { Template } from "./template.ts";

/** Share of the write points before or after which the scheduler may hold a node, and so may let it crash. */
const HELD = 0.4;

export interface NodeWorld {
  readonly template: Template;
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly ledger: MemoryLedger;
  readonly ledgerFaults: () => LedgerFaults;
  readonly oracle: Oracle;
  readonly planted: Planted | null;
}

/** One member's node: its process comes and goes, its disk and database stay. */
export class SimulatedNode {
  readonly name: Name;
  readonly disk: SimulatedDisk;
  readonly db: Database;
  process: Process | null = null;
  #starts = 0;
  readonly #world: NodeWorld;

  constructor(name: Name, disk: SimulatedDisk, db: Database, world: NodeWorld) {
    this.name = name;
    this.disk = disk;
    this.db = db;
    this.#world = world;
  }

  get host(): string {
    return `${this.name}.test`;
  }

  /** As `startNode`: the same services, passes and intervals. */
  start(): void {
    const { template, scheduler, network, ledger, ledgerFaults, oracle, planted } = this.#world;
    const process = new Process(this.name, true);
    this.process = process;
    const clock = { now: () => scheduler.now() };
    const after = admittedBefore(clock.now(), this.#starts++ > 0);
    const timers = scheduler.timers(process);
    const workers = new Map<string, Worker>();
    const log = this.#log();
    const written = (): void => oracle.written(this.name);
    const { blobs, receipts } = this.disk.open(process, scheduler);
    const context = nodeContext(this.name, {
      clock,
      random: (length) => scheduler.rng.bytes(length),
      timers,
      fetch: network.fetchOf(process),
      db: scheduledDatabase(this.db, process, scheduler, written),
      durable: async (point, work) => {
        if (scheduler.rng.chance(HELD)) await scheduler.gate(process, "write point", `before ${point}`);
        const result = await work();
        if (scheduler.rng.chance(HELD)) await scheduler.gate(process, "write point", `after ${point}`);
        return result;
      },
      blobs,
      ledger: scheduledLedger(ledger, process, scheduler, ledgerFaults),
      receipts,
      share: shareOf(template.deal, template.committee, this.name),
      log,
      wake: (worker) => workers.get(worker)?.wake(),
    });
    const buggy = planted?.node?.(context, { process, scheduler, disk: this.disk }) ?? context;
    const window = new RequestWindow(after);
    const { releasesPerMinute } = context.settings;
    const services = {
      window,
      limit: new RateLimit({ rate: releasesPerMinute / 60, burst: releasesPerMinute }),
      decoyReceiptKey: template.decoyReceiptKey,
      catchUp: createCatchUp(buggy, "release_waits_total"),
    };
    const host = new HandlerNetwork(() => clock.now());
    // Outside the process: the scheduler must not hold what the oracle does.
    host.witness = (_, route, request, answer) =>
      process.alive ? running.exit(() => oracle.witness(this.name, route, request, answer)) : null;
    const handlers = [
      ...exchangeHandlers(buggy, window),
      ...custodyHandlers(buggy, services, new DkgRuns(buggy)),
      ...recordVerbHandlers(buggy),
    ];
    host.serve(this.host, handlers, after);
    network.serve(this.host, process, (url, init) =>
      running.run(process, async () => {
        try {
          return await host.fetch(url, init);
        } catch (error) {
          oracle.violation(`a defect in ${this.name}: ${String(error)}`);
          throw error;
        }
      }),
    );
    const { passes } = createPasses(buggy, context.copy, genesisMember(this.name).endpoint);
    running.run(process, () => {
      for (const [name, { interval, run }] of Object.entries(passes)) {
        workers.set(name, startWorker({ name, interval, timers, log, metrics: context.metrics, run }));
      }
    });
  }

  async crash(): Promise<void> {
    const { scheduler, network, oracle, planted } = this.#world;
    if (this.process === null) return;
    scheduler.end(this.process);
    this.process = null;
    network.stop(this.host);
    await this.disk.crash(scheduler, this.name);
    await planted?.crash?.(this.db, scheduler);
    oracle.written(this.name);
  }

  /** A defect in a worker, or a log that is not whole, is not an answer to anything that goes wrong outside. */
  #log(): Logger {
    const { oracle } = this.#world;
    const note = (event: string, fields?: Readonly<Record<string, unknown>>): void => {
      const defect =
        event === "defect" || fields?.["code"] === "defect" || fields?.["code"] === "database-failed";
      if (defect || NEVER.has(event))
        oracle.violation(`${this.name}: ${event} ${JSON.stringify(fields ?? {})}`);
    };
    return { info: note, warn: note, error: note };
  }
}

const NEVER = new Set([
  "log-rolled-back",
  "anchoring-stopped",
  "intent-refused",
  "manifest-invalid",
  "blob-corrupt",
  "blob-mismatch",
]);
