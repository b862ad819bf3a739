import type { Queryable } from "@anamnesis/core/ports/database";
import type { FhirAccess } from "@anamnesis/fhir-server/audit/accessesOf";
import { type AuditAgent, type AuditSource, auditEventsOf } from "@anamnesis/fhir-server/audit/auditEvent";
import { AUDIT_TYPE } from "@anamnesis/fhir-server/access/access";
import { attributesForOwn } from "@anamnesis/fhir-server/resource/attributesFor";
import { stamped } from "@anamnesis/fhir-server/resource/meta";
import type { NewVersion } from "@anamnesis/fhir-server/store/version";
import { writeVersions } from "@anamnesis/fhir-server/store/writeVersion";
import type { NodeContext } from "../../context.ts";

/** Requests whose events go into one transaction, at most. */
const MOST_TOGETHER = 256;

interface Waiting {
  readonly versions: readonly NewVersion[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Who did what at the FHIR server, kept as AuditEvents that anybody with the right to may search. What is written is audited in the transaction of the write; everything else is on the disk before
 * its answer goes out, many requests with one sync.
 */
export class AuditTrail {
  readonly #context: Pick<NodeContext, "db" | "durable">;
  readonly #source: () => AuditSource;
  readonly #newId: () => string;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(context: Pick<NodeContext, "db" | "durable">, source: () => AuditSource, newId: () => string) {
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
    await writeVersions(tx, this.#versions(accesses, agent, at));
  }

  /** Resolves when they are on the disk. */
  keep(accesses: readonly FhirAccess[], agent: AuditAgent, at: number): Promise<void> {
    const versions = this.#versions(accesses, agent, at);
    if (versions.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.#waiting.push({ versions, done, failed });
      if (!this.#writing) void this.#write();
    });
  }

  /** One transaction after the other: what comes during one goes into the next. */
  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_TOGETHER);
      try {
        await this.#context.durable("fhir.audit", () =>
          this.#context.db.transaction((tx) =>
            writeVersions(
              tx,
              batch.flatMap(({ versions }) => versions),
            ),
          ),
        );
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = false;
  }

  #versions(accesses: readonly FhirAccess[], agent: AuditAgent, at: number): readonly NewVersion[] {
    return accesses
      .flatMap((access) => auditEventsOf(access, agent, this.#source(), at))
      .map((event) => {
        const id = this.#newId();
        const resource = stamped(event, AUDIT_TYPE, id, 1, at);
        const attributes = attributesForOwn(AUDIT_TYPE, resource);
        return { type: AUDIT_TYPE, id, version: 1, updated: at, method: "POST", attributes, resource };
      });
  }
}
