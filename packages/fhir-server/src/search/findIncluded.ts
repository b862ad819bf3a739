import type { Queryable } from "@anamnesis/core/ports/database";
import type { Access } from "../access/access.ts";
import { Visible } from "../access/visible.ts";
import { SqlText } from "../sql/sqlText.ts";
import { keyOf, leadsHere } from "./compileFilter.ts";
import type { MatchRow } from "./compileSearch.ts";
import { referencesOf } from "./parseSearch.ts";
import type { Include, SearchRequest } from "./request.ts";

/** Rounds of `:iterate`, and resources besides the matches, at most. */
const MOST_ROUNDS = 5;
const MOST_INCLUDED = 1000;

type Found = Pick<MatchRow, "row" | "type" | "id" | "version" | "updated" | "content"> & {
  readonly [column: string]: unknown;
};

/** What `_include` and `_revinclude` bring besides the matches, each once, and only what the access permits to read (FHIR R4, search.html#include). */
export async function findIncluded(
  db: Queryable,
  access: Access,
  request: SearchRequest,
  matches: readonly MatchRow[],
): Promise<readonly Found[]> {
  const seen = new Set(matches.map(({ row }) => row));
  const included: Found[] = [];
  let from: readonly Found[] = matches;
  for (let round = 0; round < MOST_ROUNDS && from.length > 0; round++) {
    const next: Found[] = [];
    const follow = (includes: readonly Include[]): readonly Include[] =>
      round === 0 ? includes : includes.filter(({ iterate }) => iterate);
    for (const include of follow(request.include)) next.push(...(await forward(db, access, include, from)));
    for (const include of follow(request.revinclude))
      next.push(...(await backward(db, access, include, from)));
    const fresh = next.filter(({ row }) => !seen.has(row) && seen.add(row));
    included.push(...fresh.slice(0, MOST_INCLUDED - included.length));
    if (included.length >= MOST_INCLUDED) break;
    from = fresh;
  }
  return included;
}

const COLUMNS = "r.row, r.type, r.id, r.version, r.updated, v.content";

/** What they refer to. */
async function forward(
  db: Queryable,
  access: Access,
  { source, parameter, target }: Include,
  from: readonly Found[],
): Promise<readonly Found[]> {
  const sources = from.filter(({ type }) => source === "*" || type === source);
  if (sources.length === 0) return [];
  const sql = new SqlText();
  const visible = new Visible(sql, access, []);
  const keys = [...new Set(sources.map(({ type }) => type))].flatMap((type) => keysOf(type, parameter));
  const rows = sql.bind(JSON.stringify(sources.map(({ row }) => row)), "jsonb");
  // By the indexes, step by step: the database knows nothing of how few rows were named, and where a table is small it would read all of it for each page.
  return db.query<Found>(
    `select r.* from (select distinct l.target_type as type, l.target_id as id from jsonb_array_elements_text(${rows}) as asked (row)
       cross join lateral (select l.target_type, l.target_id from fhir_references l
         where l.row = asked.row::bigint and l.key = any(${sql.bind(keys, "text[]")}) and ${leadsHere("l")} offset 0) l) l
     cross join lateral (select ${COLUMNS} from fhir_resources r join fhir_versions v on v.row = r.row and v.version = r.version
       where r.type = l.type and r.id = l.id ${target === null ? "" : `and r.type = ${sql.bind(target, "text")}`} and not r.deleted and ${visible.followed("r")} offset 0) r
     order by r.type, r.id limit ${MOST_INCLUDED}`,
    sql.values,
  );
}

/** What refers to them. */
async function backward(
  db: Queryable,
  access: Access,
  { source, parameter, target }: Include,
  from: readonly Found[],
): Promise<readonly Found[]> {
  const targets = from.filter(({ type }) => target === null || type === target);
  if (targets.length === 0 || source === "*") return [];
  const sql = new SqlText();
  const visible = new Visible(sql, access, ["s"]);
  const asked = sql.bind(JSON.stringify(targets.map(({ type, id }) => ({ type, id }))), "jsonb");
  return db.query<Found>(
    `select distinct on (r.type, r.id) ${COLUMNS} from jsonb_to_recordset(${asked}) as asked (type text, id text)
     join fhir_references l on l.target_type = asked.type and l.target_id = asked.id and ${leadsHere("l")}
     join fhir_resources r on r.row = l.row
     join fhir_versions v on v.row = r.row and v.version = r.version
     where l.key = any(${sql.bind(keysOf(source, parameter), "text[]")}) and not r.deleted and ${visible.of("r")}
     order by r.type, r.id limit ${MOST_INCLUDED}`,
    sql.values,
  );
}

function keysOf(type: string, parameter: Include["parameter"]): readonly string[] {
  return (parameter === "*" ? referencesOf(type) : [parameter]).map((one) => keyOf(type, one));
}
