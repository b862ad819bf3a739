import type { Hash32, OrganisationId } from "@anamnesis/core/ids";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";

/** A head that this node signed, wherever it was found again. */
export interface SignedHead {
  readonly size: number;
  readonly root: Hash32;
}

/**
 * What is known, since this process started, of the heads that this node signed before: from its own database and from the
 * witnesses. A log that does not contain them all is an older copy or another history, and must sign nothing.
 */
export class LogStanding {
  readonly #heads = new Map<OrganisationId | "own", SignedHead>();
  readonly #answered = new Set<OrganisationId>();
  #asked = false;
  #cosignatures: { readonly size: number; readonly count: number; readonly wanted: number } | null = null;

  /** Whether all who could be reached were asked once since the start. Until then nothing is signed or released. */
  get asked(): boolean {
    return this.#asked;
  }

  /** How the newest attempt to have a head cosigned ended; `null` before the first one. */
  get cosignatures(): { readonly size: number; readonly count: number; readonly wanted: number } | null {
    return this.#cosignatures;
  }

  finishAsking(): void {
    this.#asked = true;
  }

  noteCosignatures(size: number, count: number, wanted: number): void {
    this.#cosignatures = { size, count, wanted };
  }

  /** @param head `null`: it holds none. */
  note(from: OrganisationId | "own", head: SignedHead | null): void {
    if (from !== "own") this.#answered.add(from);
    const known = this.#heads.get(from);
    if (head !== null && head.size >= (known?.size ?? 0)) this.#heads.set(from, head);
  }

  hasAnswered(witness: OrganisationId): boolean {
    return this.#answered.has(witness);
  }

  /** Size of the head that a witness holds, as far as is known. */
  sizeAt(witness: OrganisationId): number {
    return this.#heads.get(witness)?.size ?? 0;
  }

  /** The largest signed head that is not part of the log; `null` when all are. */
  contradiction(receipts: Pick<ReceiptLog, "head" | "headAt">): SignedHead | null {
    const { size } = receipts.head();
    const missing = [...this.#heads.values()].filter(
      (head) => head.size > size || receipts.headAt(head.size).root !== head.root,
    );
    return missing.toSorted((a, b) => b.size - a.size)[0] ?? null;
  }
}
