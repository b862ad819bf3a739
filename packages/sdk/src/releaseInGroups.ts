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

/** The first group of more than one, for which alone is asked: who waits sees something after a fraction of the time. */
const FIRST = 32;

/**
 * Lock B of any number of records, with one signed request for up to 128; of more the first 32 come alone, then 128 each: the custodians work on the next two groups while this side works on one. A caller
 * that stops in between has had up to two groups more released than it took; it ends when these have answered, so that their receipts are known too.
 * Throws what `askCustodians` throws.
 */
export async function* releaseInGroups(parameters: ReleaseParameters): AsyncGenerator<ReleasedGroup, void> {
  const { records } = parameters;
  const coming: Promise<ReleasedGroup>[] = [];
  const first = records.length > MAX_RECORDS_PER_REQUEST ? FIRST : MAX_RECORDS_PER_REQUEST;
  let from = 0;
  const askUpTo = (ahead: number): void => {
    while (from < records.length && coming.length < ahead) {
      const to = from + (from === 0 ? first : MAX_RECORDS_PER_REQUEST);
      const group = release(parameters, records.slice(from, to));
      // Looked at when its turn comes, or at the end.
      group.catch(() => undefined);
      coming.push(group);
      from = to;
    }
  };
  try {
    askUpTo(1);
    for (let next = coming.shift(); next !== undefined; next = coming.shift()) {
      const group = await next;
      askUpTo(AHEAD);
      yield group;
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
