import { isAnamnesisError } from "@anamnesis/core/errors";
import { QueryClient } from "@tanstack/react-query";

/** What a node may answer differently in a moment. */
const PASSING: ReadonlySet<string> = new Set([
  "node-unreachable",
  "homes-unreachable",
  "busy",
  "node-starting",
]);

/** What was opened stays on the screen until it is asked for again; keys and records are never written to the disk by it. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // Without a network they fail at once and the page says so; the library's own way is to wait in silence.
      networkMode: "always",
      retry: (count, error) => count < 1 && isAnamnesisError(error) && PASSING.has(error.code),
    },
    mutations: { networkMode: "always" },
  },
});
