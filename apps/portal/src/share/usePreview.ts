import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useRecords } from "../records/useRecords.ts";
import { ask } from "../worker/client.ts";
import type { NewShare, OpenedItem } from "../worker/protocol.ts";

export interface PreviewState {
  /** What the reader would see; `null` while it is made out. */
  readonly items: readonly OpenedItem[] | null;
  readonly error: unknown;
  readonly again: () => void;
  /** Some of the own records could not be had: there may be more than is shown. */
  readonly missing: boolean;
  readonly open: boolean;
  readonly toggle: () => void;
}

/** What somebody would see under these terms, of the patient's own opened records. */
export function usePreview(wish: Omit<NewShare, "grantee">): PreviewState {
  const records = useRecords();
  const [open, setOpen] = useState(false);
  const would = useQuery({
    queryKey: ["preview", wish, records.data?.items.length ?? 0],
    queryFn: async () => ask("preview", wish),
    enabled: records.isSuccess,
    gcTime: 60_000,
  });
  const shown = new Set(would.data?.records);
  const items = (records.data?.items ?? []).filter(({ record }) => shown.has(record));
  return {
    items: would.isSuccess ? items : null,
    error: records.error ?? would.error,
    again: () => void (records.isError ? records.refetch() : would.refetch()),
    missing:
      records.isSuccess &&
      (records.data.gaps.length > 0 || records.data.refused + records.data.late.length > 0),
    open,
    toggle: () => setOpen(!open),
  };
}
