import { toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Random } from "@anamnesis/core/ports/runtime";
import pg from "pg";
import type { Database, Queryable, Row, SqlValue } from "@anamnesis/core/ports/database";
import { databaseFailed, parseInt8, sqlStateOf } from "./databaseError.ts";
import { SharedOrAlone } from "./sharedOrAlone.ts";
import { statementWeight } from "./statementWeight.ts";
import { tablesGrown } from "./tablesDue.ts";
import { watchStatements } from "./watchStatements.ts";

/** Connections of one node; more statements than that wait in this process. */
const CONNECTIONS = 16;
/** Milliseconds until a server that does not take a connection counts as away. */
const CONNECT_DEADLINE = 10_000;
/** Milliseconds after which an answer is not waited for any more: longer than any statement of a node takes. */
const ANSWER_DEADLINE = 300_000;
/** How often transactions that are in each other's way run side by side, before one runs alone and cannot fail of it. */
const SIDE_BY_SIDE = 3;

/** Texts that a connection keeps parsed and planned, at most: more than the node has; what requests make of them comes after. */
const PREPARED = 512;
/** Runs after which a text is one that comes again. */
const AGAIN = 3;
/** Texts whose runs are counted, at most. */
const COUNTED = 4096;
/** Statements that the node makes again and again; all others are few, or begin with `PLANNED_ANEW`. */
const PREPARABLE = /^\s*(?:select|insert|update|delete|with)\b/i;
/** After which a statement may give other columns than it was planned with. */
const CHANGES_TABLES = /^\s*(?:create|alter|drop)\b/i;

/** Statements, by their weight, after which tables are looked at that have grown: a look takes some milliseconds. */
const UPKEEP_AFTER = 2000;

/** PostgreSQL's type numbers. */
const INT8 = 20;
const BYTEA = 17;

/** Key of the advisory lock that every connection of a node holds: the ASCII bytes of "anamnesi". */
const LOCK = "7020094863371924329";

/** serialization_failure and deadlock_detected: nothing took effect, and the same work can be run again. */
const CONFLICTS: ReadonlySet<string> = new Set(["40001", "40P01"]);
/** unique_violation: can be the first sign of a conflict, too; run alone, it says whether the row was really there. */
const UNIQUE_VIOLATION = "23505";
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * SQLSTATEs of a server that is away, ending, starting, full, or a standby: connection exceptions (08), admin and crash
 * shutdown, cannot connect now, idle_in_transaction_session_timeout, too many connections, read-only transaction.
 */
const AWAY = /^(08...|57P0[1-5]|25P03|53300|25006)$/;

/**
 * For each connection before its first use: isolation for all that follows; a node that was cut off leaves no session that
 * holds the lock for much longer than half a minute; nothing waits for a lock for longer than a request may take.
 */
const SESSION = `
  select set_config('default_transaction_isolation', 'serializable', false),
         set_config('synchronous_commit', current_setting('synchronous_commit'), false),
         set_config('idle_in_transaction_session_timeout', '60s', false),
         set_config('client_connection_check_interval', '5s', false),
         set_config('tcp_keepalives_idle', '10', false),
         set_config('tcp_keepalives_interval', '5', false),
         set_config('tcp_keepalives_count', '3', false),
         set_config('tcp_user_timeout', '25s', false),
         set_config('lock_timeout', '5s', false),
         current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync`;

const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((type: number, format: "text"): unknown => {
    if (type === INT8) return parseInt8;
    if (type === BYTEA) return parseBytea;
    return pg.types.getTypeParser(type, format);
  }) as typeof pg.types.getTypeParser,
};

/** A copy of its own: the driver's is a view of its buffer, and a subclass. */
function parseBytea(text: string): Uint8Array {
  const parse = pg.types.getTypeParser(BYTEA) as (text: string) => Uint8Array;
  return Uint8Array.from(parse(text));
}

/**
 * Connects to the database of this node on a PostgreSQL server (14 or newer) and takes it for this process alone.
 *
 * Every connection holds a shared advisory lock while it lives, and the table `database_owner` holds a token of the
 * process that opened the database last. Who opens it needs the lock exclusively, so no connection of another process is
 * left, and then writes its own token; who connects later takes the lock first and looks at the token. So no statement
 * ever runs beside those of another process, and after another one had the database in between, this one gets no
 * connection again.
 *
 * @param url connection string; it stays out of every error.
 * Throws `database-locked`, `database-not-durable`, `database-unavailable`, `database-failed`.
 */
