import { createTestDatabase, PostgresServer } from "@anamnesis/node/database/testing/postgresServer";
import { findPostgres } from "@anamnesis/node/database/testing/postgresProgram";
import { join } from "node:path";
import type { Progress } from "../run/progress.ts";
import type { Row, Table } from "../run/report.ts";
import { inSlices } from "../run/slices.ts";
import { percentile } from "../run/statistics.ts";
import { load, OPERATIONS } from "./operations.ts";
import { type Served, startServed } from "./served/startServed.ts";

const AT_ONCE = 8;

/** Each server in a process of its own, over HTTP on this machine: ours with tokens, rules and audit, and Medplum's router on its repository in memory. */
export async function runServed(
  folder: string,
  { patients, time }: { readonly patients: number; readonly time: number },
  progress: Progress,
): Promise<Table> {
  const program = findPostgres();
  const engine = program === null ? null : await PostgresServer.start(program);
  const servers: [string, Served][] = [];
  try {
    servers.push(["embedded", await startServed("node", ["embedded", join(folder, "served", "rows")])]);
    if (engine !== null) {
      const url = await createTestDatabase(engine.url("postgres"));
      servers.push(["PostgreSQL", await startServed("node", ["postgres", url])]);
    }
    servers.push(["Medplum in memory", await startServed("medplum")]);
    const loaded = await progress.stage(`${patients} patients in ${servers.length} servers`, async (set) => {
      const all = [];
      for (const [, server] of servers) {
        await server.renew();
        all.push(await load(server.ask, patients, set));
      }
      return all;
    });
    const rows: Row[] = [];
    for (const { what, ask } of OPERATIONS) {
      await progress.stage(`${what}, served`, async () => {
        // Tokens are good for five minutes.
        for (const [, server] of servers) await server.renew();
        const ways = servers.map(
          ([, server], s) =>
            (i: number): Promise<unknown> =>
              ask(server.ask, loaded[s] ?? { patients: [], observations: [] }, i),
        );
        const alone = await inSlices(time, ways);
        const together = await inSlices(time, ways, AT_ONCE);
        const row: Record<string, string | number> = { what };
        for (const [s, [name]] of servers.entries()) {
          row[`${name} p50 ms`] = percentile(alone[s]?.samples ?? [], 0.5);
        }
        for (const [s, [name]] of servers.entries()) {
          row[`${name} /s`] = 1000 / percentile(together[s]?.perRequest ?? [], 0.5);
        }
        rows.push(row);
      });
    }
    return {
      bench: "fhir",
      title: "FHIR servers over HTTP on 127.0.0.1, each in a process of its own",
      rows,
      notes: [
        `p50: one request at a time; /s: ${AT_ONCE} at once. The servers take turns of 40 ms. ${patients * 20} resources there before.`,
        "Ours: an OAuth token for each request, rules by role and sensitivity and a scope in every statement, every access audited and every write synced before its answer.",
        "Medplum: @medplum/fhir-router on its MemoryRepository, which keeps nothing on a disk, audits nothing, asks nobody who he is and looks at every resource of a type for each search.",
      ],
    };
  } finally {
    for (const [, server] of servers) await server.stop();
    await engine?.stop();
  }
}
