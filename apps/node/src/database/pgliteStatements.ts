import { messages, type PGlite, protocol } from "@electric-sql/pglite";
import { PLANNED_ANEW, type Row, type SqlValue } from "@anamnesis/core/ports/database";

/** PostgreSQL's number for `bytea`: its values travel as bytes, all others as text. */
const BYTEA = 17;
/** Statements that stay prepared: more than the node has. */
const KEPT = 256;
/** Of those that are planned anew, which requests make and so are as many as requests differ. */
const KEPT_ANEW = 128;
/** Statements that the node makes again and again; all others are few, or begin with `PLANNED_ANEW`. */
const PREPARABLE = /^\s*(?:select|insert|update|delete|with)\b/i;
/** After which a statement may give other columns than it was described with. */
const CHANGES_TABLES = /^\s*(?:create|alter|drop)\b/i;

/** Around a statement that is planned anew. A statement that fails takes the first of them back with all else of its transaction. */
const MODES = {
  anew: "set plan_cache_mode = force_custom_plan",
  usual: "set plan_cache_mode = auto",
};

const { serialize } = protocol;

interface Prepared {
  readonly name: string;
  /** Type numbers of `$1`, `$2`, … */
  readonly parameters: readonly number[];
  readonly fields: readonly { readonly name: string; readonly type: number }[];
}

/**
 * Statements of one embedded engine. Each text is parsed and planned once and then bound and executed in one message:
 * the engine's own `query` sends five and plans every time, which costs five times as much (`npm run bench:database`). What is planned anew for its values is still parsed once.
 *
 * The caller holds the engine alone while a promise is open. Throws what the engine throws.
 */
export class PgliteStatements {
  readonly #engine: PGlite;
  /** By text; the one that was used least recently is the first. */
  readonly #prepared = new Map<string, Prepared>();
  readonly #anew = new Map<string, Prepared>();
  readonly #modes = new Map<string, Prepared>();
  #names = 0;

  constructor(engine: PGlite) {
    this.#engine = engine;
  }

  async run<R extends Row>(sql: string, values: readonly SqlValue[]): Promise<readonly R[]> {
    if (sql.startsWith(PLANNED_ANEW)) {
      const statement = await this.#kept(this.#anew, KEPT_ANEW, sql);
      const anew = await this.#kept(this.#modes, 2, MODES.anew);
      const usual = await this.#kept(this.#modes, 2, MODES.usual);
      return this.#execute<R>(statement, values, { before: bare(anew), after: bare(usual) });
    }
    if (PREPARABLE.test(sql)) return this.#execute<R>(await this.#kept(this.#prepared, KEPT, sql), values);
    if (CHANGES_TABLES.test(sql)) await this.#forgetAll();
    return this.#execute<R>(await this.#prepare("", sql), values);
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

  async #execute<R extends Row>(
    statement: Prepared,
    values: readonly SqlValue[],
    {
      before = [],
      after = [],
    }: { readonly before?: readonly Uint8Array[]; readonly after?: readonly Uint8Array[] } = {},
  ): Promise<readonly R[]> {
    const answer = await this.#send(
      ...before,
      serialize.bind({
        statement: statement.name,
        values: values.map((value, i) => this.#bound(value, statement.parameters[i])),
      }),
      serialize.execute({}),
      ...after,
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

  /** Prepared once, and let go when `most` others were used since. */
  async #kept(among: Map<string, Prepared>, most: number, sql: string): Promise<Prepared> {
    const known = among.get(sql);
    if (known !== undefined) {
      among.delete(sql);
      among.set(sql, known);
      return known;
    }
    const [oldest] = among;
    if (among.size >= most && oldest !== undefined) {
      among.delete(oldest[0]);
      await this.#send(serialize.close({ type: "S", name: oldest[1].name }));
    }
    const prepared = await this.#prepare(`s${this.#names++}`, sql);
    among.set(sql, prepared);
    return prepared;
  }

  async #forgetAll(): Promise<void> {
    const statements = [...this.#prepared.values(), ...this.#anew.values()];
    this.#prepared.clear();
    this.#anew.clear();
    if (statements.length === 0) return;
    await this.#send(...statements.map(({ name }) => serialize.close({ type: "S", name })));
  }

  /** The messages as one; the engine skips what follows a failure until the sync at the end. */
  #send(...parts: readonly Uint8Array[]): Promise<readonly messages.BackendMessage[]> {
    return this.#engine.execProtocolStream(Buffer.concat([...parts, serialize.sync()]), { syncToFs: false });
  }
}

/** A statement without values. */
function bare({ name }: Prepared): readonly Uint8Array[] {
  return [serialize.bind({ statement: name, values: [] }), serialize.execute({})];
}

function fieldsOf(answer: readonly messages.BackendMessage[]): Prepared["fields"] {
  const description = answer.find((m) => m instanceof messages.RowDescriptionMessage);
  return description?.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })) ?? [];
}
