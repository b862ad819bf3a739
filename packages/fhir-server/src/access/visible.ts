import { and, or, type SqlText } from "../sql/sqlText.ts";
import type { Access, Days, OwnRule } from "./access.ts";

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
      access.readReceived.length === 0
        ? null
        : sql.bind(JSON.stringify(access.readReceived.map(toJson)), "jsonb");
  }

  /** @param row alias of a table. */
  of(row: string): string {
    const own = `(${row}.origin = 'own' and ${this.#own.replaceAll("@row", row)})`;
    return this.#received === null ? own : or([own, receivedRule(row, this.#received)]);
  }
}

function ownRule(sql: SqlText, { types, kinds }: OwnRule): string {
  return and([
    ...(types === "*" ? [] : [`@row.type = any(${sql.bind(types, "text[]")})`]),
    ...(kinds === "*" ? [] : [`@row.kind = any(${sql.bind(kinds, "text[]")})`]),
  ]);
}

interface RuleRow {
  readonly segment: string;
  readonly types: readonly string[] | null;
  readonly day_from: number | null;
  readonly day_to: number | null;
  readonly exceptions: readonly { readonly types: readonly string[]; readonly days: Days | null }[];
}

function toJson(rule: Access["readReceived"][number]): RuleRow {
  return {
    segment: rule.segment,
    types: rule.types === "*" ? null : rule.types,
    day_from: rule.days.from,
    day_to: rule.days.to,
    exceptions: rule.exceptions,
  };
}

function receivedRule(row: string, rules: string): string {
  return `(${row}.origin = 'received' and exists (
    select 1
    from jsonb_to_recordset(${rules}) as rule (segment text, types jsonb, day_from int, day_to int, exceptions jsonb)
    where rule.segment = ${row}.segment
      and (rule.types is null or jsonb_typeof(rule.types) = 'null' or rule.types ? ${row}.type)
      and (rule.day_from is null or ${row}.day_from >= rule.day_from)
      and (rule.day_to is null or ${row}.day_to <= rule.day_to)
      and not exists (
        select 1 from jsonb_array_elements(rule.exceptions) as exception
        where (jsonb_array_length(exception->'types') = 0 or exception->'types' ? ${row}.type)
          and (exception->'days'->>'from' is null or ${row}.day_to is null
            or ${row}.day_to >= (exception->'days'->>'from')::int)
          and (exception->'days'->>'to' is null or ${row}.day_from is null
            or ${row}.day_from <= (exception->'days'->>'to')::int))))`;
}
