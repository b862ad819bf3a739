import { ask } from "../worker/client.ts";
import { useOpening } from "./useOpening.ts";

/** The patient's own records, opened once a sitting, with how far it is. */
export function useRecords() {
  return useOpening({
    queryKey: ["records"],
    open: async (tell) => ask("records", undefined, tell),
    staleTime: 60_000,
  });
}
