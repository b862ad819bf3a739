import { useQuery } from "@tanstack/react-query";
import { ask } from "../worker/client.ts";
import type { OpenedItem } from "../worker/protocol.ts";

const NONE: readonly OpenedItem[] = [];

/**
 * What was opened, with the own details that were written in this browser and no list has yet; `null` until that is known. Where this browser keeps nothing, it is what was opened.
 */
export function useOwnDetails(items: readonly OpenedItem[] | undefined): {
  readonly items: readonly OpenedItem[];
  /** Records of what was written here and did not open yet. */
  readonly sent: readonly string[];
} | null {
  const opened = (items ?? NONE).flatMap(({ record, proof }) => (proof === null ? [] : [record]));
  const { data, isError } = useQuery({
    queryKey: ["sent-details", opened.length],
    queryFn: async () => ask("sentDetails", { opened }),
    enabled: items !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    // The form stays while it is looked up anew.
    placeholderData: (before) => before,
  });
  const sent = isError ? NONE : data;
  if (items === undefined || sent === undefined) return null;
  const listed = new Set(items.map(({ record }) => record));
  return {
    items: [...items, ...sent.filter(({ record }) => !listed.has(record))],
    sent: sent.map(({ record }) => record),
  };
}
