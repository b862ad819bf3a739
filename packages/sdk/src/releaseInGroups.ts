import { makeCommittedKey } from "@anamnesis/core/record/openContent";
import { type AnchorProof, MAX_RECORDS_PER_REQUEST } from "@anamnesis/core/release/releaseRequest";
import {
  askCustodians,
  type AskCustodiansParameters,
  type Asked,
  type CustodyReport,
  TooFewCustodians,
} from "./askCustodians.ts";
import type { UnwrappedRecord } from "./openWraps.ts";

/** On the ledger, and behind lock B alone. */
export interface ReadyRecord extends UnwrappedRecord {
  readonly anchor: AnchorProof;
}

export interface ReleasedGroup {
  readonly records: readonly ReadyRecord[];
  readonly round: Asked;
}

export interface ReleaseParameters extends Pick<
  AskCustodiansParameters,
  "runtime" | "consortium" | "access" | "purpose" | "ask" | "permits"
> {
  readonly records: readonly ReadyRecord[];
  /** What came of each request, whatever becomes of the others: its receipts are the reader's against the custodians' logs. */
  readonly onRound: (report: CustodyReport) => void;
}

/** Groups for which the custodians were asked while one is used: what a custodian does for one of them it does while this side and the others work. */
const AHEAD = 2;

/**
 * Lock B of any number of records, with one signed request for each 128: the custodians work on the next two groups while this side works on one. A caller
 * that stops in between has had up to two groups more released than it took; it ends when these have answered, so that their receipts are known too.
 * Throws what `askCustodians` throws.
 */
export async function* releaseInGroups(parameters: ReleaseParameters): AsyncGenerator<ReleasedGroup, void> {
  const { records } = parameters;
  const coming: Promise<ReleasedGroup>[] = [];
  let from = 0;
  try {
    for (;;) {
      while (from < records.length && coming.length <= AHEAD) {
        const group = release(parameters, records.slice(from, from + MAX_RECORDS_PER_REQUEST));
        // Looked at when its turn comes, or at the end.
        group.catch(() => undefined);
        coming.push(group);
        from += MAX_RECORDS_PER_REQUEST;
      }
      const next = coming.shift();
      if (next === undefined) return;
      yield await next;
    }
  } finally {
    await Promise.allSettled(coming);
  }
}

async function release(
  { onRound, ...parameters }: ReleaseParameters,
  records: readonly ReadyRecord[],
): Promise<ReleasedGroup> {
  try {
    const round = await askCustodians({
      ...parameters,
      records: records.map(({ header, content: { attributes, salt }, anchor }) => {
        return { header, attributes, salt, anchor };
      }),
      fits: (at, G) => {
        const { header, content } = records[at] as ReadyRecord;
        return makeCommittedKey(header.body, content.k1, G);
      },
    });
    onRound(round);
    return { records, round };
  } catch (error) {
    if (error instanceof TooFewCustodians) onRound(error.report);
    throw error;
  }
}
