import type { GrantingPatient } from "../protocol.ts";

/** Consents of one signing, as far as it is plain that they are one patient's. */
export interface Signing {
  readonly shares: readonly (GrantingPatient["shares"][number] & { readonly segment: string })[];
  /**
   * Segment that says whose they are: the general one, or the only one. Its id is made of the opening that the grant shows, so that the same id is the same segment, and a segment is one
   * patient's.
   */
  readonly anchor: string;
  /** Who signs for that segment, as the card in the grant says. */
  readonly owner: string;
  /** False: it was stopped or is over. */
  readonly stands: boolean;
}

/**
 * Rows of the list of patients: signings of the same patient for the same purposes are one, so that their records are one chart. Of the same patient under other purposes, or under a card of another
 * owner, each row names the other. What only a name and a birth date would join stays apart.
 */
export function mergedShares(signings: readonly Signing[]): readonly GrantingPatient[] {
  const byPatient = new Map<string, Signing[]>();
  for (const signing of signings) {
    const purposes = [...new Set(signing.shares.flatMap((share) => share.purposes))].toSorted();
    // Whoever knows an opening could leave a grant that names it, and cannot sign for its owner: that is never read as this patient's share.
    const key = JSON.stringify([signing.anchor, signing.owner, purposes]);
    byPatient.set(key, [...(byPatient.get(key) ?? []), signing]);
  }
  const rows = [...byPatient.values()].flatMap((group) => {
    const standing = group.filter(({ stands }) => stands);
    const shares = standing.flatMap((one) => one.shares);
    const first = firstOf(shares);
    if (first === undefined) return [];
    const ended = group.filter(({ stands }) => !stands).flatMap((one) => one.shares);
    return [{ id: first.consent, shares, ended: ended.map(({ consent }) => consent) }];
  });
  const bySegment = new Map<string, string[]>();
  for (const { id, shares } of rows) {
    for (const segment of new Set(shares.map((share) => share.segment)))
      bySegment.set(segment, [...(bySegment.get(segment) ?? []), id]);
  }
  return rows
    .map(({ id, shares, ended }): GrantingPatient => {
      const also = new Set(shares.flatMap(({ segment }) => bySegment.get(segment) ?? []));
      also.delete(id);
      return {
        id,
        consents: shares.map(({ consent }) => consent),
        shares: shares.map(({ segment: _, ...share }) => share),
        ended,
        also: [...also],
      };
    })
    .toSorted((a, b) => lastEnd(b) - lastEnd(a));
}

/** By which the patient's name opens, where one of them opens it. */
function firstOf(shares: Signing["shares"]): Signing["shares"][number] | undefined {
  const general = shares.filter(({ kind }) => kind === "general");
  const naming = general.find(({ resourceTypes }) =>
    ["*", "Patient"].some((type) => resourceTypes.includes(type)),
  );
  return naming ?? general[0] ?? shares[0];
}

function lastEnd({ shares }: GrantingPatient): number {
  return Math.max(...shares.map(({ notAfter }) => notAfter));
}
