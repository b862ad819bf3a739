import type { OpenedItem } from "../worker/protocol.ts";

/**
 * Who wrote a record and alone may amend it: its organisation, whichever of its people or devices signed, or the owner, whichever home took it. Both are proven by the header's signature. No organisation's id reads
 * as the owner does.
 */
export function authorOf({ organisation, byOwner }: Pick<OpenedItem, "organisation" | "byOwner">): string {
  return byOwner ? "owner" : organisation;
}
