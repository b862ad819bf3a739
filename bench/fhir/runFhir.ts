import { join } from "node:path";
import type { Database } from "@anamnesis/core/ports/database";
import { migrate } from "@anamnesis/node/database/migrate";
import { openPglite } from "@anamnesis/node/database/pgliteDatabase";
import { openPostgres } from "@anamnesis/node/database/postgresDatabase";
import { findPostgres } from "@anamnesis/node/database/testing/postgresProgram";
import { createTestDatabase, PostgresServer } from "@anamnesis/node/database/testing/postgresServer";
import { systemRandom } from "@anamnesis/node/runtime/systemRandom";
import { inFolder } from "../run/inFolder.ts";
import type { Progress } from "../run/progress.ts";
import { rate } from "../run/rate.ts";
import type { Row, Table } from "../run/report.ts";
import type { Settings } from "../run/settings.ts";
import { percentile } from "../run/statistics.ts";
import { type Ask, ENFORCED, fhirServer, PERMIT_ALL } from "./fhirServer.ts";
import { observation, patientBundle } from "./fhirPatients.ts";

/** Patients of 20 resources each that are there before anything is measured. */
const PATIENTS = 200;
/** Turns: each way of asking is measured in each of them, and the middle figure counts. */
const ROUNDS = 3;

type Id = (i: number) => string;

interface Operation {
  readonly what: string;
  readonly ask: (ask: Ask, i: number) => Promise<unknown>;
}

function operations(patient: Id, measured: Id): readonly Operation[] {
  let next = 1_000_000;
  return [
    { what: "read", ask: (ask, i) => ask("GET", `Observation/${measured(i)}`) },
    {
      what: "search by patient, a page of 20",
      ask: (ask, i) => ask("GET", `Observation?subject=Patient/${patient(i)}`),
    },
    {
      what: "search by patient, code and day",
      ask: (ask, i) =>
        ask(
          "GET",
          `Observation?subject=Patient/${patient(i)}&code=http://loinc.org|8302-2&date=ge2026-03-10&_sort=-date`,
        ),
    },
    {
      what: "create",
      ask: (ask, i) => ask("POST", "Observation", observation(`Patient/${patient(i)}`, i)),
    },
    {
      what: "update",
      ask: (ask, i) => {
        const id = measured(i);
        return ask("PUT", `Observation/${id}`, { ...observation(`Patient/${patient(0)}`, next++), id });
      },
    },
    { what: "transaction of 20 creates", ask: (ask) => ask("POST", "", patientBundle(next++)) },
  ];
}

/** The FHIR server without HTTP: everything permitted, then by rules, scopes and 50 consents, then audited besides; turn by turn in one run. */
export async function runFhir({ time }: Settings, progress: Progress): Promise<readonly Table[]> {
  return inFolder(async (folder) => {
    const tables: Table[] = [];
    const embedded = await openPglite(join(folder, "database"));
    try {
      tables.push(await measure("the embedded database", embedded, time, progress));
    } finally {
      await embedded.close();
    }
    const program = findPostgres();
    if (program === null) return tables;
    const server = await PostgresServer.start(program);
    try {
      const served = await openPostgres(await createTestDatabase(server.url("postgres")), systemRandom);
      try {
        tables.push(await measure("a PostgreSQL server", served, time, progress));
      } finally {
        await served.close();
      }
    } finally {
      await server.stop();
    }
    return tables;
  });
}

async function measure(name: string, db: Database, time: number, progress: Progress): Promise<Table> {
  await migrate(db);
  const ways: readonly (readonly [string, Ask])[] = [
    ["permit all", fhirServer(db, PERMIT_ALL, false)],
    ["enforced", fhirServer(db, ENFORCED, false)],
    ["audited", fhirServer(db, ENFORCED, true)],
  ];
  const patients: string[] = [];
  const measured: string[] = [];
  await progress.stage(`${PATIENTS} patients in ${name}`, async (set) => {
    for (let i = 0; i < PATIENTS; i++) {
      const { body } = await fhirServer(db, PERMIT_ALL, false)("POST", "", patientBundle(i));
      for (const { response } of (JSON.parse(body ?? "{}") as Answered).entry) {
        const [type, id = ""] = response.location.split("/").slice(-4);
        (type === "Patient" ? patients : measured).push(id);
      }
      set(i + 1, PATIENTS);
    }
    await db.query("analyze");
  });
  const of =
    (list: readonly string[]): Id =>
    (i) =>
      list[i % list.length] ?? "";
  const rows: Row[] = [];
  for (const { what, ask } of operations(of(patients), of(measured))) {
    const figures = new Map<string, { perSecond: number; perCpuSecond: number; p95: number }[]>();
    await progress.stage(`${what}, ${name}`, async (set) => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const [way, server] of ways) {
          const { perSecond, perCpuSecond, samples } = await rate(time, (i) => ask(server, i));
          const p95 = percentile(samples, 0.95);
          figures.set(way, [...(figures.get(way) ?? []), { perSecond, perCpuSecond, p95 }]);
        }
        set(round + 1, ROUNDS);
      }
    });
    const middle = (way: string, figure: "perSecond" | "p95"): number =>
      percentile(
        (figures.get(way) ?? []).map((one) => one[figure]),
        0.5,
      );
    const all = middle("permit all", "perSecond");
    rows.push({
      what,
      "permit all /s": all,
      "enforced /s": middle("enforced", "perSecond"),
      "enforced/all": middle("enforced", "perSecond") / all,
      "audited /s": middle("audited", "perSecond"),
      "audited/all": middle("audited", "perSecond") / all,
      "p95 audited ms": middle("audited", "p95"),
    });
  }
  return {
    bench: "fhir",
    title: `FHIR server on ${name}, one request at a time, without HTTP`,
    rows,
    notes: [
      "permit all: no rule, scope or consent; enforced: rules by sensitivity, a scope and 50 consents in every statement; audited: an AuditEvent on the disk before each answer besides.",
      `Middle of ${ROUNDS} turns of each way; ${PATIENTS * 20} resources there before.`,
    ],
  };
}

interface Answered {
  readonly entry: readonly { readonly response: { readonly location: string } }[];
}
