import { and, or, type SqlText } from "../sql/sqlText.ts";
import { type Access, AUDIT_TYPE, type OwnRule } from "./access.ts";

/**
 * The access as a condition on rows with the columns `type`, `origin`, `kind`, `segment`, `day_from` and `day_to`: what is permitted goes into the
 * query, so that pages are full, totals right, and what is hidden costs no look of its own. `mayRead` is the same decision on one resource.
 */
export class Visible {
  readonly #own: string;
  readonly #received: string | null;

  /** Binds the rules once for a statement; `of` says them of any of its tables. */
  constructor(sql: SqlText, access: Access) {
    this.#own = or(access.readOwn.map((rule) => ownRule(sql, rule)));
    this.#received =
      access.readReceived.length === 0 ? null : sql.bind(JSON.stringify(access.readReceived), "jsonb");
  }

  /** @param row alias of a table. */
  of(row: string): string {
    const own = `(${row}.origin = 'own' and ${this.#own.replaceAll("@row", row)})`;
    return this.#received === null ? own : or([own, receivedRule(row, this.#received)]);
  }
}

function ownRule(sql: SqlText, { types, kinds }: OwnRule): string {
  if (types === "*") {
    const known = kinds === "*" ? [] : [`@row.kind = any(${sql.bind(kinds, "text[]")})`];
    return and([`@row.type <> '${AUDIT_TYPE}'`, ...known]);
  }
  if (kinds === "*") return `@row.type = any(${sql.bind(types, "text[]")})`;
  const others = types.filter((type) => type !== AUDIT_TYPE);
  return and([
    `@row.type = any(${sql.bind(others, "text[]")})`,
    `@row.kind = any(${sql.bind(kinds, "text[]")})`,
  ]);
}

/** Columns are named as the members of `RecordLimits`. */
function receivedRule(row: string, limits: string): string {
  return `(${row}.origin = 'received' and exists (
    select 1
    from jsonb_to_recordset(${limits}) as l (segment text, "resourceTypes" jsonb, "dataFrom" int, "dataTo" int, exceptions jsonb)
    where l.segment = ${row}.segment
      and (l."resourceTypes" ? '*' or l."resourceTypes" ? ${row}.type)
      and (l."dataFrom" is null or ${row}.day_from >= l."dataFrom")
      and (l."dataTo" is null or ${row}.day_to <= l."dataTo")
      and not exists (
        select 1 from jsonb_to_recordset(l.exceptions) as e ("resourceTypes" jsonb, "dataFrom" int, "dataTo" int)
        where (jsonb_array_length(e."resourceTypes") = 0 or e."resourceTypes" ? ${row}.type)
          and (e."dataFrom" is null or ${row}.day_to is null or ${row}.day_to >= e."dataFrom")
          and (e."dataTo" is null or ${row}.day_from is null or ${row}.day_from <= e."dataTo"))))`;
}
