import { PLANNED_ANEW, type SqlValue } from "@anamnesis/core/ports/database";
import type { Access } from "../access/access.ts";
import { type Sight, Visible } from "../access/visible.ts";
import { and, or, SqlText } from "../sql/sqlText.ts";
import { BEGINNING, END } from "../store/schema.ts";
import { compileFilter, isKnown, keyOf, tableOf } from "./compileFilter.ts";
import type { SearchRequest, SortKey } from "./request.ts";
import { badValue } from "./searchError.ts";

export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Columns of a match. `keys` are its sort keys, its id last: where the next page begins. */
export interface MatchRow {
  readonly row: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly content: string;
  readonly [key: string]: unknown;
}

/** One page, and one row more when there is another. Sort keys come as `key0`, `key1`, … */
export function compilePage(request: SearchRequest, access: Access): Statement {
  const sql = new SqlText();
  const visible = new Visible(sql, access, ["s"], "anew");
  const where = conditions(sql, visible, request);
  const keys = request.sort.map((key) => sortExpression(sql, visible, request.type, key));
  const after = request.cursor === null ? "true" : afterCursor(sql, request.sort, keys, request.cursor);
  const selected = keys.map((key, i) => `, ${key} as key${i}`).join("");
  const order = [...request.sort.map((key, i) => `key${i}${key.descending ? " desc" : ""}`), "r.id"].join(
    ", ",
  );
  const limit = sql.bind(request.count + 1, "bigint");
  return {
    sql: `${PLANNED_ANEW} select r.row, r.type, r.id, r.version, r.updated, v.content${selected}
      from fhir_resources r join fhir_versions v on v.row = r.row and v.version = r.version
      where ${where} and ${after} order by ${order} limit ${limit}`,
    values: sql.values,
  };
}

/** How many there are, of those that the access permits. */
export function compileTotal(request: SearchRequest, access: Access): Statement {
  const sql = new SqlText();
  const where = conditions(sql, new Visible(sql, access, ["s"], "anew"), request);
  return {
    sql: `${PLANNED_ANEW} select count(*)::int as total from fhir_resources r where ${where}`,
    values: sql.values,
  };
}

function conditions(sql: SqlText, visible: Sight, request: SearchRequest): string {
  return and([
    `r.type = ${sql.bind(request.type, "text")}`,
    "not r.deleted",
    visible.of("r"),
    ...request.filters.map((filter) => compileFilter(sql, visible, filter, "r")),
  ]);
}

/** Of several values the first in the order; without any, last in both directions. */
function sortExpression(
  sql: SqlText,
  visible: Sight,
  base: string,
  { parameter, descending }: SortKey,
): string {
  if (parameter === "_id") return "r.id";
  if (parameter === "_lastUpdated") return "r.updated";
  const { column, least, greatest } = sortColumn(parameter.type);
  const s = sql.alias("s");
  const key = sql.bind(keyOf(base, parameter), "text");
  // Else the order, and the cursor, would tell to what a row refers.
  const known = parameter.type === "reference" ? ` and ${isKnown(sql, visible, s)}` : "";
  const value = `(select ${descending ? "max" : "min"}(${s}.${column}) from ${tableOf(parameter)} ${s} where ${s}.row = r.row and ${s}.key = ${key}${known})`;
  return `coalesce(${value}, ${descending ? least : greatest})`;
}

function sortColumn(type: string): {
  readonly column: string;
  readonly least: string;
  readonly greatest: string;
} {
  const texts = { least: `'' collate "C"`, greatest: `U&'\\+10FFFF' collate "C"` };
  switch (type) {
    case "date":
      return { column: "low", least: String(BEGINNING), greatest: String(END) };
    case "number":
    case "quantity":
      return { column: "low", least: "'-Infinity'::numeric", greatest: "'Infinity'::numeric" };
    case "string":
      return { column: "folded", ...texts };
    case "uri":
      return { column: "uri", ...texts };
    case "reference":
      return { column: "target_id", ...texts };
    default:
      return { column: `code collate "C"`, ...texts };
  }
}

/** What comes behind the last match of the page before: greater in the first key that differs. */
function afterCursor(
  sql: SqlText,
  sort: readonly SortKey[],
  keys: readonly string[],
  cursor: NonNullable<SearchRequest["cursor"]>,
): string {
  if (cursor.length !== keys.length + 1) throw badValue("_cursor", "it is taken from a page's link as it is");
  const places = [...keys, "r.id"];
  const values = cursor.map((value, i) => {
    const key = sort[i];
    if (typeof value !== typeof sampleOf(key))
      throw badValue("_cursor", "it is taken from a page's link as it is");
    return sql.bind(value, typeof value === "number" ? "bigint" : isNumeric(key) ? "numeric" : "text");
  });
  return or(
    places.map((place, i) =>
      and([
        ...places.slice(0, i).map((before, j) => `${before} = ${values[j]}`),
        `${place} ${sort[i]?.descending === true ? "<" : ">"} ${values[i]}`,
      ]),
    ),
  );
}

function isNumeric(key: SortKey | undefined): boolean {
  if (key === undefined || typeof key.parameter === "string") return false;
  return key.parameter.type === "number" || key.parameter.type === "quantity";
}

/** Times are numbers; decimals are texts, so that none is rounded. */
function sampleOf(key: SortKey | undefined): string | number {
  if (key === undefined) return "";
  if (key.parameter === "_lastUpdated") return 0;
  return typeof key.parameter !== "string" && key.parameter.type === "date" ? 0 : "";
}
