import { type PortalConfig, SIGN_INS, type SignIn } from "@anamnesis/api/routes/portal";
import type { NodeContext } from "../context.ts";
import { VERSION } from "../version.ts";

/** How people can sign in at this node. */
export type PortalOffer = ReadonlySet<SignIn>;

/** What a node's pages have to know before anybody signs in. */
export function portalConfig(
  { organisation, name, ledger }: Pick<NodeContext, "organisation" | "name" | "ledger">,
  offer: PortalOffer,
): PortalConfig {
  return {
    organisation,
    name,
    chainId: ledger.identity.chainId,
    contract: ledger.identity.contracts.consents,
    demo: offer.has("demo"),
    signIn: SIGN_INS.filter((how) => offer.has(how)),
    version: VERSION,
  };
}
