import type { OrganisationId } from "@anamnesis/core/ids";

/** How long one run waits for answers that it can do without. A node is waited for in vain once, however often it is asked. */
export class Patience {
  /** For each such wait. */
  readonly milliseconds = 5_000;
  readonly #inVain = new Set<OrganisationId>();

  isOverFor(organisation: OrganisationId): boolean {
    return this.#inVain.has(organisation);
  }

  lose(organisation: OrganisationId): void {
    this.#inVain.add(organisation);
  }
}
