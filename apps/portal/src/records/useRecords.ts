import { ask } from "../worker/client.ts";
import type { OpenedRecords } from "../worker/protocol.ts";
import { useOpening } from "./useOpening.ts";

export const RECORDS = ["records"] as const;

/** Of what is on its way: what can be opened by now. */
export async function lateRecords(late: readonly string[]): Promise<OpenedRecords> {
  return ask("records", { among: late });
}

/** The patient's own records, opened once a sitting, with how far it is. */
export function useRecords() {
  return useOpening({
    queryKey: RECORDS,
    open: async (tell) => ask("records", undefined, tell),
    staleTime: 60_000,
  });
}
