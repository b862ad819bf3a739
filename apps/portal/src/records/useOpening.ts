import { type QueryKey, skipToken, useQuery } from "@tanstack/react-query";
import type { OpenedItem, OpenedRecords, Progress } from "../worker/protocol.ts";

export interface OpeningParameters<T extends OpenedRecords> {
  readonly queryKey: QueryKey;
  readonly open: (tell: (value: Progress) => void) => Promise<T>;
  readonly staleTime: number;
  /** Milliseconds for which what was opened is kept when no page shows it; five minutes by default. */
  readonly gcTime?: number;
  readonly enabled?: boolean;
}

/** Records that open while the page already shows some of them: how far it is, and what is open by now, whichever page began it. */
export function useOpening<T extends OpenedRecords>({ queryKey, open, ...options }: OpeningParameters<T>) {
  const progressKey = ["opening", ...queryKey];
  const { gcTime } = options;
  const { data } = useQuery<Progress | null>({
    queryKey: progressKey,
    queryFn: skipToken,
    ...(gcTime === undefined ? {} : { gcTime }),
  });
  const opened = useQuery({
    queryKey,
    queryFn: async ({ client }) => {
      const tell = (value: Progress): void => {
        // What nobody looks at any more and is not to be kept is not kept either.
        const watched = client.getQueryCache().find({ queryKey })?.getObserversCount() ?? 0;
        if (gcTime === 0 && watched === 0) return;
        client.setQueryData<Progress | null>(progressKey, (before) => ({ ...before, ...value }));
      };
      try {
        return await open(tell);
      } finally {
        client.setQueryData(progressKey, null);
      }
    },
    ...options,
  });
  const progress = data ?? null;
  const soFar: readonly OpenedItem[] | null = opened.isPending ? (progress?.soFar ?? null) : null;
  return { ...opened, progress, soFar };
}
