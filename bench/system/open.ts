import { grantedAccess } from "@anamnesis/cli/demo/journey";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { type DemoPatient, sourceOf } from "@anamnesis/cli/demo/patient";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { benchFailed } from "../run/benchFailed.ts";
import type { BenchWorld } from "./benchWorld.ts";
import { type Measured, measured } from "./cost.ts";

export interface Opened {
  readonly records: number;
  readonly bytes: number;
  /** Milliseconds for asking the homes which records there are, and for the openings themselves. */
  readonly listMs: number;
  readonly openMs: number;
}

/** The doctor of another hospital opens every record with 2 of 3 custodians, one segment after the other; each is compared. */
export async function open(
  bench: BenchWorld,
  patients: readonly DemoPatient[],
  progress: (done: number, of: number) => void,
): Promise<Measured<Opened>> {
  const { world, journey } = bench;
  const { consortium, people } = world;
  const total = patients.reduce((sum, patient) => sum + patient.all().length, 0);
  return measured(bench, () =>
    bench.profiled("open", async () => {
      let records = 0;
      let bytes = 0;
      let listMs = 0;
      let openMs = 0;
      for (const patient of patients) {
        const imported = patient.imported();
        const consents = journey.doctorConsents.get(patient) ?? [];
        for (const access of await grantedAccess(world, people.doctor, consents)) {
          const common = { runtime: systemRuntime, consortium, access, purpose: "TREAT" } as const;
          const begin = performance.now();
          const listing = await listRecords(common);
          const listed = performance.now();
          const { opened } = await openRecords({ ...common, listing });
          listMs += listed - begin;
          openMs += performance.now() - listed;
          for (const record of opened) {
            const original = imported.get(sourceOf(record.source));
            if (original === undefined || Buffer.compare(original.bytes, record.bytes) !== 0)
              throw benchFailed();
            bytes += record.bytes.length;
          }
          records += opened.length;
          journey.listings.set(access.opening.kind, { access, listing });
          progress(records, total);
        }
      }
      if (records !== total) throw benchFailed();
      return { records, bytes, listMs, openMs };
    }),
  );
}
