import type { Address, SegmentId } from "../ids.ts";
import type { LedgerIdentity } from "../ledger/intents.ts";
import { type Delegation, delegationSigner } from "./delegation.ts";
import { isReadingDelegation } from "./readingDelegation.ts";

/**
 * In whose name an account signs what is the owner's to sign about a segment: its own, or that of who let it read. `null` when what it shows is about another account or segment, or no such
 * delegation. Whether that account owns the segment, and whether the delegation stands, is the ledger's to say.
 */
export function signsFor(
  identity: LedgerIdentity,
  segment: SegmentId,
  signer: Address,
  shown: Delegation | null,
): Address | null {
  if (shown === null) return signer;
  const { body } = shown;
  if (body.proxy !== signer || body.segment !== segment || !isReadingDelegation(body)) return null;
  return delegationSigner(identity, shown);
}
