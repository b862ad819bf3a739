import { messages, type PGlite, protocol } from "@electric-sql/pglite";
import type { Row, SqlValue } from "@anamnesis/core/ports/database";

/** PostgreSQL's number for `bytea`: its values travel as bytes, all others as text. */
const BYTEA = 17;
/** Statements that stay prepared: more than the node has, so only texts that are made of values are let go. */
const KEPT = 256;
/** Statements that the node makes again and again; all others are few, or begin with `PLANNED_ANEW`. */
const PREPARABLE = /^\s*(?:select|insert|update|delete|with)\b/i;
/** After which a statement may give other columns than it was described with. */
const CHANGES_TABLES = /^\s*(?:create|alter|drop)\b/i;

const { serialize } = protocol;

interface Prepared {
  readonly name: string;
  /** Type numbers of `$1`, `$2`, … */
  readonly parameters: readonly number[];
  readonly fields: readonly { readonly name: string; readonly type: number }[];
}

/**
 * Statements of one embedded engine. Each text is parsed and planned once and then bound and executed in one message:
 * the engine's own `query` sends five and plans every time, which costs five times as much (`npm run bench:database`).
 *
 * The caller holds the engine alone while a promise is open. Throws what the engine throws.
 */
export class PgliteStatements {
  readonly #engine: PGlite;
  /** By text; the one that was used least recently is the first. */
  readonly #prepared = new Map<string, Prepared>();
  #names = 0;

  constructor(engine: PGlite) {
    this.#engine = engine;
  }

  async run<R extends Row>(sql: string, values: readonly SqlValue[]): Promise<readonly R[]> {
    if (!PREPARABLE.test(sql)) {
      if (CHANGES_TABLES.test(sql)) await this.#forgetAll();
      return this.#execute<R>(await this.#prepare("", sql), values);
    }
    const known = this.#prepared.get(sql);
    if (known !== undefined) {
      this.#prepared.delete(sql);
      this.#prepared.set(sql, known);
      return this.#execute<R>(known, values);
    }
    await this.#makeRoom();
    const prepared = await this.#prepare(`s${this.#names++}`, sql);
    this.#prepared.set(sql, prepared);
    return this.#execute<R>(prepared, values);
  }

  /** What begins and ends a transaction: it takes no values and gives no rows. */
  async control(sql: "begin" | "commit" | "rollback"): Promise<void> {
    await this.#engine.execProtocolStream(serialize.query(sql), { syncToFs: false });
  }

  async #prepare(name: string, text: string): Promise<Prepared> {
    const answer = await this.#send(serialize.parse({ name, text }), serialize.describe({ type: "S", name }));
    return {
      name,
      parameters: answer.find((m) => m instanceof messages.ParameterDescriptionMessage)?.dataTypeIDs ?? [],
      fields: fieldsOf(answer),
    };
  }

  async #execute<R extends Row>(statement: Prepared, values: readonly SqlValue[]): Promise<readonly R[]> {
    const answer = await this.#send(
      serialize.bind({
        statement: statement.name,
        values: values.map((value, i) => this.#bound(value, statement.parameters[i])),
      }),
      serialize.execute({}),
    );
    return answer.flatMap((m) => (m instanceof messages.DataRowMessage ? [this.#row<R>(statement, m)] : []));
  }

  #bound(value: SqlValue, type = 0): string | Uint8Array | null {
    if (value === null) return null;
    if (type === BYTEA) return value as Uint8Array;
    return String(this.#engine.serializers[type]?.(value) ?? value);
  }

  #row<R extends Row>({ fields }: Prepared, message: messages.DataRowMessage): R {
    const row: Record<string, unknown> = {};
    for (const [i, field] of fields.entries()) {
      const text = message.fields[i] ?? null;
      const parse = this.#engine.parsers[field.type];
      row[field.name] = text === null || parse === undefined ? text : parse(text, field.type);
    }
    return row as R;
  }

  async #makeRoom(): Promise<void> {
    const [oldest] = this.#prepared;
    if (this.#prepared.size < KEPT || oldest === undefined) return;
    this.#prepared.delete(oldest[0]);
    await this.#send(serialize.close({ type: "S", name: oldest[1].name }));
  }

  async #forgetAll(): Promise<void> {
    const statements = [...this.#prepared.values()];
    this.#prepared.clear();
    if (statements.length === 0) return;
    await this.#send(...statements.map(({ name }) => serialize.close({ type: "S", name })));
  }

  /** The messages as one; the engine skips what follows a failure until the sync at the end. */
  #send(...parts: readonly Uint8Array[]): Promise<readonly messages.BackendMessage[]> {
    return this.#engine.execProtocolStream(Buffer.concat([...parts, serialize.sync()]), { syncToFs: false });
  }
}

function fieldsOf(answer: readonly messages.BackendMessage[]): Prepared["fields"] {
  const description = answer.find((m) => m instanceof messages.RowDescriptionMessage);
  return description?.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })) ?? [];
}
