import { hasCode } from "@anamnesis/core/errors";
import type { Evidence } from "@anamnesis/core/evidence/evidence";
import type { Cid } from "@anamnesis/core/ids";
import { openContentStream } from "@anamnesis/core/record/openContentStream";
import { authorEvidence } from "./authorEvidence.ts";
import { concurrently } from "./concurrently.ts";
import { contentFrom, type ReadBlob } from "./contentFrom.ts";
import { type ContentSink, fillSink, WatchedSink } from "./contentSink.ts";
import { fetchAhead } from "./fetchAhead.ts";
import { factsOf, type RecordFacts } from "./open.ts";
import {
  type OpenedLocks,
  openLocks,
  type OpenParameters,
  type RefusedRecord,
  type UnlockedRecord,
} from "./openLocks.ts";
import { keepersOf } from "./openWraps.ts";
import { codeOf } from "./ourError.ts";

export interface SavedRecord extends RecordFacts {
  /** Bytes of the content. */
  readonly length: number;
}

export interface SaveParameters extends OpenParameters {
  /** A new sink for the content of a record; asked for again when a node broke off and another one is tried. */
  readonly sinkFor: (record: SavedRecord) => Promise<ContentSink>;
}

/**
 * Opens records of one segment (see `openLocks`) into sinks, a chunk in memory at a time: each chunk is authenticated before it is written, and a
 * sink is committed only when the whole content was verified. Throws besides what a sink throws.
 */
export async function saveRecords(parameters: SaveParameters): Promise<OpenedLocks<SavedRecord>> {
  return openLocks<SavedRecord>(parameters, async (records, { done, accuse }) => {
    const ahead = await fetchAhead(parameters, records);
    return concurrently(records, 4, async (item) => {
      const result = await saveOne(parameters, item, ahead, accuse);
      done();
      return result;
    });
  });
}

async function saveOne(
  parameters: SaveParameters,
  item: UnlockedRecord,
  ahead: ReadonlyMap<Cid, Uint8Array>,
  accuse: (evidence: Evidence) => void,
): Promise<SavedRecord | RefusedRecord> {
  const { runtime, consortium, access } = parameters;
  const { record, header, content, G } = item;
  if (G === null) return { record, code: "not-opened" };
  const { body } = header;
  let ownFailure = false;
  const save = async (read: ReadBlob): Promise<SavedRecord> => {
    const opened = await openContentStream(body, content.k1, G, read(0, body.contentBytes));
    const saved = { ...factsOf(item, opened.meta), length: opened.length };
    const sink = new WatchedSink(await parameters.sinkFor(saved), () => (ownFailure = true));
    await fillSink(sink, opened.bytes);
    return saved;
  };
  const small = ahead.get(body.content);
  try {
    if (small !== undefined) return await save(() => once(small));
    const endpoints = keepersOf(consortium, access, item);
    const blob = { cid: body.content, size: body.contentBytes, endpoints };
    return await contentFrom(runtime, access, blob, save, () => ownFailure);
  } catch (error) {
    if (ownFailure) throw error;
    // What came in the bundle was held against its CID: that it does not open is its author's doing.
    if (small !== undefined && (hasCode(error, "stream-open") || hasCode(error, "bad-content"))) {
      const found = await authorEvidence(parameters, item, G, small);
      if (found !== null) accuse(found);
    }
    return { record, code: codeOf(error) };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
