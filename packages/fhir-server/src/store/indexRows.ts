import type { Queryable } from "@anamnesis/core/ports/database";
import { AUDIT_TYPE } from "../access/access.ts";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import type { IndexValue } from "../index/indexValue.ts";
import { indexValues } from "../index/indexValues.ts";
import { type IndexWords, indexWords } from "../index/indexWords.ts";
import { linksOf } from "../resource/links.ts";
import { indexedText } from "./indexedText.ts";
import { BEGINNING, END, NARRATIVE, OF_TYPE } from "./schema.ts";

type IndexRow = Readonly<Record<string, string | number | null>>;

/** Columns of the tables of schema.ts, behind `row`, `key` and `item`. */
const COLUMNS = {
  fhir_tokens: { system: "text", code: "text", text: "text" },
  fhir_strings: { folded: "text", exact: "text" },
  fhir_dates: { low: "bigint", high: "bigint" },
  fhir_numbers: { low: "numeric", high: "numeric", system: "text", code: "text", unit: "text" },
  fhir_references: {
    target_type: "text",
    target_id: "text",
    url: "text",
    identifier_system: "text",
    identifier_value: "text",
  },
  fhir_uris: { uri: "text" },
  fhir_positions: { latitude: "double precision", longitude: "double precision" },
} as const;

type Table = keyof typeof COLUMNS;
const TABLES = Object.keys(COLUMNS) as Table[];

/** Forgets by what these rows were found. */
export async function deleteIndexRows(tx: Queryable, rows: readonly number[]): Promise<void> {
  const deletes = [...TABLES, "fhir_links", "fhir_texts"].map(
    (table) => `delete from ${table} where row = any($1::bigint[])`,
  );
  await tx.query(atOnce(deletes), [rows]);
}

/**
 * Notes by what the current versions of some resources are found, with one statement for all of them and all tables. A reference by URL leads to a resource of
 * this server where the URL begins with its address, and else to none, whatever type and id it ends with.
 */
export async function writeIndexRows(
  tx: Queryable,
  resources: readonly { readonly row: number; readonly type: string; readonly resource: JsonObject }[],
  server: string | null,
): Promise<void> {
  const tables = new Map<Table, IndexRow[]>(TABLES.map((table) => [table, []]));
  const links: IndexRow[] = [];
  for (const { row, type, resource } of resources) {
    for (const value of indexValues(resource).values) {
      const { table, columns } = rowOf(value, server);
      const place = { row, key: `${type}.${value.param}`, item: value.item };
      tables.get(table)?.push({ ...place, ...columns });
      if (value.kind !== "token") continue;
      for (const { system, code } of value.types) {
        const key = `${place.key}${OF_TYPE}`;
        tables.get(table)?.push({
          ...place,
          key,
          system: indexedText(system),
          code: indexedText(code),
          text: indexedText(value.code),
        });
      }
    }
    // Whoever may read who looked at what may read at what.
    for (const { type: target_type, id: target_id } of type === AUDIT_TYPE ? [] : linksOf(resource))
      links.push({ row, target_type, target_id });
  }
  await insert(tx, [
    ...[...tables].map(([table, rows]): Rows => ({ table, columns: columnsOf(table), rows })),
    { table: "fhir_links", columns: { row: "bigint", target_type: "text", target_id: "text" }, rows: links },
    wordsOf(resources),
  ]);
}

/** Notes where some resources are, of which nothing is known yet. */
export async function writePositions(
  tx: Queryable,
  resources: readonly { readonly row: number; readonly type: string; readonly resource: JsonObject }[],
): Promise<void> {
  const rows = resources.flatMap(({ row, type, resource }) =>
    indexValues(resource).values.flatMap((value) =>
      value.kind === "position"
        ? [{ row, key: `${type}.${value.param}`, item: value.item, ...rowOf(value, null).columns }]
        : [],
    ),
  );
  await insert(tx, [{ table: "fhir_positions", columns: columnsOf("fhir_positions"), rows }]);
}

