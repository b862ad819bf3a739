import type { EvidenceOf } from "@anamnesis/core/evidence/evidence";
import type { OrganisationId } from "@anamnesis/core/ids";

/** The one head of a log that a witness holds. */
export interface HeldHead {
  /** The log's signed note, `null` while no head was held. */
  readonly checkpoint: string | null;
  /** Puts another head in its place; resolves when it is on the disk. */
  readonly replace: (checkpoint: string) => Promise<void>;
}

/**
 * What a witness remembers of others' logs. It stands by itself and not in the database: a database that is restored from a
 * backup must not make a witness forget what it cosigned.
 *
 * - `update` MUST run the work about one log one after the other; what `replace` resolved for MUST be there after a kill or
 *   power loss, and the head before it until then.
 */
export interface WitnessStore {
  /** The head that is held, `null` for none. */
  read(log: OrganisationId): Promise<string | null>;
  update<T>(log: OrganisationId, work: (held: HeldHead) => Promise<T>): Promise<T>;
  /** Keeps what convicts a log, durably. False when it, or enough of this log's, is kept already. */
  keepEvidence(evidence: EvidenceOf<"conflicting-heads">): Promise<boolean>;
  /** How many contradictions are kept, of all logs. */
  evidence(): Promise<number>;
}
