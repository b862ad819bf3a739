import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { ConsentId } from "@anamnesis/core/ids";
import { connect } from "@anamnesis/sdk/runtime";
import { browserRuntime } from "../runtime.ts";
import { grants } from "./granting.ts";

/** Which of these consents still stand, as the own node knows: a revocation counts there as soon as it is stored. Throws what the node answers. */
export async function standing({
  consents,
}: {
  readonly consents: readonly string[];
}): Promise<readonly string[]> {
  const node = connect(browserRuntime, self.location.origin, null);
  const given = await grants();
  const now = browserRuntime.now();
  const states = await Promise.all(
    consents.map(async (consent) => {
      const ends = given.get(consent)?.content.consent.body.notAfter ?? 0;
      if (ends < now) return false;
      const state = await node.call(
        exchangeRoutes.consentState,
        { consent: consent as ConsentId },
        undefined,
      );
      return state.status !== "revoked";
    }),
  );
  return consents.filter((_, i) => states[i] === true);
}
