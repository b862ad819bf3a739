import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { ask, endWorker } from "../worker/client.ts";
import type { Who } from "../worker/protocol.ts";

const KEY = ["who"] as const;

/** Whose keys the worker has: `null` for nobody's. */
export function useWho() {
  return useQuery({ queryKey: KEY, queryFn: async () => ask("resume"), staleTime: Number.POSITIVE_INFINITY });
}

/** Notes who signed in; what was shown to somebody else is forgotten. */
export function useEnter(): (who: Who) => void {
  const queries = useQueryClient();
  return useCallback(
    (who) => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "config" });
      queries.setQueryData(KEY, who);
    },
    [queries],
  );
}

/** Forgets keys and everything that was opened. The session at the node is ended by who calls this. */
export function useLeave(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await ask("lock").catch(() => undefined);
    endWorker();
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "config" });
    queries.setQueryData(KEY, null);
  }, [queries]);
}
