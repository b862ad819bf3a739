import { useQuery } from "@tanstack/react-query";
import { ask } from "../worker/client.ts";
import type { OpenedItem } from "../worker/protocol.ts";

/** What others wrote since the last visit in this browser; `null` until that is known, and at the first visit. */
export function useUnseen(items: readonly OpenedItem[] | undefined): readonly OpenedItem[] | null {
  const records = (items ?? []).map(({ record }) => record);
  const unseen = useQuery({
    queryKey: ["unseen", records.length],
    queryFn: async () => ask("unseen", { records }),
    enabled: items !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (unseen.data === undefined || unseen.data === null) return null;
  const fresh = new Set(unseen.data.records);
  return (items ?? []).filter(({ record, byOwner }) => fresh.has(record) && !byOwner);
}
