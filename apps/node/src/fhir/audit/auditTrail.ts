import type { Queryable } from "@anamnesis/core/ports/database";
import { AUDIT_TYPE } from "@anamnesis/fhir-server/access/access";
import type { FhirAccess } from "@anamnesis/fhir-server/audit/accessesOf";
import { type AuditAgent, type AuditSource, auditEventsOf } from "@anamnesis/fhir-server/audit/auditEvent";
import { stamped } from "@anamnesis/fhir-server/resource/meta";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import type { NodeContext } from "../../context.ts";
import { indexEvents } from "./indexEvents.ts";

/** Requests whose events go into one statement, at most. */
const MOST_TOGETHER = 256;
/** Events that may wait to be indexed while there are requests: some seconds of work for who looks for them first. */
const MOST_BEHIND = 4096;

interface Waiting {
  readonly events: readonly string[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Who did what at the FHIR server, kept as AuditEvents that anybody with the right to may search. What is written is audited in the transaction of the write; everything else is on the disk before
 * its answer goes out, many requests with one sync.
 *
 * Events are written in two steps: a row of `fhir_audits` that says everything, which an answer waits for, and later the resource with what it is found by, which costs ten times as much. Who may
 * read AuditEvents waits for the second step first (`index`), so nobody sees the difference.
 */
export class AuditTrail {
  readonly #context: Pick<NodeContext, "db" | "durable" | "wake">;
  readonly #source: () => AuditSource;
  readonly #newId: () => string;
  #waiting: Waiting[] = [];
  #writing = false;
  /** The last one of a row: each begins when the one before is over. */
  #indexing: Promise<void> = Promise.resolve();
  /** Kept and not indexed, as far as this process knows. */
  #behind = 0;
  /** An event was kept since the last pass. */
  #busy = false;

  constructor(
    context: Pick<NodeContext, "db" | "durable" | "wake">,
    source: () => AuditSource,
    newId: () => string,
  ) {
    this.#context = context;
    this.#source = source;
    this.#newId = newId;
  }

  /** In the caller's transaction. @param at milliseconds since 1970. */
  async keepWith(
    tx: Queryable,
    accesses: readonly FhirAccess[],
    agent: AuditAgent,
    at: number,
  ): Promise<void> {
    const events = this.#events(accesses, agent, at);
    if (events.length === 0) return;
    await insertEvents(tx, events);
    this.#count(events.length);
  }

  /** Resolves when they are on the disk. */
  keep(accesses: readonly FhirAccess[], agent: AuditAgent, at: number): Promise<void> {
    const events = this.#events(accesses, agent, at);
    if (events.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.#waiting.push({ events, done, failed });
      if (!this.#writing) void this.#write();
    });
  }

  /** Resolves when everything that was kept before the call can be searched. */
  index(): Promise<void> {
    const turn = this.#indexing.then(async () => {
      await indexEvents(this.#context);
      this.#behind = 0;
    });
    this.#indexing = turn.catch(() => undefined);
    return turn;
  }

  /** The worker's: leaves a busy server alone until too much waits. */
  async pass(): Promise<void> {
    const leave = this.#busy && this.#behind < MOST_BEHIND;
    this.#busy = false;
    if (!leave) await this.index();
  }

  /** One statement after the other: what comes during one goes into the next. */
  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_TOGETHER);
      const events = batch.flatMap((one) => one.events);
      try {
        await this.#context.durable("fhir.audit", () => insertEvents(this.#context.db, events));
        this.#count(events.length);
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = false;
  }

  #count(events: number): void {
    const before = this.#behind;
    this.#behind += events;
    this.#busy = true;
    if (before < MOST_BEHIND && this.#behind >= MOST_BEHIND) this.#context.wake("audit");
  }

  #events(accesses: readonly FhirAccess[], agent: AuditAgent, at: number): readonly string[] {
    return accesses
      .flatMap((access) => auditEventsOf(access, agent, this.#source(), at))
      .map((event) => writeJson(stamped(event, AUDIT_TYPE, this.#newId(), 1, at)));
  }
}

async function insertEvents(tx: Queryable, events: readonly string[]): Promise<void> {
  await tx.query("insert into fhir_audits (event) select unnest($1::text[])", [events]);
}
