import { SimulatedDisk } from "./simulatedDisk.ts";
import { Clients } from "./clients.ts";
import { orderNativeCrypto, quiet } from "./nativeWork.ts";
import { type Name, NAMES } from "./nodeContext.ts";
import { finalChecks, isQuiet } from "./finalChecks.ts";
import { Oracle } from "./oracle.ts";
import type { Planted } from "./plantedBugs.ts";
import { Rng } from "./rng.ts";
import { Scheduler } from "./scheduler.ts";
import { type NodeWorld, SimulatedNode } from "./simulatedNode.ts";
import { SimulatedNetwork } from "./simulatedNetwork.ts";
import { BEGIN, newLedger, type Template } from "./template.ts";

export interface Simulated {
  readonly seed: number;
  /** What was broken, first one first; empty: all promises held. */
  readonly violations: readonly string[];
  readonly steps: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly trace: readonly string[];
  /** SHA-256 of the trace. */
  readonly digest: string;
}

/** Steps after which people begin nothing new and what is broken is mended. */
const MOST_STEPS = 700;
/** Of opening everything at the end; erased records stay refused each time. */
const MOST_TRIES = 3;
/** Steps that the consortium has for coming to rest once everything works. */
const MOST_HEALING = 4000;
const MOST_ACTIONS = 9;

/** Each seed has some kinds of faults and lacks others, so that no kind hides what another one shows. */
interface Plan {
  readonly crash: number;
  readonly kill: number;
  readonly reorganisation: number;
  readonly jump: number;
  readonly away: number;
  readonly cut: number;
  readonly loss: number;
  readonly repetition: number;
  readonly ledgerLoss: number;
  readonly native: number;
}

function planOf(rng: Rng): Plan {
  const some = (value: number): number => (rng.chance(0.55) ? value : 0);
  return {
    crash: some(0.35),
    kill: some(0.25),
    reorganisation: some(0.3),
    jump: some(0.2),
    away: some(0.15),
    cut: some(0.15),
    loss: some(0.04),
    repetition: some(0.06),
    ledgerLoss: some(0.08),
    native: some(0.12),
  };
}

/** Runs one seed to its end. The same seed gives the same trace. */
export async function simulate(
  template: Template,
  seed: number,
  planted: Planted | null = null,
): Promise<Simulated> {
  await template.engine.begin();
  try {
    return await new Simulation(template, seed, planted).run();
  } finally {
    orderNativeCrypto(null);
    await quiet();
    await template.engine.rollBack();
  }
}

class Simulation {
  readonly #seed: number;
  readonly #rng: Rng;
  readonly #scheduler: Scheduler;
  readonly #network: SimulatedNetwork;
  readonly #ledger: ReturnType<typeof newLedger>;
  readonly #nodes = new Map<Name, SimulatedNode>();
  readonly #oracle: Oracle;
  readonly #clients: Clients;
  readonly #template: Template;
  #plan: Plan;
  #ledgerAway = false;
  #actions = 0;

