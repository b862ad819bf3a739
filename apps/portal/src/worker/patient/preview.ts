import { standingRoutes } from "@anamnesis/api/routes/standing";
import type { RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { wouldOpen } from "@anamnesis/sdk/preview/wouldOpen";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { termsOf } from "../../share/termsOf.ts";
import type { OpenedItem, WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { patientKeys } from "../session.ts";
import { ofOnePatient } from "../staff/ofOnePatient.ts";
import { keptItems } from "./records.ts";

/** Most records of one question, see `recordIds`. */
const MOST = 4096;

/**
 * By the custodians' own decision on each record, part by part as the consents will be signed, and then as the reader's chart puts it together. What was taken back, which only the owner still opens, this
 * node's copy of the ledger says. Throws what the node answers.
 */
export const preview: WorkerMethods["preview"] = async (wish) => {
  const keys = patientKeys();
  const items = keptItems();
  const takenBack = await retracted(items);
  // Who signs does so in a moment: the share has begun then.
  const at = Math.max(browserRuntime.now(), wish.notBefore) as UnixSeconds;
  const parts = wish.parts.map((part): readonly OpenedItem[] => {
    const { kind } = part;
    const { id: segment } = segmentOf(keys, kind);
    const asked = { terms: termsOf(wish, part), segment, kind, purpose: wish.purpose, at };
    return items.filter((item) => {
      if (item.kind !== kind) return false;
      const state = takenBack.has(item.record) ? "retracted" : "live";
      return wouldOpen(asked, { segment, attributes: item.attributes, state }).permit;
    });
  });
  return { records: ofOnePatient(parts).map(({ record }) => record) };
};

async function retracted(items: readonly OpenedItem[]): Promise<ReadonlySet<string>> {
  const node = connect(browserRuntime, self.location.origin, httpSigner(browserRuntime.random(32)));
  const found = new Set<string>();
  for (let from = 0; from < items.length; from += MOST) {
    const records = items.slice(from, from + MOST).map(({ record }) => record as RecordId);
    const { standings } = await node.call(standingRoutes.recordStandings, {}, { records });
    for (const standing of standings) if (standing.retracted) found.add(standing.record);
  }
  return found;
}
