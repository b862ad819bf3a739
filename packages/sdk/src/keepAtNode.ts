import type { Client } from "@anamnesis/api/client";
import {
  type KeepWish,
  MAX_KEPT_AT_ONCE,
  MAX_KEPT_CONTENT,
  MAX_RECORDS_PER_KEEP,
  receivedRoutes,
} from "@anamnesis/api/routes/received";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import { permitDigest } from "@anamnesis/core/segment/permit";
import { listRecords } from "./listRecords.ts";
import { type OpenedLocks, openLocks, type OpenParameters, type RefusedRecord } from "./openLocks.ts";

export interface KeepParameters extends OpenParameters {
  /** The node of the practitioner's own organisation, with the practitioner as signer. */
  readonly node: Client;
}

export interface KeptRecord {
  readonly record: RecordId;
}

type Item = KeepWish["records"][number];

/**
 * Opens both locks of records under a consent (see `openLocks`) and gives the keys to the own organisation's node, which opens the contents itself and shows them in its FHIR
 * server as long as a live consent permits it. The same again changes nothing, so whatever breaks off is done again.
 *
 * Records that the node does not keep are among `refused` with its code, such as `not-fhir`, `fhir-invalid`, `too-large`. Throws as `openLocks`, `no-consent`
 * for a patient's own access, and what the node answers (`not-authorised`, `not-found`, `custody-not-ready`).
 */
export async function keepAtNode(parameters: KeepParameters): Promise<OpenedLocks<KeptRecord>> {
  const { access, node, purpose, consortium } = parameters;
  const { consent, opening } = access;
  if (consent === null) throw noConsent();
  const listing = parameters.listing ?? (await listRecords(parameters));
  return openLocks<KeptRecord>({ ...parameters, listing }, async (records, { done }) => {
    const results: (KeptRecord | RefusedRecord)[] = [];
    const items: Item[] = [];
    for (const { record, header, content, anchor, G } of records) {
      if (G === null) results.push({ record, code: "not-opened" });
      else if (header.body.contentBytes > MAX_KEPT_CONTENT) results.push({ record, code: "too-large" });
      else {
        const { attributes, salt, k1 } = content;
        items.push({ header, attributes, salt, anchor, k1, G });
      }
    }
    for (const batch of batches(items)) {
      const names = new Set(batch.map(({ header }) => header.body.core.permit));
      const permits = listing.permits.filter(({ body }) =>
        names.has(permitDigest(consortium.identity, body)),
      );
      const wish = { opening, purpose, consent, parent: null, delegation: null, permits, records: batch };
      const kept = await node.call(receivedRoutes.keepRecords, {}, wish);
      for (const { record, code } of kept.records)
        results.push(code === null ? { record } : { record, code });
    }
    for (let i = 0; i < records.length; i++) done();
    return results;
  });
}

/** As many as a node takes at once. */
function* batches(items: readonly Item[]): Generator<readonly Item[]> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const { contentBytes } = item.header.body;
    if (batch.length === MAX_RECORDS_PER_KEEP || bytes + contentBytes > MAX_KEPT_AT_ONCE) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += contentBytes;
  }
  if (batch.length > 0) yield batch;
}

function noConsent(): AnamnesisError<"no-consent"> {
  return new AnamnesisError({
    code: "no-consent",
    rule: "A node keeps what was opened under a patient's consent.",
    fix: "Open with the keys of a practitioner to whom the patient granted.",
  });
}
