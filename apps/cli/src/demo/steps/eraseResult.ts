import { ownerAccess, type SegmentAccess } from "@anamnesis/sdk/access";
import { eraseRecord } from "@anamnesis/sdk/erase";
import { ownerErasure } from "@anamnesis/sdk/eraseRequests";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { openWraps } from "@anamnesis/sdk/openWraps";
import { counted, duration } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { expectThat } from "../expectation.ts";
import { type Journey, newcomerOf } from "../journey.ts";

/** 12: the patient erases a record: all custodians refuse it for ever, and every node that kept it signs that it is gone. */
export async function eraseResult(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { consortium } = journey.world;
  const { keys, coSigned } = newcomerOf(journey);
  const common = { runtime: systemRuntime, consortium, purpose: "PATRQT" } as const;
  const access: SegmentAccess = ownerAccess(keys, "general");
  const listing = await listRecords({ ...common, access });
  const found = listing.records.find(({ record }) => record === coSigned);
  expectThat(found !== undefined, "the record is listed");

  const begin = performance.now();
  let inForceAfter = 0;
  const erasure = await eraseRecord({
    runtime: systemRuntime,
    consortium,
    signer: access.signer,
    request: await ownerErasure(keys, consortium.identity, found.header),
    onInForce: () => void (inForceAfter = performance.now() - begin),
  });
  const deletedAfter = performance.now() - begin;
  expectThat(erasure.waiting.length === 0, "every node that kept the record signed that it is gone", {
    waiting: erasure.waiting.length,
  });
  expectThat(erasure.incomplete.length === 0, "no node kept anything of the record", {
    incomplete: erasure.incomplete.length,
  });
  const { opened } = await openRecords({ ...common, access, listing, askAnyway: true, ask: "all" });
  const { closed } = await openWraps({ ...common, access, listing: { ...listing, records: [found] } });
  const gone = closed.length === 1 && opened.every(({ record }) => record !== coSigned);
  expectThat(gone, "the record opens for nobody, its owner included");
  Object.assign(facts, {
    acknowledged: erasure.acknowledged.length,
    receipts: erasure.receipts.length,
    inForceMs: Math.round(inForceAfter),
    deletedMs: Math.round(deletedAfter),
  });
  return [
    `erased: ${counted(erasure.acknowledged.length, "custodian")} refuse it for ever after ${duration(inForceAfter)}; wrap and content are gone at ${counted(erasure.receipts.length, "node")}, each signed, after ${duration(deletedAfter)}`,
    "it opens for nobody, its owner included",
  ];
}
