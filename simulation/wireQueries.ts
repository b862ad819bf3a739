import { PGlite } from "@electric-sql/pglite";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Row, SqlValue } from "@anamnesis/core/ports/database";

/** PostgreSQL's type numbers. */
const BOOL = 16;
const BYTEA = 17;
const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23]);
const JSONB = 3802;

interface Prepared {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: number }[];
}

/**
 * The embedded engine by its wire protocol, each statement prepared once and then one message: a simulation makes hundreds a
 * seed, and the engine's own `query` parses, describes and plans each of them anew.
 */
export class WireEngine {
  readonly #engine: PGlite;
  readonly #prepared = new Map<string, Prepared>();

  private constructor(engine: PGlite) {
    this.#engine = engine;
  }

  static async open(): Promise<WireEngine> {
    // What a simulation writes is thrown away: a small log is enough.
    const startParams = [
      ...PGlite.defaultStartParams,
      "-c",
      "max_wal_size=64MB",
      "-c",
      "synchronous_commit=off",
    ];
    return new WireEngine(await PGlite.create({ startParams }));
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async command(sql: string): Promise<void> {
    rowsIn(await this.#send([text("Q", sql)]), []);
  }

  /** @param scope of the plan: statements of two search paths are two. Throws `database-failed`. */
  async query<R extends Row>(scope: string, sql: string, values: readonly SqlValue[]): Promise<readonly R[]> {
    const key = `${scope} ${sql}`;
    let prepared = this.#prepared.get(key);
    if (prepared === undefined) {
      prepared = await this.#prepare(sql);
      this.#prepared.set(key, prepared);
    }
    const answer = await this.#send([bind(prepared.name, values), EXECUTE, SYNC]);
    return rowsIn(answer, prepared.columns) as readonly R[];
  }

  async #prepare(sql: string): Promise<Prepared> {
    const name = `s${this.#prepared.size}`;
    const answer = await this.#send([
      message("P", utf8ToBytes(`${name}\0${sql}\0`), new Uint8Array(2)),
      message("D", utf8ToBytes(`S${name}\0`)),
      SYNC,
    ]);
    return { name, columns: columnsIn(answer) };
  }

  async #send(messages: readonly Uint8Array[]): Promise<Uint8Array> {
    return this.#engine.execProtocolRaw(Buffer.concat(messages), { syncToFs: false });
  }
}

function message(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type, 0, "latin1");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function text(type: string, value: string): Uint8Array {
  return message(type, utf8ToBytes(`${value}\0`));
}

const SYNC = message("S");
const EXECUTE = message("E", new Uint8Array(5));

function bind(name: string, values: readonly SqlValue[]): Uint8Array {
  const count = Buffer.alloc(4);
  count.writeUInt16BE(values.length, 2);
  const parts: Uint8Array[] = [utf8ToBytes(`\0${name}\0`), count];
  for (const value of values) {
    const length = Buffer.alloc(4);
    const bytes = value === null ? null : utf8ToBytes(literal(value));
    length.writeInt32BE(bytes === null ? -1 : bytes.length);
    parts.push(length);
    if (bytes !== null) parts.push(bytes);
  }
  return message("B", ...parts, new Uint8Array(2));
}

function literal(value: Exclude<SqlValue, null>): string {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) {
    const items = (value as readonly (string | number)[]).map((item) =>
      typeof item === "number" ? String(item) : `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
    );
    return `{${items.join(",")}}`;
  }
  return String(value);
}

/** The messages of an answer. Throws `database-failed` for an error in it. */
function* messagesIn(answer: Uint8Array): Generator<{ readonly type: string; readonly body: Buffer }> {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.length);
  for (let at = 0; at < bytes.length;) {
    const type = bytes.toString("latin1", at, at + 1);
    const length = bytes.readUInt32BE(at + 1);
    const body = bytes.subarray(at + 5, at + 1 + length);
    if (type === "E") throw failed(body);
    yield { type, body };
    at += 1 + length;
  }
}

function columnsIn(answer: Uint8Array): Prepared["columns"] {
  const columns: { name: string; type: number }[] = [];
  for (const { type, body } of messagesIn(answer)) {
    if (type !== "T") continue;
    let at = 2;
    for (let left = body.readUInt16BE(0); left > 0; left--) {
      const end = body.indexOf(0, at);
      columns.push({ name: body.toString("utf8", at, end), type: body.readUInt32BE(end + 7) });
      at = end + 19;
    }
  }
  return columns;
}

function rowsIn(answer: Uint8Array, columns: Prepared["columns"]): readonly Row[] {
  const rows: Row[] = [];
  for (const { type, body } of messagesIn(answer)) {
    if (type !== "D") continue;
    const row: Record<string, unknown> = {};
    let at = 2;
    for (const column of columns) {
      const length = body.readInt32BE(at);
      at += 4;
      row[column.name] = length < 0 ? null : valueOf(column.type, body.toString("utf8", at, at + length));
      at += Math.max(0, length);
    }
    rows.push(row);
  }
  return rows;
}

function valueOf(type: number, value: string): unknown {
  if (INTEGERS.has(type)) return Number(value);
  if (type === BOOL) return value === "t";
  if (type === BYTEA) return new Uint8Array(Buffer.from(value.slice(2), "hex"));
  if (type === JSONB) return JSON.parse(value) as unknown;
  return value;
}

/** SQLSTATE is the field `C` of an error. */
function failed(body: Buffer): AnamnesisError<"database-failed"> {
  const sqlstate =
    body
      .toString("utf8")
      .split("\0")
      .find((field) => field.startsWith("C"))
      ?.slice(1) ?? null;
  return new AnamnesisError({
    code: "database-failed",
    rule: "The node's database takes every statement that the node makes.",
    fix: "Look at the statement: the simulation's engine refuses it.",
    meta: { sqlstate },
  });
}