export async function openPostgres(url: string, random: Random): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    // Connections stay: while one lives, no other process can take the database.
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECT_DEADLINE,
    query_timeout: ANSWER_DEADLINE,
    keepAlive: true,
    application_name: "anamnesis",
    types: TYPES,
  });
  // An idle connection that is lost leaves the pool by itself; what asks next makes a new one.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new PostgresDatabase(pool, toHex(random.bytes(16)));
  try {
    await db.take();
    return db;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

type Client = pg.PoolClient;

class PostgresDatabase implements Database {
  readonly #pool: pg.Pool;
  readonly #token: string;
  readonly #turns = new SharedOrAlone();
  /** By text, for all connections: a name stands for one text as long as this process lives, so there is no room to be made. */
  readonly #names = new Map<string, string>();
  #named = 0;
  readonly #runs = new Map<string, number>();
  /** Connections in a known state that hold the lock, after the token was seen to be ours. */
  readonly #ours = new WeakSet<Client>();
  #closed: Promise<void> | null = null;
  /** Since the last upkeep. */
  #ran = 0;

  constructor(pool: pg.Pool, token: string) {
    this.#pool = pool;
    this.#token = token;
  }

  /** Before anything else. */
  async take(): Promise<void> {
    await this.#connected(async (client) => {
      await this.#prepare(client);
      try {
        await this.#send(client, "select pg_advisory_lock($1)", [LOCK]);
      } catch (error) {
        throw stateOf(error) === LOCK_NOT_AVAILABLE ? locked() : error;
      }
      await this.#send(client, "select pg_advisory_lock_shared($1)", [LOCK]);
      await this.#send(client, "create table if not exists database_owner (token text not null)");
      await this.#send(client, "begin");
      await this.#send(client, "delete from database_owner");
      await this.#send(client, "insert into database_owner (token) values ($1)", [this.#token]);
      await this.#send(client, "commit");
      await this.#send(client, "select pg_advisory_unlock($1)", [LOCK]);
      this.#ours.add(client);
    });
  }

  query<R extends Row>(sql: string, values: readonly SqlValue[] = []): Promise<readonly R[]> {
    return this.#repeated((client) => this.#send<R>(client, sql, values));
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#repeated((client) => this.#transaction(client, work));
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#turns.alone(() => this.#pool.end()));
  }

  /** Runs what takes effect whole or not at all; again after a conflict, the last time alone, where there is none. */
  async #repeated<T>(run: (client: Client) => Promise<T>): Promise<T> {
    const once = (): Promise<T> =>
      this.#connected(async (client) => {
        if (!this.#ours.has(client)) await this.#join(client);
        return run(client);
      });
    for (let attempt = 1; attempt <= SIDE_BY_SIDE; attempt++) {
      try {
        const result = await this.#turns.shared(once);
        if (this.#ran >= UPKEEP_AFTER && this.#closed === null) {
          this.#ran = 0;
          void this.#keepUp();
        }
        return result;
      } catch (error) {
        const state = stateOf(error);
        if (state === UNIQUE_VIOLATION) break;
        if (state === null || !CONFLICTS.has(state)) throw error;
      }
    }
    return this.#turns.alone(once);
  }

  /** Beside whatever else runs, a table at a time. What fails is due again at the next time. */
  async #keepUp(): Promise<void> {
    try {
      for (const statement of await tablesGrown({ query: (sql) => this.query(sql) })) {
        if (this.#closed !== null) return;
        await this.query(statement);
      }
    } catch {
      this.#ran = 0;
    }
  }

  async #transaction<T>(client: Client, work: (tx: Queryable) => Promise<T>): Promise<T> {
    const tx = watchStatements({ query: (sql, values) => this.#send(client, sql, values) });
    await this.#send(client, "begin");
    let result: T;
    try {
      result = await work(tx);
    } catch (error) {
      await this.#rollback(client);
      // Whatever the work made of a conflict, it is run again.
      const first = tx.failure?.error;
      throw CONFLICTS.has(stateOf(first) ?? "") ? first : error;
    }
    if (tx.failure !== null) {
      await this.#rollback(client);
      throw tx.failure.error;
    }
    await this.#send(client, "commit");
    return result;
  }

  /** When the connection is lost the server rolls back, and the connection is not used again: nothing is to be thrown. */
  async #rollback(client: Client): Promise<void> {
    await this.#send(client, "rollback").catch(() => this.#ours.delete(client));
  }

  async #join(client: Client): Promise<void> {
    await this.#prepare(client);
    await this.#send(client, "select pg_advisory_lock_shared($1)", [LOCK]);
    // With the lock, and not before: from now on nobody can write another token while this connection lives.
    const [owner] = await this.#send<{ token: string }>(client, "select token from database_owner");
    if (owner?.token !== this.#token) throw locked();
    this.#ours.add(client);
  }

  async #prepare(client: Client): Promise<void> {
    const [durable] = await this.#send<{ fsync: string; synchronous_commit: string }>(client, SESSION);
    if (durable?.fsync !== "on" || durable.synchronous_commit === "off") throw notDurable();
  }

  async #connected<T>(work: (client: Client) => Promise<T>): Promise<T> {
    let client: Client;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      const state = sqlStateOf(error);
      throw state === null || AWAY.test(state) ? databaseUnavailable(state) : databaseFailed(state);
    }
    try {
      return await work(client);
    } finally {
      client.release(!this.#ours.has(client));
    }
  }

  /** Under which a text stays parsed and, once the server finds a plan for all values good enough, planned; `null`: it does not. */
  #nameOf(text: string): string | null {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (CHANGES_TABLES.test(text)) this.#names.clear();
    if (this.#names.size >= PREPARED || !PREPARABLE.test(text)) return null;
    const runs = (this.#runs.get(text) ?? 0) + 1;
    if (runs < AGAIN) {
      // Texts that requests make are many: whatever came once long ago begins anew.
      if (this.#runs.size >= COUNTED) this.#runs.clear();
      this.#runs.set(text, runs);
      return null;
    }
    this.#runs.delete(text);
    const name = `s${this.#named++}`;
    this.#names.set(text, name);
    return name;
  }

  async #send<R extends Row>(
    client: Client,
    text: string,
    values: readonly SqlValue[] = [],
  ): Promise<readonly R[]> {
    this.#ran += statementWeight(values);
    try {
      // One statement at a time, as the embedded engine takes them.
      const name = this.#nameOf(text);
      const statement: pg.QueryConfig & { queryMode: "extended" } = {
        text,
        values: [...values],
        queryMode: "extended",
        ...(name === null ? {} : { name }),
      };
      return (await client.query<R>(statement)).rows;
    } catch (error) {
      if (error instanceof AnamnesisError) throw error;
      const state = sqlStateOf(error);
      if (state === null ? error instanceof TypeError : !AWAY.test(state)) throw databaseFailed(state);
      this.#ours.delete(client);
      throw databaseUnavailable(state);
    }
  }
}

function stateOf(error: unknown): string | null {
  const state = hasCode(error, "database-failed") ? error.meta["sqlstate"] : null;
  return typeof state === "string" ? state : null;
}

function databaseUnavailable(sqlstate: string | null): AnamnesisError<"database-unavailable"> {
  return new AnamnesisError({
    code: "database-unavailable",
    rule: "The node's database server answers.",
    fix: "Send the same again. If it stays: start the server or mend the way to it; the node goes on by itself.",
    meta: { sqlstate },
  });
}

function locked(): AnamnesisError<"database-locked"> {
  return new AnamnesisError({
    code: "database-locked",
    rule: "One process works with a node's database.",
    fix: "Stop the other process, or give each its own database in DATABASE_URL; restart a node whose database another one had.",
  });
}

function notDurable(): AnamnesisError<"database-not-durable"> {
  return new AnamnesisError({
    code: "database-not-durable",
    rule: "What the node's database has acknowledged survives a loss of power.",
    fix: "Set fsync = on and synchronous_commit other than off on the server, for the database and for the role.",
  });
}