/** Notes the words of some resources, of which none has any yet. */
export async function writeWords(
  tx: Queryable,
  resources: readonly { readonly row: number; readonly resource: JsonObject }[],
): Promise<void> {
  await insert(tx, [wordsOf(resources)]);
}

function wordsOf(resources: readonly { readonly row: number; readonly resource: JsonObject }[]): Rows {
  const rows = resources.flatMap(({ row, resource }) => {
    const words = indexWords(resource);
    return words.size === 0 ? [] : [{ row, words: tsvectorOf(words) }];
  });
  return { table: "fhir_texts", columns: { row: "bigint", words: "tsvector" }, rows };
}

/** Words are letters and digits alone: none needs an escape. */
function tsvectorOf(words: IndexWords): string {
  return [...words].map(([word, isNarrative]) => `'${word}':1${isNarrative ? NARRATIVE : ""}`).join(" ");
}

/** What is to be written to a table. */
interface Rows {
  readonly table: string;
  /** Types of the columns. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly IndexRow[];
}

function columnsOf(table: Table): Rows["columns"] {
  return { row: "bigint", key: "text", item: "int", ...COLUMNS[table] };
}

async function insert(tx: Queryable, all: readonly Rows[]): Promise<void> {
  const some = all.filter(({ rows }) => rows.length > 0);
  if (some.length === 0) return;
  const inserts = some.map(({ table, columns }, i) => {
    const names = Object.keys(columns).join(", ");
    const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    return `insert into ${table} (${names}) select ${names} from jsonb_to_recordset($${i + 1}::jsonb) as new (${typed.join(", ")})`;
  });
  await tx.query(
    atOnce(inserts),
    some.map(({ rows }) => JSON.stringify(rows)),
  );
}

/** Changes of different tables as one statement: a server that is asked for each of them is waited for as often. */
function atOnce(changes: readonly string[]): string {
  const last = changes.at(-1) ?? "";
  const before = changes.slice(0, -1).map((change, i) => `t${i} as (${change})`);
  return before.length === 0 ? last : `with ${before.join(", ")} ${last}`;
}

function rowOf(
  value: IndexValue,
  server: string | null,
): { readonly table: Table; readonly columns: IndexRow } {
  switch (value.kind) {
    case "token":
      return {
        table: "fhir_tokens",
        columns: {
          system: indexedText(value.system),
          code: indexedText(value.code),
          text: indexedText(value.text),
        },
      };
    case "string":
      return {
        table: "fhir_strings",
        columns: { folded: indexedText(value.folded), exact: indexedText(value.exact) },
      };
    case "date":
      return { table: "fhir_dates", columns: { low: value.from ?? BEGINNING, high: value.to ?? END } };
    case "number":
      return { table: "fhir_numbers", columns: { low: value.value, high: value.value } };
    case "quantity": {
      const { system, code, unit } = value;
      const low = value.value ?? value.low ?? "-Infinity";
      const high = value.value ?? value.high ?? "Infinity";
      return {
        table: "fhir_numbers",
        columns: { low, high, system: indexedText(system), code: indexedText(code), unit: indexedText(unit) },
      };
    }
    case "reference":
      return {
        table: "fhir_references",
        columns: {
          target_type: value.type,
          target_id: value.id,
          url: beginsWith(value.url, server) ? null : indexedText(value.url),
          identifier_system: indexedText(value.identifierSystem),
          identifier_value: indexedText(value.identifierValue),
        },
      };
    case "uri":
      return { table: "fhir_uris", columns: { uri: indexedText(value.value) } };
    case "position": {
      const { latitude, longitude } = value;
      return { table: "fhir_positions", columns: { latitude, longitude } };
    }
  }
}

function beginsWith(url: string | null, server: string | null): boolean {
  return url !== null && server !== null && url.startsWith(`${server}/`);
}
