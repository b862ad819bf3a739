import type { Database } from "@anamnesis/core/ports/database";
import { inFolder } from "../run/inFolder.ts";
import type { Progress } from "../run/progress.ts";
import { ratioOfMedians, ratioText } from "../run/ratio.ts";
import type { Row, Table } from "../run/report.ts";
import type { Settings } from "../run/settings.ts";
import { inSlices, type Slices } from "../run/slices.ts";
import { percentile } from "../run/statistics.ts";
import { auditTrail, ENFORCED, fhirServer, PERMIT_ALL } from "./fhirServer.ts";
import { type Engine, onDatabases } from "./onDatabases.ts";
import { load, type Loaded, OPERATIONS, READ } from "./operations.ts";
import { runServed } from "./runServed.ts";

/** Patients of 20 resources each that are there before anything is measured. */
const PATIENTS = 200;
/** Requests at once, where there are several. */
const AT_ONCE = 16;
/** Audits that are indexed together when that is measured. */
const INDEXED = 512;

/** The FHIR server without HTTP: everything permitted, then by rules, scopes and 50 consents, then audited besides; then served, beside another one. @param show a table as soon as it is measured: a run takes minutes, and what comes later can fail. */
export async function runFhir(
  given: Settings,
  progress: Progress,
  show: (tables: readonly Table[]) => void,
): Promise<void> {
  const settings = { patients: given.patients ?? PATIENTS, time: given.time };
  await inFolder(async (folder) => {
    await onDatabases(folder, async (engine) => {
      const db = await engine.open();
      try {
        await measure(engine, db, settings, progress, show);
      } finally {
        await db.close();
      }
    });
    show([await runServed(folder, settings, progress)]);
  });
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

async function measure(
  { name }: Engine,
  db: Database,
  { patients, time }: { readonly patients: number; readonly time: number },
  progress: Progress,
  show: (tables: readonly Table[]) => void,
): Promise<void> {
  const trail = auditTrail(db);
  const all = fhirServer(db, PERMIT_ALL);
  const enforced = fhirServer(db, ENFORCED);
  const audited = fhirServer(db, ENFORCED, trail);
  const loaded = await progress.stage(`${patients} patients in ${name}`, (set) => load(all, patients, set));
  await db.query("analyze");
  const rows: Row[] = [];
  for (const { what, ask } of OPERATIONS) {
    rows.push(
      await progress.stage(`${what}, ${name}`, async () => {
        const found = await inSlices(
          time,
          [all, enforced, audited].map((server) => (i: number) => ask(server, loaded, i)),
        );
        const [free, ruled, noted] = found as [Slices, Slices, Slices];
        return {
          what,
          "permit all ms": median(free.perRequest),
          "enforced ms": median(ruled.perRequest),
          "audited ms": median(noted.perRequest),
          "enforced/all": ratioText(ratioOfMedians(ruled.perRequest, free.perRequest)),
          "audited/enforced": ratioText(ratioOfMedians(noted.perRequest, ruled.perRequest)),
          "p95 audited ms": percentile(noted.samples, 0.95),
        };
      }),
    );
  }
  const title = `FHIR server on ${name}, without HTTP`;
  show([
    {
      bench: "fhir",
      title: `${title}, one request at a time`,
      rows,
      notes: [
        "permit all: no rule, scope or consent; enforced: rules by sensitivity, a scope and 50 consents in every statement; audited: an AuditEvent on the disk before each answer besides.",
        `Ratios of times, with 95 % intervals: the ways take turns of 40 ms. ${patients * 20} resources there before.`,
      ],
    },
  ]);
  show([await measureAudit(title, db, loaded, time, progress)]);
}

/** What an audit adds to a read, beside what the disk takes for one row. */
async function measureAudit(
  title: string,
  db: Database,
  loaded: Loaded,
  time: number,
  progress: Progress,
): Promise<Table> {
  const trail = auditTrail(db);
  const enforced = fhirServer(db, ENFORCED);
  const audited = fhirServer(db, ENFORCED, trail);
  await db.query("create table bench_rows (n bigint generated always as identity primary key, t text)");
  const row = (): Promise<unknown> => db.query("insert into bench_rows (t) values ($1)", ["x".repeat(200)]);
  const rows: Row[] = [];
  for (const width of [1, AT_ONCE]) {
    rows.push(
      await progress.stage(`reads, ${width} at once`, async () => {
        const found = await inSlices(
          time,
          [(i) => READ.ask(enforced, loaded, i), (i) => READ.ask(audited, loaded, i), row],
          width,
        );
        const [ruled, noted, synced] = found as [Slices, Slices, Slices];
        const added = noted.perRequest.map((value, i) => value - (ruled.perRequest[i] ?? Number.NaN));
        return {
          "at once": width,
          "read ms": median(ruled.perRequest),
          "audited read ms": median(noted.perRequest),
          "one row, synced, ms": median(synced.perRequest),
          "audited/unaudited": ratioText(ratioOfMedians(noted.perRequest, ruled.perRequest)),
          "added/one row": ratioText(ratioOfMedians(added, synced.perRequest)),
        };
      }),
    );
  }
  await trail.index();
  for (let i = 0; i < INDEXED; i++) await READ.ask(audited, loaded, i);
  const begin = performance.now();
  await trail.index();
  const each = (performance.now() - begin) / INDEXED;
  return {
    bench: "fhir",
    title: `${title}: the audit of a read`,
    rows,
    notes: [
      `ms: of the clock for each request, of ${AT_ONCE} at once a sixteenth of what each of them waits.`,
      `Later, or when somebody who may read AuditEvents asks: ${each.toFixed(2)} ms to make each a resource.`,
    ],
  };
}
