import { CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { hasCode } from "@anamnesis/core/errors";
import type { Evidence } from "@anamnesis/core/evidence/evidence";
import type { BodyLabel, Cid, Day, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { Attributes } from "@anamnesis/core/record/attributes";
import type { ContentMeta } from "@anamnesis/core/record/content";
import type { Endorsers } from "@anamnesis/core/record/endorsement";
import { openContent, proofOfOpening } from "@anamnesis/core/record/openContent";
import type { AnchorProof } from "@anamnesis/core/release/releaseRequest";
import type { Header } from "@anamnesis/core/record/header";
import { readersSeed } from "@anamnesis/core/record/readersSeed";
import { authorEvidence } from "./authorEvidence.ts";
import { concurrently } from "./concurrently.ts";
import { fetchAhead } from "./fetchAhead.ts";
import { fetchBlob } from "./fetchBlob.ts";
import {
  type OpenedLocks,
  openLocks,
  type OpenParameters,
  type RefusedRecord,
  type UnlockedRecord,
} from "./openLocks.ts";
import { keepersOf } from "./openWraps.ts";
import { codeOf } from "./ourError.ts";
import type { RecordStanding } from "./recordStanding.ts";

/** What both locks show of a record besides its bytes. */
export interface RecordFacts {
  readonly record: RecordId;
  readonly attributes: Attributes;
  readonly mediaType: string;
  readonly source: { readonly key: string; readonly version: string } | null;
  readonly label: BodyLabel;
  readonly organisation: OrganisationId;
  readonly day: Day;
  readonly epoch: number;
  readonly header: Header;
  readonly anchor: AnchorProof;
  /** What the ledger says of it; `null` when none was given to look at. */
  readonly standing: RecordStanding | null;
  /** The record in the same segment that took its place, by the ledger and by that one's own wrap. */
  readonly successor: RecordId | null;
  /** The earlier record whose place it says to take. */
  readonly amends: RecordId | null;
  /** Who was to co-sign it, as its wrap opens the header's commitment; `null`: nobody. */
  readonly endorsers: Endorsers | null;
}

export interface OpenedRecord extends RecordFacts {
  readonly bytes: Uint8Array;
  /** Secret, 32 bytes: opens why others declined it, see `readersSeed`; `null` when it asks for nobody's signature. */
  readonly readersSeed: Uint8Array | null;
  /** Secret, 32 bytes: shows of a decline that who said it had opened the record, see `proofOfOpening`; `null` when it asks for nobody's signature. */
  readonly kc: Uint8Array | null;
}

export type OpenResult = OpenedLocks<OpenedRecord>;

export interface OpenRecordsParameters extends OpenParameters {
  /** Each group of up to 128 as soon as it is open, in the order in which they are asked for. */
  readonly onOpened?: (records: readonly OpenedRecord[]) => void;
}

/**
 * Opens records of one segment (see `openLocks`) and gives their contents in memory: for those of which one knows that they fit there.
 * `saveRecords` writes contents of any size, `readRange` reads a part of one.
 */
export async function openRecords(parameters: OpenRecordsParameters): Promise<OpenResult> {
  return openLocks<OpenedRecord>(parameters, async (records, { done, accuse }) => {
    const ahead = await fetchAhead(parameters, records);
    const results = await concurrently(records, 6, async (item) => {
      const result = await openOne(parameters, item, ahead, accuse);
      done();
      return result;
    });
    parameters.onOpened?.(results.flatMap((result) => ("code" in result ? [] : [result])));
    return results;
  });
}

export function factsOf(item: UnlockedRecord, { mediaType, source }: ContentMeta): RecordFacts {
  const { record, label, header, anchor, content, standing, successor } = item;
  const { organisation, day, epoch } = header.body.core;
  const { attributes } = content;
  const amends = content.amends?.record ?? null;
  const { threshold, organisations } = content.endorsement ?? {};
  const endorsers =
    threshold === undefined || organisations === undefined ? null : { threshold, organisations };
  const told = { standing, successor, amends, endorsers };
  return { record, attributes, mediaType, source, label, organisation, day, epoch, header, anchor, ...told };
}

/** What was said about the record to its readers can be opened and checked with these; `null` where nobody was asked to say anything. */
function forDeclines(
  { header: { body }, content }: UnlockedRecord,
  G: Uint8Array,
): Pick<OpenedRecord, "readersSeed" | "kc"> {
  if (body.core.endorsement === null) return { readersSeed: null, kc: null };
  return { readersSeed: readersSeed(body, content.k1, G), kc: proofOfOpening(body, content.k1, G) };
}

async function openOne(
  parameters: OpenParameters,
  item: UnlockedRecord,
  ahead: ReadonlyMap<Cid, Uint8Array>,
  accuse: (evidence: Evidence) => void,
): Promise<OpenedRecord | RefusedRecord> {
  const { record, header, content, G } = item;
  if (G === null) return { record, code: "not-opened" };
  const { body } = header;
  const { runtime, consortium, access } = parameters;
  let ciphertext: Uint8Array | null = null;
  try {
    const endpoints = keepersOf(consortium, access, item);
    ciphertext =
      ahead.get(body.content) ??
      (await fetchBlob(runtime, access.signer, endpoints, body.content, CODEC_RAW, body.contentBytes));
    const { meta, bytes } = await openContent(body, content.k1, G, ciphertext);
    return { ...factsOf(item, meta), bytes, ...forDeclines(item, G) };
  } catch (error) {
    if (ciphertext !== null && (hasCode(error, "stream-open") || hasCode(error, "bad-content"))) {
      const found = await authorEvidence(parameters, item, G, ciphertext);
      if (found !== null) accuse(found);
    }
    return { record, code: codeOf(error) };
  }
}
