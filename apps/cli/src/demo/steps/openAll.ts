import type { SegmentAccess } from "@anamnesis/sdk/access";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { openRecords } from "@anamnesis/sdk/open";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { count, counted, duration, size } from "../../output/format.ts";
import { createProgressBar } from "../../output/progressBar.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { expectThat } from "../expectation.ts";
import { firstPatient, grantedAccess, type Journey, rememberRequests } from "../journey.ts";
import { type DemoPatient, sourceOf } from "../patient.ts";

/** Segments that are opened beside each other: while one waits for its custodians, another is decrypted. */
const SEGMENTS_AT_ONCE = 4;

/** 4: the doctor opens every record through the custodians, and each is byte for byte what was imported. */
export async function openAll(
  journey: Journey,
  patients: readonly DemoPatient[],
  facts: Facts,
): Promise<readonly string[]> {
  const total = patients.reduce((sum, patient) => sum + patient.imported().size, 0);
  const bar = createProgressBar("opening");
  const begin = performance.now();
  let opened = 0;
  let bytes = 0;
  let receipts = 0;
  try {
    for (const patient of patients) {
      const result = await openPatient(journey, patient, (now) => bar.set(opened + now, total));
      opened += result.opened;
      bytes += result.bytes;
      receipts += result.receipts;
    }
  } finally {
    bar.clear();
  }
  const elapsed = performance.now() - begin;
  expectThat(opened === total, "every imported record is opened", { opened, imported: total });
  Object.assign(facts, {
    opened,
    bytes,
    receipts,
    compared: opened,
    perSecond: Math.round((opened / elapsed) * 1000),
  });
  return [
    `${counted(opened, "record")} opened, ${size(bytes)}, each byte for byte as imported (${count(Math.round((opened / elapsed) * 1000))} a second, ${duration(elapsed)})`,
    `2 of 3 custodians released a share of each, and gave ${counted(receipts, "receipt")} before they did`,
  ];
}

async function openPatient(
  journey: Journey,
  patient: DemoPatient,
  onProgress: (opened: number) => void,
): Promise<{ readonly opened: number; readonly bytes: number; readonly receipts: number }> {
  const { world } = journey;
  const { consortium, people } = world;
  const consents = journey.doctorConsents.get(patient) ?? [];
  const accesses = await grantedAccess(world, people.doctor, consents);
  expectThat(accesses.length === consents.length, "each consent came with a grant", {
    consents: consents.length,
    grants: accesses.length,
  });
  const imported = patient.imported();
  const seen = new Set<string>();
  let opened = 0;
  let bytes = 0;
  let receipts = 0;
  const openSegment = async (access: SegmentAccess): Promise<void> => {
    const common = { runtime: systemRuntime, consortium, access, purpose: "TREAT" } as const;
    const listing = await listRecords(common);
    let last = 0;
    const result = await openRecords({
      ...common,
      listing,
      onProgress: ({ done }) => {
        opened += done - last;
        last = done;
        onProgress(opened);
      },
    });
    const { missing, rejected, culprits } = result.report;
    expectThat(result.refused.length === 0, "no record is refused", {
      refused: result.refused.length,
      code: result.refused[0]?.code ?? "",
    });
    expectThat(missing.length + rejected.length + culprits.length === 0, "homes and custodians are honest");
    for (const record of result.opened) {
      const key = sourceOf(record.source);
      const original = imported.get(key);
      const same = original !== undefined && Buffer.compare(original.bytes, record.bytes) === 0;
      expectThat(same && !seen.has(key), "a record opens to the bytes that were imported, once");
      seen.add(key);
      bytes += record.bytes.length;
    }
    receipts += result.report.receipts.length;
    if (patient === firstPatient(journey)) {
      rememberRequests(journey, result);
      journey.listings.set(access.opening.kind, { access, listing });
    }
  };
  await concurrently(accesses, SEGMENTS_AT_ONCE, openSegment);
  return { opened, bytes, receipts };
}
