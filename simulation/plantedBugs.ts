import type { NodeContext } from "@anamnesis/node/context";
import type { Database, Queryable, Row, SqlValue } from "@anamnesis/core/ports/database";
import type { Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedDisk } from "./simulatedDisk.ts";

export interface PlantedIn {
  readonly process: Process;
  readonly scheduler: Scheduler;
  readonly disk: SimulatedDisk;
}

/** A defect that is put into nodes from outside: production code has no switch for it. */
export interface Planted {
  /** What the services get instead of the context. */
  readonly node?: (context: NodeContext, parts: PlantedIn) => NodeContext;
  /** What a crash does to the database besides. */
  readonly crash?: (db: Database, scheduler: Scheduler) => Promise<void>;
}

function overQueries(db: Database, query: (inner: Queryable) => Queryable["query"]): Database {
  return {
    query: query(db),
    transaction: (work) => db.transaction((tx) => work({ query: query(tx) })),
    close: () => db.close(),
  };
}

/** With which a custodian looks for what was stored since its decision. */
const LOOKS = [
  "select 1 as one from sticky_revocations where consent",
  "select record from sticky_erasures where record",
];

/** Steps that may pass between the synced receipt and the end of that look: its statement may be held. */
const AT_THE_LOOK = 4;

/** Steps by which the log is late. */
const SLOW = 40;

/** Each breaks one promise in a way that a change to the services could. */
export const PLANTED_BUGS = {
  "share before receipt": {
    node: (context, { disk }) => ({
      ...context,
      receipts: {
        ...context.receipts,
        append: async (entry) => {
          void context.receipts.append(entry);
          return disk.entries.length;
        },
      },
    }),
  },
  "revocation forgotten at a crash": {
    crash: async (db) => {
      await db.query(
        "delete from sticky_revocations where consent in (select consent from sticky_revocations order by consent limit 1)",
      );
    },
  },
  "erasure forgotten at a crash": {
    crash: async (db) => {
      await db.query("delete from sticky_erasures where not settled");
    },
  },
  "no second look after the receipt": {
    node: (context, { process, scheduler }) => {
      // From the written receipt until the share leaves, stored revocations and erasures are not seen.
      let blind = -AT_THE_LOOK - 1;
      return {
        ...context,
        durable: async (point, work) => {
          if (point !== "release.receipt") return context.durable(point, work);
          // A slow disk: what the look is for comes about more often.
          for (let i = 0; i < SLOW; i++) await scheduler.gate(process, "receipt sync", "slow log");
          const result = await context.durable(point, work);
          blind = scheduler.taken;
          return result;
        },
        db: overQueries(context.db, (inner) => async (sql, values) => {
          const rows = await inner.query(sql, values);
          const looks = LOOKS.some((look) => sql.startsWith(look));
          return (looks && scheduler.taken - blind <= AT_THE_LOOK ? [] : rows) as never;
        }),
      };
    },
  },
  "outbox row dropped after a reorganisation": {
    node: (context) => ({
      ...context,
      db: overQueries(
        context.db,
        (inner) =>
          async <R extends Row>(sql: string, values?: readonly SqlValue[]) =>
            /update outbox set state = 'pending', block = null/.test(sql)
              ? inner.query<R>("delete from outbox where state = 'done' and block > $1", values)
              : inner.query<R>(sql, values),
      ),
    }),
  },
  "put acknowledged before its rows are committed": {
    node: (context, { process, scheduler }) => ({
      ...context,
      durable: async (point, work) => {
        if (point !== "ingest.rows") return context.durable(point, work);
        void scheduler
          .gate(process, "commit", "late")
          .then(work)
          .catch(() => undefined);
        return new Set() as never;
      },
    }),
  },
} as const satisfies Readonly<Record<string, Planted>>;

export type PlantedBug = keyof typeof PLANTED_BUGS;