  constructor(template: Template, seed: number, planted: Planted | null) {
    this.#seed = seed;
    this.#template = template;
    this.#rng = new Rng(String(seed));
    this.#plan = planOf(this.#rng);
    this.#scheduler = new Scheduler(this.#rng, BEGIN);
    this.#network = new SimulatedNetwork(this.#scheduler);
    this.#ledger = newLedger({ now: () => this.#scheduler.now() });
    this.#oracle = new Oracle(this.#nodes, this.#scheduler, template.keys.root);
    const world: NodeWorld = {
      template,
      scheduler: this.#scheduler,
      network: this.#network,
      ledger: this.#ledger,
      ledgerFaults: () => ({ loss: this.#plan.ledgerLoss, repetition: this.#plan.ledgerLoss }),
      oracle: this.#oracle,
      planted,
    };
    for (const name of NAMES) {
      const disk = new SimulatedDisk(template.blobs.get(name) ?? new Map());
      this.#nodes.set(name, new SimulatedNode(name, disk, template.engine.database(name), world));
    }
    this.#clients = new Clients(template, this.#scheduler, this.#network, this.#ledger, this.#oracle);
  }

  async run(): Promise<Simulated> {
    orderNativeCrypto(async (process) => {
      if (process.node && this.#rng.chance(this.#plan.native)) {
        await this.#scheduler.gate(process, "native code", "crypto");
      }
    });
    const port = this.#ledger.connect();
    for (const intents of this.#template.submissions) {
      const answer = port.submit(intents);
      this.#ledger.mine();
      await answer;
    }
    this.#scheduler.jump(10);
    const { faults, scheduler } = { faults: this.#plan, scheduler: this.#scheduler };
    this.#network.faults = { loss: faults.loss, repetition: faults.repetition };
    for (const node of this.#nodes.values()) await scheduler.take("restart", node.name, () => node.start());
    const done = (): boolean =>
      scheduler.taken >= MOST_STEPS || (this.#actions >= MOST_ACTIONS && this.#clients.busy.length === 0);
    while (!done() && this.#holds()) {
      await this.#step();
      await this.#oracle.check();
    }
    await this.#heal();
    return {
      seed: this.#seed,
      violations: this.#oracle.violations,
      steps: scheduler.taken,
      counts: scheduler.counts,
      trace: scheduler.trace,
      digest: scheduler.digest(),
    };
  }

  #holds(): boolean {
    return this.#oracle.violations.length === 0;
  }

  /** One choice of the scheduler. */
  async #step(): Promise<void> {
    const { ready } = this.#scheduler;
    const down = [...this.#nodes.values()].filter((node) => node.process === null);
    const up = [...this.#nodes.values()].filter((node) => node.process !== null);
    const writer = this.#scheduler.waiting("receipt sync");
    const syncing = up.find((node) => node.process === writer);
    const { busy } = this.#clients;
    const plan = this.#plan;
    const choices: { weight: number; item: () => Promise<void> | void }[] = [
      { weight: ready > 0 ? 24 : 0, item: () => this.#scheduler.takeReady() },
      { weight: ready > 0 ? 1.5 : 8, item: () => this.#scheduler.takeTimer() },
      { weight: this.#ledger.waiting > 0 ? 3 : 0.1, item: () => this.#mine() },
      {
        weight: this.#actions < MOST_ACTIONS && busy.length < 4 ? 1.5 : 0,
        item: () =>
          this.#scheduler.take("client", "begins", () => void (this.#clients.begin() && this.#actions++)),
      },
      // A crash is worth most where a receipt waits for its sync.
      {
        weight: up.length > 1 ? plan.crash * (syncing === undefined ? 1 : 5) : 0,
        item: () => this.#crash(syncing ?? this.#rng.pick(up)),
      },
      {
        weight: down.length > 0 ? 1.2 : 0,
        item: () => {
          const node = this.#rng.pick(down);
          return this.#scheduler.take("restart", node.name, () => node.start());
        },
      },
      { weight: plan.reorganisation, item: () => this.#reorganise() },
      { weight: plan.jump, item: () => this.#jump(this.#rng.pick([3, 8, 30, 130])) },
      { weight: this.#ledgerAway ? 0.8 : plan.away, item: () => this.#toggleLedger() },
      { weight: this.#network.cutOff.size > 0 ? 0.8 : plan.cut, item: () => this.#toggleNode() },
      {
        weight: busy.length > 0 ? plan.kill : 0,
        item: () => {
          const who = this.#rng.pick(busy);
          return this.#scheduler.take("client killed", who, () => this.#clients.kill(who));
        },
      },
    ];
    await this.#rng.weighted(choices)();
  }

  #mine(): Promise<void> {
    return this.#scheduler.take("block", `${this.#ledger.waiting} waiting`, () => void this.#ledger.mine());
  }

  async #crash(node: SimulatedNode): Promise<void> {
    await this.#scheduler.take("crash", node.name, () => undefined);
    await node.crash();
    await quiet();
  }

  /** Blocks of the template stay: what is in them is in nobody's outbox. */
  async #reorganise(): Promise<void> {
    const { number } = await this.#ledger
      .connect()
      .head()
      .catch(() => ({ number: 0 }));
    const depth = Math.min(this.#rng.between(1, 4), number - this.#template.submissions.length);
    if (depth < 1) return;
    await this.#scheduler.take("reorganisation", `${depth} blocks`, () => this.#ledger.reorganise(depth));
  }

  #jump(seconds: number): Promise<void> {
    return this.#scheduler.take("clock jump", `${seconds} s`, () => this.#scheduler.jump(seconds));
  }

  async #toggleLedger(): Promise<void> {
    this.#ledgerAway = !this.#ledgerAway;
    await this.#scheduler.take(this.#ledgerAway ? "ledger away" : "ledger back", "ledger", () =>
      this.#ledger.setAnswering(!this.#ledgerAway),
    );
  }

  async #toggleNode(): Promise<void> {
    const { cutOff } = this.#network;
    if (cutOff.size > 0) {
      await this.#scheduler.take("node connected", [...cutOff].join(" "), () => cutOff.clear());
      return;
    }
    const node = this.#rng.pick([...this.#nodes.values()]);
    await this.#scheduler.take("node cut off", node.name, () => void cutOff.add(node.host));
  }

  /** Everything works again: the consortium comes to rest and keeps what it promised. */
  async #heal(): Promise<void> {
    if (!this.#holds()) return;
    this.#plan = { ...this.#plan, native: 0, ledgerLoss: 0 };
    this.#network.faults = { loss: 0, repetition: 0 };
    if (this.#ledgerAway) await this.#toggleLedger();
    if (this.#network.cutOff.size > 0) await this.#toggleNode();
    for (const who of this.#clients.busy) {
      await this.#scheduler.take("client killed", who, () => this.#clients.kill(who));
    }
    for (const node of this.#nodes.values()) {
      if (node.process === null) await this.#scheduler.take("restart", node.name, () => node.start());
    }
    // Past the time in which a node takes no signed request after its start.
    await this.#jump(10);
    await this.#rest();
    await this.#scheduler.take("client", "finishes", () => this.#clients.finish());
    await this.#rest();
    // A custodian that has not read the ledger for a minute refuses everything; people try again.
    for (let tries = 0; tries < MOST_TRIES && (await this.#until(this.#clients.openAll())) !== 0; tries++) {
      await this.#rest();
    }
    await this.#rest();
    const log = await this.#until(this.#clients.readAll());
    if (!this.#holds()) return;
    await finalChecks(this.#template, this.#nodes, this.#ledger, this.#oracle, this.#clients, log ?? null);
  }

  async #until<T>(work: Promise<T>): Promise<T | undefined> {
    const results: T[] = [];
    void work.then((value) => results.push(value));
    await quiet();
    const last = this.#scheduler.taken + MOST_HEALING;
    while (results.length === 0 && this.#holds() && this.#scheduler.taken < last) await this.#healingStep();
    if (results.length === 0) this.#oracle.violation("what a person began when all worked did not end");
    return results[0];
  }

  async #rest(): Promise<void> {
    const last = this.#scheduler.taken + MOST_HEALING;
    for (let round = 0; this.#scheduler.taken < last && this.#holds(); round++) {
      for (let i = 0; i < 12 && this.#holds(); i++) await this.#healingStep();
      if (
        this.#clients.busy.length === 0 &&
        this.#ledger.waiting === 0 &&
        (await isQuiet(this.#nodes, this.#ledger))
      )
        return;
      // What waits longer after a refusal need not be waited for in small steps; heads must not become stale meanwhile.
      if (round % 8 === 7) await this.#jump(60);
    }
    if (this.#holds()) this.#oracle.violation("the consortium did not come to rest");
  }

  async #healingStep(): Promise<void> {
    if (this.#scheduler.ready > 0) await this.#scheduler.takeReady();
    else if (this.#ledger.waiting > 0) await this.#mine();
    else await this.#scheduler.takeTimer();
    await this.#oracle.check();
  }
}
