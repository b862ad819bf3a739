import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../worker/client.ts";
import type { Queued, ReadQueued } from "../worker/protocol/cosign.ts";

/** Milliseconds between two looks whether the consents by which results opened still stand: what was stopped goes from the page, as from a chart. */
const LOOK_EVERY = 2000;

export interface ReadQueue {
  /** What opened, by record, as long as its consent stands. */
  readonly of: (record: string) => ReadQueued | null;
  readonly pending: boolean;
  readonly error: unknown;
  readonly again: () => void;
}

/** Opens what waits, once for each visit: every opening leaves a receipt. */
export function useReadQueue(queued: readonly Queued[], may: boolean): ReadQueue {
  const records = useMemo(() => queued.map(({ record }) => record).toSorted(), [queued]);
  const read = useQuery({
    queryKey: ["read-queue", ...records],
    queryFn: async () => ask("readQueue", { records }),
    enabled: may && records.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const consents = useMemo(() => [...new Set(read.data?.map(({ consent }) => consent))], [read.data]);
  const standing = useQuery({
    queryKey: ["standing", ...consents],
    queryFn: async () => ask("standing", { consents }),
    enabled: consents.length > 0,
    refetchInterval: LOOK_EVERY,
    refetchIntervalInBackground: true,
    staleTime: 0,
  });
  const shown = useMemo(() => {
    const live = new Set(standing.data ?? []);
    return new Map(
      (read.data ?? []).filter(({ consent }) => live.has(consent)).map((one) => [one.record, one]),
    );
  }, [read.data, standing.data]);
  return {
    of: (record) => shown.get(record) ?? null,
    pending: (may && records.length > 0 && read.isPending) || (consents.length > 0 && standing.isPending),
    error: read.error ?? standing.error,
    again: () => void read.refetch(),
  };
}
