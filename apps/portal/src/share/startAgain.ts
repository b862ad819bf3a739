import { sensitiveKind } from "../meaning/entry.ts";
import { areasOfTypes } from "../requests/areasOfTypes.ts";
import type { NewShare, Share } from "../worker/protocol.ts";
import type { TermsStart } from "./useTerms.ts";

const PURPOSES: readonly NewShare["purpose"][] = ["TREAT", "HRESCH", "HPAYMT", "PATRQT"];

/** The choices of a share, to be signed anew: what it opened, as far as kinds can be chosen, and never more. `null` when it would have ended by now, or was about a time that is over, which cannot be chosen. */
export function startAgain(
  { parts, purposes, dataFrom, dataTo, notAfter }: Share,
  now: number,
): TermsStart | null {
  const purpose = PURPOSES.find((one) => purposes.includes(one));
  if (notAfter <= now || dataTo !== null || purpose === undefined) return null;
  const sensitive = parts.flatMap(({ kind, resourceTypes }) => {
    const area = sensitiveKind(kind);
    return area !== null && resourceTypes.includes("*") ? [area] : [];
  });
  return {
    ...areasOfTypes(parts),
    sensitive: new Set(sensitive),
    purpose,
    asked: { dataFrom, notAfter },
  };
}
