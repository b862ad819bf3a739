import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { openRecords } from "@anamnesis/sdk/open";
import type { Runtime } from "@anamnesis/sdk/runtime";
import { benchFailed } from "../run/benchFailed.ts";
import type { BenchWorld } from "./benchWorld.ts";
import { type Measured, measured } from "./cost.ts";

export interface Released {
  /** Milliseconds of one custodian's answer to a request for one record, as the client sees it. */
  readonly answers: readonly number[];
  /** Milliseconds until the record is open: request signed, both custodians, shares verified and combined, content fetched. */
  readonly opened: readonly number[];
}

/** Opens one record after the other with a request of its own; nothing else runs meanwhile. */
export async function release(
  bench: BenchWorld,
  count: number,
  progress: (done: number, of: number) => void,
): Promise<Measured<Released>> {
  const { world, journey } = bench;
  const granted = [...journey.listings.values()].find(({ listing }) => listing.records.length > 0);
  if (granted === undefined) throw benchFailed();
  const { access, listing } = granted;
  const answers: number[] = [];
  const opened: number[] = [];
  const runtime: Runtime = {
    ...systemRuntime,
    fetch: async (url, init) => {
      const begin = performance.now();
      const response = await systemRuntime.fetch(url, init);
      if (url.endsWith(custodyRoutes.release.path)) answers.push(performance.now() - begin);
      return response;
    },
  };
  return measured(bench, () =>
    bench.profiled("release", async () => {
      for (let i = 0; i < count; i++) {
        const record = listing.records[i % listing.records.length];
        const begin = performance.now();
        const result = await openRecords({
          runtime,
          consortium: world.consortium,
          access,
          purpose: "TREAT",
          listing: { ...listing, records: record === undefined ? [] : [record] },
        });
        opened.push(performance.now() - begin);
        if (result.opened.length !== 1) throw benchFailed();
        progress(i + 1, count);
      }
      return { answers, opened };
    }),
  );
}
