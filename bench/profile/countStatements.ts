import { PGlite } from "@electric-sql/pglite";

export interface StatementCost {
  readonly sql: string;
  readonly count: number;
  /** Buffers of messages that it took: one, and one more when it was prepared. */
  readonly messages: number;
  /** Milliseconds inside the engine, its writes included; what prepares and decodes messages is outside. */
  readonly ms: number;
}

/** First bytes of messages (PostgreSQL 54.7): a text under a name, the use of a name, a text alone. */
const PARSE = 0x50;
const BIND = 0x42;
const QUERY = 0x51;

/** From now on counts what every embedded database of this process executes; `take` gives it and begins anew. */
export function countStatements(): { readonly take: () => readonly StatementCost[] } {
  // The engine takes one buffer after the other, and a buffer is about one statement.
  const texts = new Map<string, string>();
  let costs = new Map<string, { count: number; messages: number; ms: number }>();
  const { execProtocolRawSync: execute } = PGlite.prototype;
  PGlite.prototype.execProtocolRawSync = function (this: PGlite, message: Uint8Array): Uint8Array {
    const sql = textOf(message, texts);
    const begin = performance.now();
    try {
      return execute.call(this, message);
    } finally {
      const cost = costs.get(sql) ?? { count: 0, messages: 0, ms: 0 };
      cost.ms += performance.now() - begin;
      cost.messages += 1;
      if (message[0] !== PARSE) cost.count += 1;
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

/** What a buffer of messages is about; where it sets something before and after, what stands between. */
function textOf(buffer: Uint8Array, texts: Map<string, string>): string {
  const found: string[] = [];
  for (const message of messagesOf(buffer)) {
    const [first = "", second = ""] = stringsOf(message);
    if (message[0] === BIND) found.push(texts.get(second) ?? second);
    if (message[0] === QUERY) found.push(first);
    if (message[0] !== PARSE) continue;
    texts.set(first, second);
    found.push(second);
  }
  return found.find((text) => !text.startsWith("set ")) ?? found[0] ?? "(close)";
}

/** A byte for the kind, four for the length, which counts itself, then strings that end with a zero. */
function messagesOf(buffer: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = 0; at < buffer.length;) {
    const end = at + 1 + view.getUint32(at + 1);
    messages.push(buffer.subarray(at, end));
    at = end;
  }
  return messages;
}

function stringsOf(message: Uint8Array): readonly string[] {
  const begin = message.subarray(5);
  const strings: string[] = [];
  for (let from = 0; strings.length < 2;) {
    const end = begin.indexOf(0, from);
    if (end < 0) break;
    strings.push(Buffer.from(begin.subarray(from, end)).toString("utf8").replaceAll(/\s+/g, " ").trim());
    from = end + 1;
  }
  return strings;
}
