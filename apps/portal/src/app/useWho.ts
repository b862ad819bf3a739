import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { dropAllDrafts, keepAllDrafts } from "../writing/useDrafts.ts";
import { ask, endWorker } from "../worker/client.ts";
import { hasKeptKey } from "../worker/keyStore.ts";
import type { Who } from "../worker/protocol.ts";

const KEY = ["who"] as const;

/** Whose keys the worker has: `null` for nobody's. */
export function useWho() {
  return useQuery({
    queryKey: KEY,
    queryFn: async () => ((await hasKeptKey()) ? ask("resume") : null),
    staleTime: Number.POSITIVE_INFINITY,
  });
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

/** Notes what changed of who is signed in. */
export function useNoteWho(): (who: Who) => void {
  const queries = useQueryClient();
  return useCallback((who) => void queries.setQueryData(KEY, who), [queries]);
}

/** Forgets keys and everything that was opened, for who goes on to another page. The session at the node is ended by who calls this. */
export function useLeave(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await forgetKeys();
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "config" });
    queries.setQueryData(KEY, null);
  }, [queries]);
}

/** The same where somebody is: the open page hears of it by itself and leads to the sign-in, and from there back. */
export function useLock(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await forgetKeys();
    await queries.cancelQueries({ queryKey: KEY });
    queries.setQueryData(KEY, null);
    // What is removed tells its page nothing: so this one stays.
    queries.removeQueries({ predicate: ({ queryKey: [name] }) => name !== "config" && name !== KEY[0] });
  }, [queries]);
}

async function forgetKeys(): Promise<void> {
  await keepAllDrafts();
  await ask("lock").catch(() => undefined);
  dropAllDrafts();
  endWorker();
}
