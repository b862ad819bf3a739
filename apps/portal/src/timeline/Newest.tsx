import type { OpenedItem } from "../worker/protocol.ts";
export function Newest({ items, count }: { readonly items: readonly OpenedItem[]; readonly count: number }) {
  return <p>{Math.min(items.length, count)}</p>;
}
