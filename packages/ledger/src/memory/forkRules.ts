import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { intentDigest, type LogHead } from "@anamnesis/core/ledger/intents";
import { ALREADY, refused } from "../refusal.ts";
import type { IntentOf, Ruling } from "./ruling.ts";
import type { LedgerState } from "./state.ts";

/** `Receipts.proveFork` in its order of checks. */
export function proveFork(
  state: LedgerState,
  intent: IntentOf<"ProveFork">,
  signatures: readonly Uint8Array[],
): Ruling {
  const { first, second } = intent;
  const { organisation, size } = first;
  if (second.organisation !== organisation || second.size !== size || first.root === second.root) {
    return refused("no-fork");
  }
  const [lowerRoot, higherRoot] =
    first.root < second.root ? [first.root, second.root] : [second.root, first.root];
  const fork = `${organisation} ${size} ${lowerRoot} ${higherRoot}`;
  if (state.forks.has(fork)) return ALREADY;
  for (const [index, head] of [first, second].entries()) {
    if (!isOwnHead(state, head, signatures[index] ?? new Uint8Array())) return refused("bad-signature");
  }
  return {
    change: () => state.forks.add(fork),
    events: [{ type: "log-fork-proven", organisation, size, lowerRoot, higherRoot }],
  };
}

/** Signed by a key that the organisation has or had; or, without a signature, the head that stands. */
function isOwnHead(state: LedgerState, head: LogHead, signature: Uint8Array): boolean {
  if (signature.length === 0) {
    const standing = state.logHeads.get(head.organisation);
    return head.size !== 0 && standing?.size === head.size && standing.root === head.root;
  }
  const digest = intentDigest(state.identity, { type: "AnchorLogHead", ...head });
  return [...state.holders].some(
    ([signer, holder]) => holder === head.organisation && verifyBy(digest, signature, signer),
  );
}
