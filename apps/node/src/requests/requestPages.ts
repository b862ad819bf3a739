import { MAX_REQUESTS_PER_PAGE, type RequestPage } from "@anamnesis/api/routes/requests";
import type { ActorId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { sealedConsentAnswer } from "@anamnesis/core/request/consentAnswer";
import { sealedConsentRequest } from "@anamnesis/core/request/consentRequest";

/** A page of what waits or waited here for a segment, or of one requester, oldest first. @param from how many to pass over. */
export async function requestPageOf(
  db: Queryable,
  whose: { readonly segment: SegmentId } | { readonly requester: ActorId },
  from: number,
): Promise<RequestPage> {
  const [column, value] = "segment" in whose ? ["segment", whose.segment] : ["requester", whose.requester];
  const rows = await db.query<{
    bytes: Uint8Array;
    withdrawn_at: UnixSeconds | null;
    answer: Uint8Array | null;
  }>(
    `select bytes, withdrawn_at, answer from consent_requests where ${column} = $1
     order by number offset $2 limit $3`,
    [value, from, MAX_REQUESTS_PER_PAGE + 1],
  );
  return {
    requests: rows.slice(0, MAX_REQUESTS_PER_PAGE).map((row) => ({
      request: sealedConsentRequest.decode(row.bytes),
      withdrawnAt: row.withdrawn_at,
      answer: row.answer === null ? null : sealedConsentAnswer.decode(row.answer),
    })),
    next: rows.length > MAX_REQUESTS_PER_PAGE ? from + MAX_REQUESTS_PER_PAGE : null,
  };
}
