import { type CorrectionPage, MAX_CORRECTIONS_PER_PAGE } from "@anamnesis/api/routes/corrections";
import { sealedCorrection } from "@anamnesis/core/correction/correction";
import { sealedCorrectionAnswer } from "@anamnesis/core/correction/correctionAnswer";
import type { OrganisationId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";

type Whose =
  /** All that an owner asked about a segment, and what became of it. */
  | { readonly segment: SegmentId }
  /** What waits for an organisation. */
  | { readonly organisation: OrganisationId; readonly now: UnixSeconds };

/** A page of corrections, oldest first; none of a record that is erased. @param from how many to pass over. */
export async function correctionPageOf(db: Queryable, whose: Whose, from: number): Promise<CorrectionPage> {
  const [condition, values] =
    "segment" in whose
      ? (["c.segment = $3", [whose.segment]] as const)
      : ([
          "c.organisation = $3 and c.expires_at > $4 and c.answer is null and c.withdrawn_at is null",
          [whose.organisation, whose.now],
        ] as const);
  const rows = await db.query<{
    bytes: Uint8Array;
    withdrawn_at: UnixSeconds | null;
    answer: Uint8Array | null;
  }>(
    `select c.bytes, c.withdrawn_at, c.answer from corrections c where ${condition}
       and not exists (select 1 from sticky_erasures s where s.record = c.record)
     order by c.number offset $1 limit $2`,
    [from, MAX_CORRECTIONS_PER_PAGE + 1, ...values],
  );
  return {
    corrections: rows.slice(0, MAX_CORRECTIONS_PER_PAGE).map((row) => ({
      correction: sealedCorrection.decode(row.bytes),
      withdrawnAt: row.withdrawn_at,
      answer: row.answer === null ? null : sealedCorrectionAnswer.decode(row.answer),
    })),
    next: rows.length > MAX_CORRECTIONS_PER_PAGE ? from + MAX_CORRECTIONS_PER_PAGE : null,
  };
}
