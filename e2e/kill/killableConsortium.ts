import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ORGANISATIONS, type OrganisationKey } from "@anamnesis/cli/demo/cast";
import { openStateFolder, type StateFolder } from "@anamnesis/cli/demo/start/stateFolder";
import {
  formConsortium,
  type Organisations,
  startOrganisations,
  type World,
} from "@anamnesis/cli/demo/start/startWorld";
import { type Anvil, startAnvil } from "@anamnesis/ledger/evm/anvil";
import type { WritePoint } from "@anamnesis/node/runtime/writePoints";

/** Seconds between two blocks. */
const BLOCK_TIME = 0.5;

export type Side = "before" | "after";

const KILLED_NODE = fileURLToPath(import.meta.resolve("@anamnesis/node/testing/killedNode"));

/** Three real nodes on a real chain, each of which ends itself by SIGKILL at the write point that it is told. */
export class KillableConsortium {
  readonly state: StateFolder;
  readonly organisations: Organisations;
  readonly #deaths: Map<string, () => void>;
  readonly #stopAll: () => Promise<void>;
  #engine: Anvil;
  readonly #chain: { readonly keptStates?: number };
  #world: World | null = null;

  private constructor(
    state: StateFolder,
    organisations: Organisations,
    deaths: Map<string, () => void>,
    stopAll: () => Promise<void>,
    chain: { readonly keptStates?: number },
  ) {
    this.#chain = chain;
    this.#engine = organisations.anvil as Anvil;
    this.state = state;
    this.organisations = organisations;
    this.#deaths = deaths;
    this.#stopAll = stopAll;
  }

  /** The nodes follow the ledger; there is no committee before `form`. @param keptStates what an `anvil_reorg` needs. */
  static async start(chain: { readonly keptStates?: number } = {}): Promise<KillableConsortium> {
    const state = await openStateFolder(null, false);
    const started: { stop(): Promise<void> }[] = [];
    const deaths = new Map<string, () => void>();
    const end = new AbortController();
    const stopAll = async (): Promise<void> => {
      end.abort();
      for (const process of started.toReversed()) await process.stop();
      await state.release();
    };
    try {
      const organisations = await startOrganisations({
        state,
        firstPort: null,
        databaseUrl: null,
        onDatabase: () => undefined,
        onDeath: (name) => deaths.get(name)?.(),
        onStarting: (process) => void started.push(process),
        launch: (key) => ({
          main: KILLED_NODE,
          env: { ANAMNESIS_KILL_AT: orderPath(state, key) },
        }),
        chain,
        signal: end.signal,
      });
      return new KillableConsortium(state, organisations, deaths, stopAll, chain);
    } catch (error) {
      await stopAll();
      throw error;
    }
  }

  async form(): Promise<World> {
    this.#world = await formConsortium(this.organisations);
    return this.#world;
  }

  /** The chain's process that runs now. */
  get engine(): Anvil {
    return this.#engine;
  }

  /** Ends the engine and starts it again from its file: SIGTERM saves the chain, SIGKILL loses all blocks since the last save. */
  async restartEngine(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    process.kill(this.#engine.pid, signal);
    await this.#engine.ended;
    const { port } = this.#engine;
    this.#engine = await startAnvil({
      port,
      statePath: this.state.chain,
      blockTime: BLOCK_TIME,
      ...this.#chain,
    });
  }

  get world(): World {
    return this.#world as World;
  }

  /** From now on the node dies at its next passage of the point; resolves when it has. */
  async killAt(
    key: OrganisationKey,
    side: Side,
    point: WritePoint,
  ): Promise<{ readonly dead: Promise<void> }> {
    const dead = this.#death(key);
    await writeFile(orderPath(this.state, key), `${side} ${point}`);
    return { dead };
  }

  async kill(key: OrganisationKey): Promise<void> {
    await this.organisations.nodes[key].kill();
  }

  /** Starts the node again, as anybody would. */
  async restart(key: OrganisationKey): Promise<void> {
    await writeFile(orderPath(this.state, key), "");
    await this.organisations.nodes[key].start();
  }

  /** Starts the node so that it dies on the way, and waits until it has. */
  async dieStarting(key: OrganisationKey, side: Side, point: WritePoint): Promise<void> {
    const { dead } = await this.killAt(key, side, point);
    // Before it listens the start itself fails; afterwards its death is told.
    await Promise.race([
      dead,
      this.organisations.nodes[key].start().then(
        () => dead,
        () => undefined,
      ),
    ]);
  }

  async ready(): Promise<void> {
    await Promise.all(ORGANISATIONS.map((key) => this.organisations.nodes[key].ready()));
  }

  async stop(): Promise<void> {
    const engine = this.#engine;
    await this.#stopAll();
    // One that was started later than the consortium.
    await engine.stop();
  }

  #death(key: OrganisationKey): Promise<void> {
    return new Promise((resolve) => this.#deaths.set(this.organisations.nodes[key].name, resolve));
  }
}

function orderPath(state: StateFolder, key: OrganisationKey): string {
  return join(state.path, `kill-${key}`);
}
