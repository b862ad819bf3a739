import type { SignIn } from "@anamnesis/api/routes/portal";
import type { Queryable, Row } from "@anamnesis/core/ports/database";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { NodeContext } from "../../context.ts";
import type { SessionStore, StoredSession } from "./sessionStore.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock">;

/** Sessions over that one write sweeps away. */
const SWEPT = 100;

interface SessionRow extends Row {
  readonly session: string;
  readonly account: string;
  readonly how: SignIn;
  readonly generation: number;
  readonly created: UnixSeconds;
  readonly rotated: UnixSeconds;
  readonly used: UnixSeconds;
  readonly current: string;
  readonly previous: string | null;
}

/** Sessions in the node's own database: nothing else has to run. */
export function createSqlSessionStore({ db, durable, clock }: Context, idle: number): SessionStore {
  const write = <T>(work: (tx: Queryable) => Promise<T>): Promise<T> =>
    durable("portal.session", () => db.transaction(work));
  return {
    add: (session: StoredSession) =>
      write(async (tx) => {
        await tx.query(
          `delete from portal_sessions where session in
             (select session from portal_sessions where used <= $1 order by used limit ${SWEPT})`,
          [clock.now() - idle],
        );
        await tx.query(
          `insert into portal_sessions (session, account, how, generation, created, rotated, used, current, previous)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            session.session,
            session.account,
            session.how,
            session.generation,
            session.created,
            session.rotated,
            session.used,
            session.current,
            session.previous,
          ],
        );
      }),
    find: async (hash) => {
      const rows = await db.query<SessionRow>(
        `select session, account, how, generation, created, rotated, used, current, previous
         from portal_sessions where current = $1 or previous = $1`,
        [hash],
      );
      return rows[0] ?? null;
    },
    touch: (session, used) =>
      write(async (tx) => {
        await tx.query("update portal_sessions set used = greatest(used, $2) where session = $1", [
          session,
          used,
        ]);
      }),
    rotate: (session, { from, to, at }) =>
      write(async (tx) => {
        const rows = await tx.query(
          `update portal_sessions set current = $3, previous = $2, rotated = $4, used = $4
           where session = $1 and current = $2 returning 1 as one`,
          [session, from, to, at],
        );
        return rows.length > 0;
      }),
    remove: (session) =>
      write(async (tx) => {
        await tx.query("delete from portal_sessions where session = $1", [session]);
      }),
    removeAll: (account) =>
      write(async (tx) => {
        await tx.query("delete from portal_sessions where account = $1", [account]);
      }),
    close: async () => undefined,
  };
}
