import type { EndorseWish } from "@anamnesis/api/routes/recordVerbs";
import { CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { RecordId } from "@anamnesis/core/ids";
import { openContent, proofOfOpening } from "@anamnesis/core/record/openContent";
import { readersSeed } from "@anamnesis/core/record/readersSeed";
import { fetchBlob } from "./fetchBlob.ts";
import { factsOf, type OpenedRecord } from "./open.ts";
import { openLocks, type OpenParameters, type RefusedRecord } from "./openLocks.ts";
import { keepersOf } from "./openWraps.ts";
import { codeOf } from "./ourError.ts";

export interface ReadToEndorseParameters extends Omit<OpenParameters, "filter"> {
  readonly records: ReadonlySet<RecordId>;
}

/** A record that was opened, with what has to be shown to sign or to decline it. */
export interface ReadToEndorse {
  readonly opened: OpenedRecord;
  /** Proves to a node that somebody had both locks open. */
  readonly wish: EndorseWish;
  /** Secret, 32 bytes: a reason is sealed to whoever opens the record by it. */
  readonly readersSeed: Uint8Array;
}

/** Opens records under the patient's consent, so that whoever signs or declines them has read them. Tells nobody anything but that they were opened. Throws as `openRecords`. */
export async function readToEndorse({ records: wanted, ...parameters }: ReadToEndorseParameters): Promise<{
  readonly read: readonly ReadToEndorse[];
  readonly refused: readonly RefusedRecord[];
}> {
  const { runtime, consortium, access } = parameters;
  const { opened, refused } = await openLocks<ReadToEndorse>(
    { ...parameters, filter: ({ record }) => wanted.has(record) },
    async (records, { done }) => {
      const results: (ReadToEndorse | RefusedRecord)[] = [];
      for (const item of records) {
        const { header, content, G, record } = item;
        const { body } = header;
        try {
          if (G === null) {
            results.push({ record, code: "not-opened" });
            continue;
          }
          const endpoints = keepersOf(consortium, access, item);
          const blob = await fetchBlob(
            runtime,
            access.signer,
            endpoints,
            body.content,
            CODEC_RAW,
            body.contentBytes,
          );
          const { meta, bytes } = await openContent(body, content.k1, G, blob);
          const seed = readersSeed(body, content.k1, G);
          const kc = proofOfOpening(body, content.k1, G);
          results.push({
            opened: { ...factsOf(item, meta), bytes, readersSeed: seed, kc },
            wish: { header, opened: kc },
            readersSeed: seed,
          });
        } catch (error) {
          results.push({ record, code: codeOf(error) });
        } finally {
          done();
        }
      }
      return results;
    },
  );
  return { read: opened, refused };
}
