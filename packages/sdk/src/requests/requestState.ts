import type { RequestPage } from "@anamnesis/api/routes/requests";
import type { Digest, UnixSeconds } from "@anamnesis/core/ids";
import type { ConsentAnswer, SealedConsentAnswer } from "@anamnesis/core/request/consentAnswer";
import { consentRequestId, type SealedConsentRequest } from "@anamnesis/core/request/consentRequest";

export type RequestState = "waiting" | "granted" | "denied" | "expired" | "withdrawn";

/** What was said to a request, and when. */
export type GivenAnswer = ConsentAnswer & { readonly time: UnixSeconds };

/** What all homes together have of one request. */
export interface GatheredRequest {
  readonly id: Digest;
  readonly request: SealedConsentRequest;
  readonly withdrawnAt: UnixSeconds | null;
  /** Every answer that a home has: a home may lie, so that each is verified. */
  readonly answers: readonly SealedConsentAnswer[];
}

/** Puts what several homes gave together, by request. */
export function gatherRequests(
  items: readonly RequestPage["requests"][number][],
): readonly GatheredRequest[] {
  const found = new Map<Digest, GatheredRequest>();
  for (const { request, withdrawnAt, answer } of items) {
    const id = consentRequestId(request.body);
    const before = found.get(id) ?? { id, request, withdrawnAt: null, answers: [] };
    found.set(id, {
      ...before,
      withdrawnAt: before.withdrawnAt ?? withdrawnAt,
      answers: answer === null ? before.answers : [...before.answers, answer],
    });
  }
  return [...found.values()].toSorted((a, b) => a.request.body.time - b.request.body.time);
}

export function requestState(
  { request, withdrawnAt }: GatheredRequest,
  answer: GivenAnswer | null,
  now: UnixSeconds,
): RequestState {
  if (answer !== null) return answer.outcome;
  if (withdrawnAt !== null) return "withdrawn";
  return request.body.expiresAt <= now ? "expired" : "waiting";
}

/** Of the answers that verified the newest counts: two devices of one patient may both have answered, at different homes. */
export function newestAnswer(answers: readonly (GivenAnswer | null)[]): GivenAnswer | null {
  let newest: GivenAnswer | null = null;
  for (const answer of answers)
    if (answer !== null && (newest === null || answer.time > newest.time)) newest = answer;
  return newest;
}
