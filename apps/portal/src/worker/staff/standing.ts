import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { browserRuntime } from "../runtime.ts";
import { forget } from "../segmentMemories.ts";
import { staffKeys } from "../session.ts";

/** Which of these consents still stand, as the own node knows: a revocation counts there as soon as it is stored. Throws what the node answers. */
export async function standing({
  consents,
}: {
  readonly consents: readonly string[];
}): Promise<readonly string[]> {
  const node = connect(browserRuntime, self.location.origin, httpSigner(staffKeys().ed25519));
  const states = await concurrently(consents, 8, async (consent) => {
    const state = await node.call(exchangeRoutes.consentState, { consent }, undefined);
    return state.status !== "revoked";
  });
  consents.filter((_, i) => states[i] !== true).forEach(forget);
  return consents.filter((_, i) => states[i] === true);
}
