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
import type { Listing } from "./listRecords.ts";
import type { OpenParameters, RefusedRecord, UnlockedRecord } from "./openLocks.ts";

export interface KeepParameters extends Pick<OpenParameters, "consortium" | "access" | "purpose"> {
  /** The node of the practitioner's own organisation, with the practitioner as signer. */
  readonly node: Client;
  /** The listing that was opened, which has the permits. */
  readonly listing: Pick<Listing, "permits">;
}

export interface Kept {
  readonly kept: readonly RecordId[];
  /** With the node's code, such as `not-fhir`, `fhir-invalid`, `too-large`; `not-opened` for what has no share. */
  readonly notKept: readonly RefusedRecord[];
}

type Item = KeepWish["records"][number];

/**
 * Gives the keys of records that were opened under a consent (`onUnlocked` of an opening) to the own organisation's node, which opens the contents itself and shows them in its
 * FHIR server as long as a live consent permits it. Nobody is asked for a share again, so no receipt comes of it. The same again changes nothing: whatever breaks
 * off is done again.
 *
 * Throws `no-consent` for a patient's own access, and what the node answers (`not-authorised`, `not-found`, `custody-not-ready`).
 */
export async function keepAtNode(
  { access, node, purpose, consortium, listing }: KeepParameters,
  records: readonly UnlockedRecord[],
): Promise<Kept> {
  const { consent, opening } = access;
  if (consent === null) throw noConsent();
  const kept: RecordId[] = [];
  const notKept: RefusedRecord[] = [];
  const items: Item[] = [];
  for (const { record, header, content, anchor, G } of records) {
    if (G === null) notKept.push({ record, code: "not-opened" });
    else if (header.body.contentBytes > MAX_KEPT_CONTENT) notKept.push({ record, code: "too-large" });
    else {
      const { attributes, salt, k1 } = content;
      items.push({ header, attributes, salt, anchor, k1, G });
    }
  }
  for (const batch of batches(items)) {
    const names = new Set(batch.map(({ header }) => header.body.core.permit));
    const permits = listing.permits.filter(({ body }) => names.has(permitDigest(consortium.identity, body)));
    const wish = { opening, purpose, consent, parent: null, delegation: null, permits, records: batch };
    const answer = await node.call(receivedRoutes.keepRecords, {}, wish);
    for (const { record, code } of answer.records) {
      if (code === null) kept.push(record);
      else notKept.push({ record, code });
    }
  }
  return { kept, notKept };
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
