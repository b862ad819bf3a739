import { isAnamnesisError } from "@anamnesis/core/errors";
import { type QueryKey, useQuery } from "@tanstack/react-query";
import type { OpenedRecords } from "../worker/protocol.ts";
import { withLate } from "./withLate.ts";

/** Milliseconds before each look; after the last one it is for the person to look. */
const WAITS: readonly number[] = [2000, 4000, 8000, 16_000, 30_000];

export interface LateParameters {
  /** Of the query that has what is shown. */
  readonly queryKey: QueryKey;
  /** Records that are on their way to the ledger. */
  readonly late: readonly string[];
  /** Opens those of them that can be opened by now. */
  readonly look: (late: readonly string[]) => Promise<OpenedRecords>;
  /** Opens everything anew, where they cannot be looked for alone: for the person to ask for. */
  readonly all?: () => void;
}

/**
 * Looks again, ever more seldom, for what is on its way, and puts what opens beside what is shown; nothing else is asked for again, since each
 * opening leaves a receipt. A look that fails counts as one that found nothing.
 */
export function useLate({ queryKey, late, look, all }: LateParameters) {
  const key = ["late", ...queryKey, ...late];
  const looks = useQuery({
    queryKey: key,
    queryFn: async ({ client }) => {
      try {
        const found = await look(late);
        client.setQueryData<OpenedRecords>(queryKey, (shown) =>
          shown === undefined ? undefined : withLate(shown, late, found),
        );
      } catch (error) {
        if (!isAnamnesisError(error)) throw error;
      }
      return (client.getQueryData<number>(key) ?? 0) + 1;
    },
    initialData: 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    enabled: late.length > 0 && all === undefined,
    refetchInterval: ({ state }) => WAITS[state.data ?? 0] ?? false,
  });
  return {
    /** It does not look by itself any more. */
    isOver: all !== undefined || looks.data >= WAITS.length,
    look: all ?? (() => void looks.refetch()),
    busy: looks.isFetching,
  };
}
