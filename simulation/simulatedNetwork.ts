import type { Fetch } from "@anamnesis/api/client";
import { never, type Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import type { StepKind } from "./stepKinds.ts";

export interface NetworkFaults {
  readonly loss: number;
  readonly repetition: number;
}

interface Call {
  readonly process: Process;
  readonly reject: (error: Error) => void;
  readonly label: string;
}

type Reply = Awaited<ReturnType<Fetch>>;

/**
 * Messages between processes: each waits for the scheduler on its way there and back, so any of them can be late and overtake others;
 * some are lost (the caller's time is up then), some requests arrive twice. What a host answers is its own; a host that is not
 * there refuses.
 */
export class SimulatedNetwork {
  readonly #scheduler: Scheduler;
  readonly #hosts = new Map<string, { readonly process: Process; readonly fetch: Fetch }>();
  readonly #open = new Map<string, Set<Call>>();
  readonly cutOff = new Set<string>();
  faults: NetworkFaults = { loss: 0, repetition: 0 };

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  serve(host: string, process: Process, fetch: Fetch): void {
    this.#hosts.set(host, { process, fetch });
  }

  /** The host's process ended: who waits for an answer of it learns so. */
  stop(host: string): void {
    this.#hosts.delete(host);
    for (const call of this.#open.get(host) ?? []) this.#fail(call, "connection reset");
    this.#open.delete(host);
  }

  /** How a process reaches hosts. */
  fetchOf(process: Process): Fetch {
    return (url, init) => {
      if (!process.alive) return never();
      const host = new URL(url).hostname;
      return new Promise<Reply>((resolve, reject) => {
        const { pathname } = new URL(url);
        const label = `${process.name} > ${host.replace(".test", "")} ${init.method} ${routeIn(pathname)}`;
        const call = { process, reject, label };
        this.#post("request delivered", null, label, () => this.#arrive(host, call, url, init, resolve));
      });
    };
  }

  #arrive(
    host: string,
    call: Call,
    url: string,
    init: Parameters<Fetch>[1],
    resolve: (reply: Reply) => void,
  ): void {
    const { rng } = this.#scheduler;
    const { faults } = this;
    if (this.#isCut(host, call.process) || rng.chance(faults.loss)) {
      this.#scheduler.note("request lost", call.label);
      this.#fail(call, "time-out");
      return;
    }
    const server = this.#hosts.get(host);
    if (server === undefined) {
      this.#fail(call, "connection refused");
      return;
    }
    const open = this.#open.get(host) ?? new Set();
    this.#open.set(host, open.add(call));
    if (rng.chance(faults.repetition)) {
      this.#scheduler.note("request repeated", call.label);
      this.#post("request delivered", null, `${call.label} again`, () => {
        if (server.process.alive) server.fetch(url, init).catch(() => undefined);
      });
    }
    void server.fetch(url, init).then(
      (reply) => {
        open.delete(call);
        this.#post("answer delivered", null, `${call.label} ${reply.status}`, () => {
          if (this.#isCut(host, call.process) || rng.chance(this.faults.loss)) {
            this.#scheduler.note("answer lost", call.label);
            this.#fail(call, "time-out");
          } else if (call.process.alive) resolve(reply);
        });
      },
      () => {
        open.delete(call);
        this.#fail(call, "connection reset");
      },
    );
  }

  #isCut(host: string, from: Process): boolean {
    return this.cutOff.has(host) || this.cutOff.has(`${from.name}.test`);
  }

  #fail(
    { process, reject, label }: Call,
    kind: "time-out" | "connection refused" | "connection reset",
  ): void {
    this.#post(kind, process, label, () => reject(new TypeError(kind)));
  }

  #post(kind: StepKind, owner: Process | null, label: string, run: () => void): void {
    if (owner?.alive === false) return;
    this.#scheduler.post({ owner, kind, label, run });
  }
}

/** The path without ids, which differ from run to run. */
function routeIn(path: string): string {
  return path
    .split("/")
    .map((part) => (part.length > 24 ? "…" : part))
    .join("/");
}
