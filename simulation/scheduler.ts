import { createHash } from "node:crypto";
import { parseUnixSeconds, type UnixSeconds } from "@anamnesis/core/ids";
import type { Timers } from "@anamnesis/node/runtime/timers";
import { quiet } from "./nativeWork.ts";
import { never, type Process } from "./process.ts";
import type { Rng } from "./rng.ts";
import type { StepKind } from "./stepKinds.ts";

export interface Step {
  /** `null`: a message under way, which outlives its sender. */
  readonly owner: Process | null;
  readonly kind: StepKind;
  readonly label: string;
  readonly run: () => void;
}

interface Timer {
  readonly owner: Process;
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** Timers of a simulation are late by up to this many milliseconds, so that a loop that polls does not fill the schedule. */
const COARSE = 1000;

/**
 * Decides what happens next. Whatever a node or client awaits from outside (network, disk, ledger, timers) is a step that
 * waits here; one is taken at a time, and the next one only when all code waits again, so that the choices alone make
 * the schedule.
 */
export class Scheduler {
  readonly rng: Rng;
  readonly counts = new Map<string, number>();
  readonly trace: string[] = [];
  readonly #digest = createHash("sha256");
  #ready: Step[] = [];
  #timers: Timer[] = [];
  #milliseconds: number;
  #order = 0;
  taken = 0;

  /** @param begin UnixSeconds at the first step. */
  constructor(rng: Rng, begin: number) {
    this.rng = rng;
    this.#milliseconds = begin * 1000;
  }

  now(): UnixSeconds {
    return parseUnixSeconds(Math.floor(this.#milliseconds / 1000));
  }

  /** Resolves when the scheduler takes this step; never when its owner ends before. */
  gate(owner: Process, kind: StepKind, label: string): Promise<void> {
    if (!owner.alive) return never();
    return new Promise((run) => this.post({ owner, kind, label: `${owner.name} ${label}`, run }));
  }

  post(step: Step): void {
    this.#ready.push(step);
  }

  timers(owner: Process): Timers {
    return {
      now: () => this.#milliseconds,
      sleep: (milliseconds, signal) => {
        if (!owner.alive) return never();
        if (signal?.aborted === true) return Promise.resolve();
        return new Promise((resolve) => {
          const due = this.#milliseconds + Math.max(COARSE, milliseconds);
          const timer = { owner, due, order: this.#order++, run: resolve };
          this.#timers.push(timer);
          signal?.addEventListener("abort", () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
            resolve();
          });
        });
      },
    };
  }

  /** Nothing that this process waited for comes any more. */
  end(process: Process): void {
    process.alive = false;
    this.#ready = this.#ready.filter((step) => step.owner !== process);
    this.#timers = this.#timers.filter((timer) => timer.owner !== process);
  }

  get ready(): number {
    return this.#ready.length;
  }

  /** The process that a step of this kind waits for, if there is one. */
  waiting(kind: StepKind): Process | null {
    return this.#ready.find((step) => step.kind === kind)?.owner ?? null;
  }

  /** Takes one of the steps that are ready. */
  async takeReady(): Promise<void> {
    const at = this.rng.below(this.#ready.length);
    const [step] = this.#ready.splice(at, 1) as [Step];
    await this.take(step.kind, step.label, step.run);
  }

  /** Lets the time pass until the next timer is due, and fires it. */
  async takeTimer(): Promise<void> {
    const next = this.#timers.reduce((a, b) =>
      b.due < a.due || (b.due === a.due && b.order < a.order) ? b : a,
    );
    this.#timers = this.#timers.filter((other) => other !== next);
    this.#milliseconds = Math.max(this.#milliseconds, next.due);
    await this.take("timer", next.owner.name, next.run);
  }

  jump(seconds: number): void {
    this.#milliseconds += seconds * 1000;
  }

  /** Takes a step and waits until all code waits again. */
  async take(kind: StepKind, label: string, run: () => void): Promise<void> {
    this.note(kind, label);
    this.taken++;
    run();
    await quiet();
  }

  note(kind: StepKind, label: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const line = `${this.taken} t=${this.now()} ${kind}: ${label}`;
    this.#digest.update(`${line}\n`);
    this.trace.push(line);
  }

  /** Of all steps and faults so far. */
  digest(): string {
    return this.#digest.copy().digest("hex");
  }
}
