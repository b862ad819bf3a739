import { AnamnesisError } from "@anamnesis/core/errors";

/** No record and not allowed look the same to the outside. */
export function notFound(): AnamnesisError<"not-found"> {
  return new AnamnesisError({
    code: "not-found",
    rule: "What is not here, or not for you, is not found.",
    fix: "Check the id, and that a live consent names you.",
  });
}

export function notAuthorised(who: string): AnamnesisError<"not-authorised"> {
  return new AnamnesisError({
    code: "not-authorised",
    rule: `This is for ${who} alone.`,
    fix: "Sign the request with a key that has this right.",
  });
}

export function custodyNotReady(reason: string): AnamnesisError<"custody-not-ready"> {
  return new AnamnesisError({
    code: "custody-not-ready",
    rule: "A custodian answers only when its copy of the ledger is complete, its share is loaded and its log is open.",
    fix: "Ask again in a few seconds, or ask another custodian.",
    meta: { reason },
  });
}
