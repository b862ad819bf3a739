import type { OpenedGrant } from "./listGrants.ts";

/** The same for consents that were signed together, for several kinds of one patient's records: the same purposes, period and term, to the second. Two patients may have signed the same within one second. */
export function signingKey({ content }: Pick<OpenedGrant, "content">): string {
  const { purposes, dataFrom, dataTo, notBefore, notAfter } = content.consent.body;
  return JSON.stringify([purposes, dataFrom, dataTo, notBefore, notAfter]);
}
