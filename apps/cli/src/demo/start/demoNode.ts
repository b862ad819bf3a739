import { exchangeRoutes, type Health } from "@anamnesis/api/routes/exchange";
import { type KeyCard, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { connect } from "@anamnesis/sdk/runtime";
import { type NodeLaunch, type NodeProcess, startNodeProcess } from "../../nodeProcess.ts";
import { systemRuntime } from "../../runtime.ts";
import { CAST, type OrganisationKey } from "../cast.ts";
import { until } from "../until.ts";
import type { StateFolder } from "./stateFolder.ts";

/** One organisation's node: a process that the demo starts, stops and starts again. */
export class DemoNode {
  readonly key: OrganisationKey;
  readonly name: string;
  readonly organisation: OrganisationId;
  readonly url: string;
  readonly #state: StateFolder;
  readonly #databaseUrl: string | undefined;
  readonly #onDeath: (node: DemoNode, exitCode: number | null) => void;
  readonly #signal: AbortSignal;
  readonly #launch: NodeLaunch;
  #process: Promise<NodeProcess> | null = null;

  constructor(parameters: {
    readonly key: OrganisationKey;
    readonly card: KeyCard;
    readonly port: number;
    readonly state: StateFolder;
    readonly databaseUrl: string | undefined;
    readonly onDeath: (node: DemoNode, exitCode: number | null) => void;
    /** Aborted when the demo ends. */
    readonly signal: AbortSignal;
    readonly launch?: NodeLaunch;
  }) {
    this.key = parameters.key;
    this.name = CAST[parameters.key].name;
    this.organisation = organisationIdOf(parameters.card);
    this.url = `http://127.0.0.1:${parameters.port}`;
    this.#state = parameters.state;
    this.#databaseUrl = parameters.databaseUrl;
    this.#onDeath = parameters.onDeath;
    this.#signal = parameters.signal;
    this.#launch = parameters.launch ?? {};
  }

  /** Starts its process and waits until it listens; does not start one once the demo is ending. */
  async start(): Promise<void> {
    this.#signal.throwIfAborted();
    const files = this.#state.node(this.key);
    const started = startNodeProcess({
      ...this.#launch,
      configPath: files.config,
      passphrasePath: files.passphrase,
      databaseUrl: this.#databaseUrl,
      logPath: files.log,
      onDeath: (exitCode) => {
        this.#process = null;
        this.#onDeath(this, exitCode);
      },
    });
    // Kept before it is ready, so that it can be stopped at any moment.
    this.#process = started;
    const { organisation } = await (await started).ready;
    if (organisation !== this.organisation) {
      throw new AnamnesisError({
        code: "node-failed",
        rule: "A node runs with the keys of its own organisation.",
        fix: "Start with --fresh.",
      });
    }
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    await (await running?.catch(() => null))?.stop();
  }

  /** Of its process; `null` when it is not running. */
  async pid(): Promise<number | null> {
    return (await this.#process)?.pid ?? null;
  }

  /** As a machine that loses its power: nothing is finished. */
  async kill(): Promise<void> {
    const running = this.#process;
    await (await running?.catch(() => null))?.kill();
  }

  /** `null` when it does not answer. */
  async health(): Promise<Health | null> {
    return connect(systemRuntime, this.url, null)
      .call(exchangeRoutes.health, {}, undefined, { timeout: 5_000 })
      .catch(() => null);
  }

  async ready(): Promise<void> {
    let state = "";
    await until({ what: `${this.name} ready`, state: () => state }, async () => {
      const health = await this.health();
      const failing = Object.entries(health?.checks ?? {}).filter(([, check]) => !check.ok);
      state = [
        health?.status ?? "not answering",
        ...failing.map(([name, { detail }]) => `${name}: ${detail}`),
      ].join("; ");
      return health?.status === "ready" ? true : null;
    });
  }
}
