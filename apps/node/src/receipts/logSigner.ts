import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import type { NodeContext } from "../context.ts";

/** Who signs this node's checkpoints. */
export function logSigner(context: Pick<NodeContext, "organisation" | "keys">): {
  readonly origin: string;
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
} {
  const origin = logOrigin(context.organisation);
  const { card, signMessage } = context.keys;
  return {
    origin,
    name: origin,
    publicKey: card.ed25519,
    sign: signMessage,
  };
}
