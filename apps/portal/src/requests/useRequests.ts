import { useQuery } from "@tanstack/react-query";
import { ask } from "../worker/client.ts";

/** Milliseconds between two looks while a page stands open. */
const LOOK_EVERY = 30_000;

/** Who asks this patient for access. */
export function useRequests() {
  return useQuery({
    queryKey: ["requests"],
    queryFn: async () => ask("requests"),
    refetchInterval: LOOK_EVERY,
  });
}

/** What this member of staff asked for. */
export function useAsked() {
  return useQuery({ queryKey: ["asked"], queryFn: async () => ask("asked"), refetchInterval: LOOK_EVERY });
}
