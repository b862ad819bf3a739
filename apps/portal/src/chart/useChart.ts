import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { LateParameters } from "../records/useLate.ts";
import { useOpening } from "../records/useOpening.ts";
import { ask } from "../worker/client.ts";
import type { ChartRecords, GrantingPatient, OpenedItem, Progress } from "../worker/protocol.ts";

/** Milliseconds between two looks whether the consents still stand. */
const LOOK_EVERY = 1000;
const NONE: readonly string[] = [];

export interface ChartState {
  /** What was opened; `null` while it opens, and when nothing may be shown any more. */
  readonly data: ChartRecords | null;
  readonly progress: Progress | null;
  /** What is open by now, while the rest opens: `null` before the first, and when nothing may be shown any more. */
  readonly soFar: readonly OpenedItem[] | null;
  readonly error: unknown;
  /** Every consent was stopped or has ended. */
  readonly stopped: boolean;
  readonly again: () => void;
  /** Those that still stand. */
  readonly shares: GrantingPatient["shares"];
  /** How to look for what is on its way. */
  readonly late: LateParameters;
  readonly busy: boolean;
}

/**
 * A chart, and whether the consents that opened it still stand, by what the own node stored and its copy of the ledger. What was stopped goes
 * from the page at once.
 */
export function useChart({ consents, shares }: GrantingPatient): ChartState {
  const standing = useQuery({
    queryKey: ["standing", ...consents],
    queryFn: async () => ask("standing", { consents }),
    refetchInterval: LOOK_EVERY,
    refetchIntervalInBackground: true,
    staleTime: 0,
    // Who comes back sees nothing by an earlier answer.
    gcTime: 0,
  });
  const live = standing.data ?? NONE;
  const stopped = standing.isSuccess && live.length === 0;
  const queryKey = ["chart", ...live];
  const asked = { consents: live, purpose: shares[0]?.purposes[0] ?? "TREAT" };
  const chart = useOpening<ChartRecords>({
    queryKey,
    open: async (tell) => ask("chart", asked, tell),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    enabled: live.length > 0,
  });
  const { refetch } = chart;
  const again = useCallback(() => void refetch(), [refetch]);
  const subject = chart.data?.subject ?? null;
  return {
    data: stopped ? null : (chart.data ?? null),
    progress: chart.progress,
    soFar: stopped ? null : chart.soFar,
    error: chart.error ?? standing.error,
    stopped,
    shares: useMemo(
      () => (standing.isSuccess ? shares.filter(({ consent }) => live.includes(consent)) : shares),
      [standing.isSuccess, shares, live],
    ),
    again,
    late: {
      queryKey,
      late: stopped ? NONE : (chart.data?.late ?? NONE),
      look: async (late) => ask("chart", { ...asked, among: { records: late, subject } }),
      // What was left out because nothing said whom it is about, belongs to the chart once something does.
      ...(subject === null && live.length > 1 ? { all: again } : {}),
    },
    busy: chart.isFetching,
  };
}
