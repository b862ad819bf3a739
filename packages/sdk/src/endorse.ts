import type { Client } from "@anamnesis/api/client";
import { type EndorseWish, recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import { CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { RecordId } from "@anamnesis/core/ids";
import { openContent, proofOfOpening } from "@anamnesis/core/record/openContent";
import { fetchBlob } from "./fetchBlob.ts";
import { factsOf, type OpenedRecord } from "./open.ts";
import { openLocks, type OpenParameters } from "./openLocks.ts";
import { notOpened } from "./listRecords.ts";
import { keepersOf } from "./openWraps.ts";
import { codeOf } from "./ourError.ts";

export interface EndorseParameters extends Omit<OpenParameters, "filter"> {
  /** The endorsing organisation's own node, with a person of it as signer. */
  readonly node: Client;
  readonly record: RecordId;
  /** Shows what was opened; the record is endorsed when it resolves to true. */
  readonly approve: (opened: OpenedRecord) => boolean | Promise<boolean>;
}

export interface Endorsed {
  readonly opened: OpenedRecord;
  /** False when `approve` said no: then nobody was told anything. */
  readonly endorsed: boolean;
}

/**
 * Opens a record under the patient's consent, shows it, and has the own organisation's node sign it, which the ledger then holds. The node signs only for who
 * proves to have opened both locks.
 *
 * Throws as `openRecords`, `not-opened` when this record did not open, `not-found`, `not-endorser`, `not-authorised`.
 */
export async function endorseRecord(parameters: EndorseParameters): Promise<Endorsed> {
  const { runtime, consortium, access, record, node } = parameters;
  let wish: EndorseWish | null = null;
  const { opened } = await openLocks<OpenedRecord>(
    { ...parameters, filter: (item) => item.record === record },
    async (records) => {
      const results = [];
      for (const item of records) {
        const { header, content, G } = item;
        if (G === null) {
          results.push({ record: item.record, code: "not-opened" });
          continue;
        }
        try {
          const { body } = header;
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
          wish = { header, opened: proofOfOpening(body, content.k1, G) };
          results.push({ ...factsOf(item, meta), bytes });
        } catch (error) {
          results.push({ record: item.record, code: codeOf(error) });
        }
      }
      return results;
    },
  );
  const [only] = opened;
  if (only === undefined || wish === null) throw notOpened();
  if (!(await parameters.approve(only))) return { opened: only, endorsed: false };
  await node.call(recordVerbRoutes.endorseRecord, {}, wish);
  return { opened: only, endorsed: true };
}
