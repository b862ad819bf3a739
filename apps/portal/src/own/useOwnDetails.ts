import { useQuery } from "@tanstack/react-query";
import { ask } from "../worker/client.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import type { MissingRecord } from "../worker/protocol/writing.ts";

const NONE: readonly OpenedItem[] = [];
/** Milliseconds between two looks whether what is missing is there, or lost. */
const LOOK_EVERY = 60_000;

/**
 * What was opened, with the own details that were written in this browser and no list has yet; `null` until that is known. Where this browser keeps nothing, it is what was opened.
 */
export function useOwnDetails(items: readonly OpenedItem[] | undefined): {
  readonly items: readonly OpenedItem[];
  /** Records of what was written here and did not open yet. */
  readonly sent: readonly string[];
  readonly missing: readonly MissingRecord[];
} | null {
  const opened = (items ?? NONE).filter(({ proof }) => proof !== null).length;
  const { data, isError } = useQuery({
    queryKey: ["sent-details", opened],
    queryFn: async () => ask("sentDetails"),
    enabled: items !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    // The form stays while it is looked up anew.
    placeholderData: (before) => before,
  });
  const sent = isError ? NONE : data;
  // The form does not wait for homes.
  const homes = useQuery({
    queryKey: ["sent-details", opened, "missing"],
    queryFn: async () => ask("missingDetails"),
    enabled: (sent ?? NONE).length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchInterval: ({ state }) => (state.data?.length ? LOOK_EVERY : false),
    placeholderData: (before) => before,
  });
  if (items === undefined || sent === undefined) return null;
  const listed = new Set(items.map(({ record }) => record));
  return {
    items: [...items, ...sent.filter(({ record }) => !listed.has(record))],
    sent: sent.map(({ record }) => record),
    missing: homes.data ?? [],
  };
}
