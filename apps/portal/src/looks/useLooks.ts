import { useQuery } from "@tanstack/react-query";
import { ask } from "../worker/client.ts";

const KEY = ["looks"] as const;
/** Milliseconds between two looks at the logs while a page is open. */
const LOOK_EVERY = 5 * 60_000;

/** Who looked, read anew now and then. */
export function useLooks(enabled = true) {
  return useQuery({
    queryKey: KEY,
    queryFn: async () => ask("looks"),
    enabled,
    staleTime: 60_000,
    refetchInterval: LOOK_EVERY,
  });
}

/** How many notices wait, as far as that is known; asks nobody. */
export function useNoticeCount(): number {
  const { data } = useQuery({ queryKey: KEY, queryFn: async () => ask("looks"), enabled: false });
  return data?.notices.length ?? 0;
}
