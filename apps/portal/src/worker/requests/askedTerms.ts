import type { ConsentRequest } from "@anamnesis/core/request/consentRequest";
import type { GivenAnswer } from "@anamnesis/sdk/requests/requestState";
import type { AskedTerms, RequestAnswer } from "../protocol/requests.ts";

export function askedTerms({ kinds, resourceTypes, ...asked }: ConsentRequest): AskedTerms {
  const { purposes, dataFrom, dataTo, notAfter, message } = asked;
  const parts = kinds.map((kind) => ({
    kind,
    resourceTypes: kind === "general" ? resourceTypes : ["*"],
  }));
  return { parts, purposes, dataFrom, dataTo, notAfter, message };
}

export function answerOf(answer: GivenAnswer | null): RequestAnswer | null {
  if (answer === null) return null;
  const { consents, message, time } = answer;
  return { consents, message, time };
}
