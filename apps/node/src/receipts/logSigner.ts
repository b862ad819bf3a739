import type { OrganisationId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** Origin and key name of a custodian's receipt log in checkpoints. */
export function logOrigin(organisation: OrganisationId): string {
  return `anamnesis/receipts/${organisation}`;
}

/** Who signs this node's checkpoints. */
export function logSigner(context: Pick<NodeContext, "organisation" | "keys">): {
  readonly origin: string;
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
} {
  const origin = logOrigin(context.organisation);
  return {
    origin,
    name: origin,
    publicKey: context.keys.card.ed25519,
    sign: (message) => context.keys.signMessage(message),
  };
}
