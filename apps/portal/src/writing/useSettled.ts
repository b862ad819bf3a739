import { useQuery } from "@tanstack/react-query";
import { ask } from "../worker/client.ts";

/** Milliseconds between two looks how far it is, and for how many of them. */
const LOOK_EVERY = 1500;
const MOST_LOOKS = 40;

/** How far records have come at the node that took them: at two homes, on the ledger. */
export function useSettled(at: string, records: readonly string[]) {
  const state = useQuery({
    queryKey: ["settled", at, ...records],
    queryFn: async () => ask("settled", { at, records }),
    refetchInterval: (query) =>
      query.state.data?.anchored === true || query.state.dataUpdateCount >= MOST_LOOKS ? false : LOOK_EVERY,
    enabled: records.length > 0,
  });
  return state.data ?? { stored: false, anchored: false };
}
