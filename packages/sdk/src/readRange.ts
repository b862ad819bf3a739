import { AnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import { type ContentRange, openContentRange } from "@anamnesis/core/record/openContentRange";
import { contentFrom, type ReadBlob } from "./contentFrom.ts";
import { type ContentSink, fillSink, WatchedSink } from "./contentSink.ts";
import { notOpened } from "./listRecords.ts";
import { factsOf, type RecordFacts } from "./open.ts";
import { openLocks, type OpenedLocks, type OpenParameters, type UnlockedRecord } from "./openLocks.ts";
import { keepersOf } from "./openWraps.ts";

export interface ReadPart extends RecordFacts {
  /** Bytes of the whole content. */
  readonly size: number;
  /** The part that was read: place of its first byte, number of its bytes. */
  readonly from: number;
  readonly length: number;
}

export interface ReadRangeParameters extends Omit<OpenParameters, "filter" | "askAnyway" | "onProgress"> {
  readonly record: RecordId;
  /** Bytes of the content, before encryption; fewer are read at its end. */
  readonly range: ContentRange;
  /** A new sink for the part; asked for again when a node broke off and another one is tried. */
  readonly sinkFor: (part: ReadPart) => Promise<ContentSink>;
}

/**
 * Reads a part of one record's content: the same request to the custodians, and the same receipts, as for opening all of it, but of the ciphertext only
 * the first chunk (64 KiB) and those of the part are fetched. Each is authenticated at its place under the key to which the header commits; the CID,
 * which needs all of the ciphertext, is not checked.
 *
 * Throws `not-opened` (no such record, not permitted or not released), `not-anchored`, `newer-epoch`, `bad-range`, `stream-open`, `bad-content`, `key-mismatch`,
 * `blob-not-found`, and what `openLocks` and the sink throw.
 */
export async function readRange(
  parameters: ReadRangeParameters,
): Promise<{ readonly part: ReadPart; readonly report: OpenedLocks<ReadPart>["report"] }> {
  const { opened, refused, report } = await openLocks<ReadPart>(
    { ...parameters, filter: ({ record }) => record === parameters.record },
    (records) => Promise.all(records.map((item) => readOne(parameters, item))),
  );
  const [part] = opened;
  if (part !== undefined) return { part, report };
  const code = refused.find(({ record }) => record === parameters.record)?.code;
  if (code === "not-anchored" || code === "newer-epoch") throw notYet(code);
  throw notOpened();
}

async function readOne(
  { runtime, consortium, access, range, sinkFor }: ReadRangeParameters,
  item: UnlockedRecord,
): Promise<ReadPart | { readonly record: RecordId; readonly code: string }> {
  const { record, header, content, G } = item;
  if (G === null) return { record, code: "not-opened" };
  const { body } = header;
  let ownFailure = false;
  const readFrom = async (read: ReadBlob): Promise<ReadPart> => {
    const { meta, size, length, bytes } = await openContentRange(body, content.k1, G, range, read);
    const part = { ...factsOf(item, meta), size, from: range.from, length };
    await fillSink(new WatchedSink(await sinkFor(part), () => (ownFailure = true)), bytes);
    return part;
  };
  const blob = { cid: body.content, size: body.contentBytes, endpoints: keepersOf(consortium, access, item) };
  return contentFrom(runtime, access, blob, readFrom, () => ownFailure);
}

function notYet(code: "not-anchored" | "newer-epoch"): AnamnesisError<typeof code> {
  return new AnamnesisError({
    code,
    rule: "A record opens once it is anchored, with the segment's key of its epoch.",
    fix: "Try again in a minute; if it stays so, look for a newer grant of this patient.",
  });
}
