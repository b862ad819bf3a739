import type { Database } from "@anamnesis/core/ports/database";
import { inFolder } from "../run/inFolder.ts";
import type { Progress } from "../run/progress.ts";
import type { Row, Table } from "../run/report.ts";
import type { Settings } from "../run/settings.ts";
import { ratioOfMedians, ratioText } from "../run/ratio.ts";
import { percentile } from "../run/statistics.ts";
import { copyPatients } from "./copyPatients.ts";
import { ENFORCED, fhirServer, PERMIT_ALL } from "./fhirServer.ts";
import { type Engine, onDatabases } from "./onDatabases.ts";
import { type AskAny, load } from "./operations.ts";

const PATIENTS = 20_000;
/** There are this many times as many in the end. */
const TIMES = 20;
/** A share of them on the embedded engine. */
const EMBEDDED = 10;
/** Copies of each patient that is written, on the smaller side. */
const WRITTEN = 10;
/** Runs of each search before they count: plans, and caches of the database. */
const WARM = 50;

/** Searches by parameters that few resources meet, and by some that a share of all meets, however many there are. */
const SEARCHES: readonly { readonly what: string; readonly url: (patient: string, i: number) => string }[] = [
  { what: "by patient", url: (patient) => `Observation?subject=Patient/${patient}` },
  {
    what: "by patient, code and day, sorted",
    url: (patient) =>
      `Observation?subject=Patient/${patient}&code=http://loinc.org|8302-2&date=ge2026-03-10&_sort=-date`,
  },
  {
    what: "by patient, with the patient",
    url: (patient) => `Observation?subject=Patient/${patient}&_include=Observation:subject`,
  },
  { what: "by identifier", url: (_, i) => `Patient?identifier=urn:bench|${i}` },
  { what: "by family name", url: (_, i) => `Patient?family=family${i}` },
  {
    what: "chained, by the patient's identifier",
    url: (_, i) => `Observation?subject.identifier=urn:bench|${i}`,
  },
  { what: "by code, a page of a quarter of all", url: () => "Observation?code=http://loinc.org|8302-2" },
];

/** How long searches take under rules, a scope and 50 consents, with a twentieth of the patients and with all. */
export async function growFhir(
  { patients, time }: Settings,
  progress: Progress,
  show: (tables: readonly Table[]) => void,
): Promise<void> {
  const most = patients ?? PATIENTS;
  await inFolder(async (folder) => {
    await onDatabases(folder, async (engine) => {
      // The embedded engine writes slowly: as many as it takes in a minute or two.
      const first = Math.max(1, Math.round(most / TIMES / (engine.isEmbedded ? EMBEDDED : 1)));
      show([await grown(engine, first, time, progress)]);
    });
  });
}

async function grown(engine: Engine, first: number, time: number, progress: Progress): Promise<Table> {
  const sides: Side[] = [];
  try {
    for (const copies of [1, TIMES]) {
      const db = await engine.open();
      const patients = first * copies;
      await progress.stage(`${patients} patients in ${engine.name}`, async (set) => {
        // A tenth of the smaller number is written, the others are copies.
        const written = Math.max(1, Math.round(first / WRITTEN));
        const { patients: ids } = await load(fhirServer(db, PERMIT_ALL), written, set);
        sides.push({ db, ids });
        await copyPatients(db, WRITTEN * copies - 1);
        await db.query("vacuum analyze");
      });
    }
    return await measured(engine, first, sides, time);
  } finally {
    for (const { db } of sides) await db.close();
  }
}

interface Side {
  readonly db: Database;
  /** Of Patients. */
  readonly ids: readonly string[];
}

/** Both sides take turns, search by search. */
async function measured(
  { name }: Engine,
  first: number,
  sides: readonly Side[],
  time: number,
): Promise<Table> {
  const found = SEARCHES.map(() => sides.map((): number[] => []));
  for (let i = -WARM, spent = 0; spent < time * SEARCHES.length * sides.length; i++) {
    for (const [s, { url }] of SEARCHES.entries()) {
      // Whoever comes second finds the processor warm: each side is that as often.
      const turn = i % 2 === 0 ? [...sides.entries()] : [...sides.entries()].toReversed();
      for (const [side, { db, ids }] of turn) {
        const n = ((i + WARM) * 7) % ids.length;
        const ask: AskAny = fhirServer(db, ENFORCED);
        const begin = performance.now();
        await ask("GET", url(ids[n] ?? "", n));
        const took = performance.now() - begin;
        if (i < 0) continue;
        spent += took;
        found[s]?.[side]?.push(took);
      }
    }
  }
  const rows: Row[] = SEARCHES.map(({ what }, s) => {
    const [few = [], many = []] = found[s] ?? [];
    return {
      search: what,
      [`p50 ms, ${first}`]: percentile(few, 0.5),
      [`p50 ms, ${first * TIMES}`]: percentile(many, 0.5),
      "p50 grows": ratioText(ratioOfMedians(many, few)),
      [`p95 ms, ${first}`]: percentile(few, 0.95),
      [`p95 ms, ${first * TIMES}`]: percentile(many, 0.95),
      "p95 grows": percentile(many, 0.95) / percentile(few, 0.95),
    };
  });
  return {
    bench: "fhir-growth",
    title: `Searches in ${first} and in ${first * TIMES} patients of 20 resources each, on ${name}`,
    rows,
    notes: [
      "One at a time, without HTTP, under rules, a scope and 50 consents; ANALYZE before each of both.",
    ],
  };
}
