import type { RecordLimits } from "@anamnesis/core/consent/decide";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { hasCode } from "@anamnesis/core/errors";
import type { OwnRule } from "@anamnesis/fhir-server/access/access";
import type { NodeContext } from "../../context.ts";
import type { FhirRequester } from "../requester.ts";
import { authoritiesOf } from "./authorityStore.ts";
import { askerOf, Standing } from "./standing.ts";
import { underRules } from "./underRules.ts";

type LimitsContext = Pick<NodeContext, "db" | "ledger" | "copy" | "clock" | "settings" | "organisation">;

/**
 * What a requester may read of the records that were received: the decision made now, on this node's own copy of the ledger and by its clock, for each authority
 * that was kept for it. Nothing is carried over from an earlier look, so what was revoked is hidden from the next statement on, whether or not it was purged.
 * Nothing at all while the copy of the ledger is not complete.
 *
 * @param rules what the organisation's policy lets the requester's role read for the purpose: it bounds what comes from others too.
 */
export async function receivedLimits(
  context: LimitsContext,
  { actor }: Pick<FhirRequester, "actor">,
  purpose: Purpose,
  rules: readonly OwnRule[],
): Promise<readonly RecordLimits[]> {
  const kept = await authoritiesOf(context, actor, context.organisation);
  if (kept.length === 0) return [];
  const asker = await askerOf(context, actor);
  if (asker === null) return [];
  try {
    const standing = await Standing.of(context, kept);
    return kept.flatMap((one) => {
      const decided = standing.decide(asker, one, purpose);
      return decided.permit ? underRules(decided.limits, one.opening.kind, rules) : [];
    });
  } catch (error) {
    if (hasCode(error, "custody-not-ready")) return [];
    throw error;
  }
}
