import { type Client, createClient } from "@anamnesis/api/client";
import { AnamnesisError } from "@anamnesis/core/errors";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { NodeContext } from "../context.ts";

/** Milliseconds that a node gives another one for an answer. */
const TIMEOUT = 15_000;

/**
 * A client that signs with this node's Ed25519 key. Throws `bad-endpoint` when a member put something on the ledger
 * that is no HTTP address.
 */
export function clientFor(
  context: Pick<NodeContext, "clock" | "fetch" | "keys" | "random">,
  endpoint: string,
): Client {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new AnamnesisError({
      code: "bad-endpoint",
      rule: "A member's endpoint is an http or https address.",
      fix: "Ask the member to set its endpoint on the ledger again.",
    });
  }
  return createClient({
    baseUrl: endpoint.replace(/\/+$/, ""),
    fetch: context.fetch,
    signer: { keyid: toHex(context.keys.card.ed25519), sign: context.keys.signMessage },
    now: () => context.clock.now(),
    random: (length) => context.random.bytes(length),
    timeout: TIMEOUT,
  });
}
