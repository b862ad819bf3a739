import type { RecordCore } from "./header.ts";

/**
 * True when the segment's owner wrote a record: its header names the segment itself as author, and `organisation` is the home that took it and
 * anchors it. No organisation or actor has a segment's id, which is a hash of other things.
 */
export function isOwners({ author, segment }: Pick<RecordCore, "author" | "segment">): boolean {
  return (author as string) === (segment as string);
}
