import { PGlite } from "@electric-sql/pglite";

export interface StatementCost {
  readonly sql: string;
  readonly count: number;
  /** Messages of the protocol (Parse, Describe, Bind, Execute, Sync) that it took. */
  readonly messages: number;
  /** Milliseconds inside the engine, its writes included; what prepares and decodes messages is outside. */
  readonly ms: number;
}

/** First bytes of the messages that bring a statement's text (PostgreSQL 54.7). */
const PARSE = 0x50;
const QUERY = 0x51;

/** From now on counts what every embedded database of this process executes; `take` gives it and begins anew. */
export function countStatements(): { readonly take: () => readonly StatementCost[] } {
  // The engine takes one message after the other, so whatever follows a text belongs to it.
  let sql = "";
  let costs = new Map<string, { count: number; messages: number; ms: number }>();
  const { execProtocolRawSync: execute } = PGlite.prototype;
  PGlite.prototype.execProtocolRawSync = function (this: PGlite, message: Uint8Array): Uint8Array {
    const text = textOf(message);
    if (text !== null) sql = text;
    const begin = performance.now();
    try {
      return execute.call(this, message);
    } finally {
      const cost = costs.get(sql) ?? { count: 0, messages: 0, ms: 0 };
      cost.ms += performance.now() - begin;
      cost.messages += 1;
      if (text !== null) cost.count += 1;
      costs.set(sql, cost);
    }
  };
  return {
    take: () => {
      const taken = [...costs].map(([text, cost]) => ({ sql: text, ...cost }));
      costs = new Map();
      return taken.toSorted((a, b) => b.ms - a.ms);
    },
  };
}

/** A byte for the kind, four for the length, then strings that end with a zero. */
function textOf(message: Uint8Array): string | null {
  if (message[0] !== PARSE && message[0] !== QUERY) return null;
  const strings = Buffer.from(message.buffer, message.byteOffset + 5, message.length - 5)
    .toString("utf8")
    .split("\0");
  return (message[0] === PARSE ? strings[1] : strings[0])?.replaceAll(/\s+/g, " ").trim() ?? null;
}
