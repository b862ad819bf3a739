import type { EvidenceOf } from "@anamnesis/core/evidence/evidence";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { WitnessStore } from "../witnessStore.ts";

/** For tests of what stands above the store: nothing outlives the process. */
export class MemoryWitnessStore implements WitnessStore {
  readonly heads = new Map<OrganisationId, string>();
  readonly kept: EvidenceOf<"conflicting-heads">[] = [];
  #last: Promise<unknown> = Promise.resolve();

  async read(log: OrganisationId): Promise<string | null> {
    return this.heads.get(log) ?? null;
  }

  update: WitnessStore["update"] = (log, work) => {
    const replace = async (checkpoint: string): Promise<void> => void this.heads.set(log, checkpoint);
    const turn = this.#last
      .catch(() => undefined)
      .then(() => work({ checkpoint: this.heads.get(log) ?? null, replace }));
    this.#last = turn;
    return turn;
  };

  async keepEvidence(evidence: EvidenceOf<"conflicting-heads">): Promise<boolean> {
    this.kept.push(evidence);
    return true;
  }

  async evidence(): Promise<number> {
    return this.kept.length;
  }
}
