import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../worker/client.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import type { Cosigning } from "../worker/protocol/cosign.ts";

const lists = new WeakMap<readonly OpenedItem[], readonly string[]>();

/** Records that ask for signatures and were opened; made once for each list, since every row of a timeline asks. */
function askedRecords(items: readonly OpenedItem[]): readonly string[] {
  const known = lists.get(items);
  if (known !== undefined) return known;
  const records = items.flatMap(({ record, cosign, proof }) =>
    cosign === null || proof === null ? [] : [record],
  );
  lists.set(items, records);
  return records;
}

export interface Cosigned {
  readonly of: (records: readonly string[]) => readonly Cosigning[];
  readonly failed: boolean;
  readonly silent: readonly string[];
  readonly unchecked: number;
}

const NONE: readonly string[] = [];

/** Who signed what of a whole chart or timeline: asked once for all of it, and not at all when nothing asks for signatures. */
export function useCosigned(items: readonly OpenedItem[]): Cosigned {
  const records = askedRecords(items);
  const { data, isError } = useQuery({
    queryKey: ["cosigned", ...records],
    queryFn: async () => ask("cosigned", { records }),
    enabled: records.length > 0,
  });
  const known = useMemo(() => new Map(data?.records.map((one) => [one.record, one])), [data]);
  return {
    of: (wanted) => wanted.flatMap((record) => known.get(record) ?? []),
    failed: isError,
    silent: data?.silent ?? NONE,
    unchecked: data?.unchecked ?? 0,
  };
}
