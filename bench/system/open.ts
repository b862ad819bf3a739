import type { DemoPatient } from "@anamnesis/cli/demo/patient";
import { sourceOf } from "@anamnesis/cli/demo/patient";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { granteeAccess } from "@anamnesis/sdk/access";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { benchFailed } from "../run/benchFailed.ts";
import type { BenchWorld } from "./benchWorld.ts";
import { type Measured, measured } from "./cost.ts";

export interface Opened {
  readonly records: number;
  readonly bytes: number;
  /** Milliseconds for fetching the grants and asking the homes which records there are, and for the openings themselves. */
  readonly listMs: number;
  readonly openMs: number;
}

/** Segments that are listed or opened at the same time, as `anamnesis demo` does. */
const AT_ONCE = 4;

/** The doctor of another hospital opens every record with 2 of 3 custodians; each is compared with what was imported. */
export async function open(
  bench: BenchWorld,
  patients: readonly DemoPatient[],
  progress: (done: number, of: number) => void,
): Promise<Measured<Opened>> {
  const { journey } = bench;
  const total = patients.reduce((sum, patient) => sum + patient.all().length, 0);
  return measured(bench, () =>
    bench.profiled("open", async () => {
      let records = 0;
      let bytes = 0;
      const begin = performance.now();
      const listed = await concurrently(await granted(bench, patients), AT_ONCE, async (item) => {
        return { ...item, listing: await listRecords(item.common) };
      });
      const between = performance.now();
      await concurrently(listed, AT_ONCE, async ({ common, listing, imported }) => {
        const { opened } = await openRecords({ ...common, listing });
        for (const record of opened) {
          const original = imported.get(sourceOf(record.source));
          if (original === undefined || Buffer.compare(original.bytes, record.bytes) !== 0)
            throw benchFailed();
          bytes += record.bytes.length;
        }
        records += opened.length;
        journey.listings.set(common.access.opening.kind, { access: common.access, listing });
        progress(records, total);
      });
      if (records !== total) throw benchFailed();
      const listMs = between - begin;
      return { records, bytes, listMs, openMs: performance.now() - between };
    }),
  );
}

/** What the doctor may open, with what each record has to be. */
async function granted({ world, journey }: BenchWorld, patients: readonly DemoPatient[]) {
  const { consortium, people, nodes } = world;
  const { doctor } = people;
  const node = connect(systemRuntime, nodes.south.url, httpSigner(doctor.ed25519));
  const { grants } = await listGrants({ node, keys: doctor, identity: consortium.identity });
  const contents = new Map(grants.map(({ consent, content }) => [consent, content]));
  return patients.flatMap((patient) => {
    const imported = patient.imported();
    return (journey.doctorConsents.get(patient) ?? []).map((consent) => {
      const content = contents.get(consent);
      if (content === undefined) throw benchFailed();
      const access = granteeAccess(doctor, content);
      return {
        imported,
        common: { runtime: systemRuntime, consortium, access, purpose: "TREAT" as const },
      };
    });
  });
}
