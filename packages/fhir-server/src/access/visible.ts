import type { RecordLimits } from "@anamnesis/core/consent/decide";
import { compileFilter } from "../search/compileFilter.ts";
import { and, or, type SqlText } from "../sql/sqlText.ts";
import { type Access, AUDIT_TYPE, type OwnRule } from "./access.ts";
import type { Letter, ScopeRule } from "./scopes.ts";

/** What a criterion asks of the other rows that it looks at. */
export interface Sight {
  /** Those that the statement may find. */
  of(row: string): string;
  /** Those to which the reader may follow a reference, by reading or by searching. */
  followed(row: string): string;
}

/** Whoever may read or search a resource may see that others refer to it. */
const FOLLOW: readonly Letter[] = ["r", "s"];

/**
 * The access as a condition on rows with the columns `type`, `origin`, `kind`, `segment`, `day_from` and `day_to`: what is permitted goes into the
 * query, so that pages are full, totals right, and what is hidden costs no look of its own. `mayRead` is the same decision on one resource.
 *
 * Where a token's scopes narrow the access, a row has to be covered by one that has one of the letters, and to meet its search parameters. Those are questions of who gave the scope: what they look
 * at besides the row counts where the access alone permits it.
 */
export class Visible implements Sight {
  readonly #sql: SqlText;
  readonly #scopes: readonly ScopeRule[] | null;
  readonly #letters: readonly Letter[];
  readonly #access: Access;
  #rules: { readonly own: string; readonly received: string | null } | null = null;

  /**
   * Binds the rules once for a statement; `of` says them of any of its tables.
   *
   * @param letters interactions that the statement is for: a scope with any of them counts.
   */
  constructor(sql: SqlText, access: Access, letters: readonly Letter[]) {
    this.#sql = sql;
    this.#scopes = access.scopes ?? null;
    this.#letters = letters;
    this.#access = access;
  }

  /** @param row alias of `fhir_resources`. */
  of(row: string): string {
    return and([this.#permitted(row), ...this.#covered(row, this.#letters)]);
  }

  /** @param row alias of `fhir_resources`. */
  followed(row: string): string {
    return and([this.#permitted(row), ...this.#covered(row, FOLLOW)]);
  }

  /**
   * What the scopes alone say, of a row that was decided about.
   *
   * @param row alias of `fhir_resources`.
   */
  covered(row: string, letters: readonly Letter[] = this.#letters): string {
    return and(this.#covered(row, letters));
  }

  /**
   * A version, by its own attributes. Search parameters are indexed for what is current alone: a scope with some permits no version of the past.
   *
   * @param version alias of `fhir_versions`.
   * @param row alias of `fhir_resources` for the same resource.
   */
  ofVersion(version: string, row: string): string {
    const permitted = this.#permitted(version);
    if (this.#scopes === null) return permitted;
    const current = this.#constrained(this.#letters, row).map((met) =>
      and([met, `${version}.version = ${row}.version`]),
    );
    return and([permitted, or([...this.#whole(this.#letters, version), ...current])]);
  }

  #covered(row: string, letters: readonly Letter[]): readonly string[] {
    if (this.#scopes === null) return [];
    return [or([...this.#whole(letters, row), ...this.#constrained(letters, row)])];
  }

  /** Scopes without search parameters. */
  #whole(letters: readonly Letter[], row: string): readonly string[] {
    const types = this.#with(letters).flatMap(({ type, filters }) => (filters.length === 0 ? [type] : []));
    if (types.includes("*")) return ["true"];
    return types.length === 0 ? [] : [`${row}.type = any(${this.#sql.bind(types, "text[]")})`];
  }

  #constrained(letters: readonly Letter[], row: string): readonly string[] {
    const permitted = (other: string): string => this.#permitted(other);
    const sight: Sight = { of: permitted, followed: permitted };
    return this.#with(letters).flatMap(({ type, filters }) =>
      filters.length === 0
        ? []
        : [
            and([
              `${row}.type = ${this.#sql.bind(type, "text")}`,
              ...filters.map((filter) => compileFilter(this.#sql, sight, filter, row)),
            ]),
          ],
    );
  }

  #with(letters: readonly Letter[]): readonly ScopeRule[] {
    return (this.#scopes ?? []).filter((rule) => letters.some((letter) => rule.letters.includes(letter)));
  }

  #permitted(row: string): string {
    const rules = (this.#rules ??= this.#bound());
    const own = `(${row}.origin = 'own' and ${rules.own.replaceAll("@row", row)})`;
    return rules.received === null ? own : or([own, receivedRule(row, rules.received)]);
  }

  /** When the statement first asks for them: it may hold no value that it does not use. */
  #bound(): { readonly own: string; readonly received: string | null } {
    const { readOwn, readReceived } = this.#access;
    return {
      own: or(readOwn.map((rule) => ownRule(this.#sql, rule))),
      received: readReceived.length === 0 ? null : boundLimits(this.#sql, groupedLimits(readReceived)),
    };
  }
}

/** Characters of limits that the database reads sooner than it plans a subquery: those of some 120 consents. */
const SHORT_LIMITS = 8192;

/**
 * Longer ones as a text that a subquery without a table reads when the first received row asks: a value of type jsonb is read before the statement begins, for whoever reads what is the organisation's
 * own too.
 */
function boundLimits(sql: SqlText, limits: string): string {
  if (limits.length <= SHORT_LIMITS) return sql.bind(limits, "jsonb");
  return `(select ${sql.bind(limits, "text")}::jsonb)`;
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

const grouped = new WeakMap<readonly RecordLimits[], string>();

/**
 * JSON of the limits, those that differ in the segment alone as one: `segments` and the other members of `RecordLimits`. Most consents are of few shapes, and the value goes into every
 * statement of a request.
 */
function groupedLimits(limits: readonly RecordLimits[]): string {
  const known = grouped.get(limits);
  if (known !== undefined) return known;
  const shapes = new Map<string, string[]>();
  for (const { segment, ...shape } of limits) {
    const key = JSON.stringify(shape);
    const segments = shapes.get(key);
    if (segments === undefined) shapes.set(key, [segment]);
    else segments.push(segment);
  }
  const groups = [...shapes].map(
    ([shape, segments]) => `{"segments":${JSON.stringify(segments)},${shape.slice(1)}`,
  );
  const text = `[${groups.join(",")}]`;
  grouped.set(limits, text);
  return text;
}

/**
 * What a consent permits, as SQL/JSON path: its limits in groups, `$segment`, `$type`, `$from` and `$to` of a row. A comparison with a missing day is false, so an open limit and a missing day
 * are said apart. One expression and no subquery: whoever holds no consent for a row pays nothing for it, neither when the statement is planned nor when it begins.
 */
const PERMITTED = `$[*] ? (
  @.segments[*] == $segment
  && (@.resourceTypes[*] == "*" || @.resourceTypes[*] == $type)
  && (@.dataFrom == null || $from >= @.dataFrom)
  && (@.dataTo == null || $to <= @.dataTo)
  && !exists (@.exceptions[*] ? (
    (!exists (@.resourceTypes[*]) || @.resourceTypes[*] == $type)
    && (@.dataFrom == null || $to == null || $to >= @.dataFrom)
    && (@.dataTo == null || $from == null || $from <= @.dataTo))))`;

/** @param limits as `groupedLimits` gives them. */
function receivedRule(row: string, limits: string): string {
  const vars = `jsonb_build_object('segment', ${row}.segment, 'type', ${row}.type, 'from', ${row}.day_from, 'to', ${row}.day_to)`;
  return `(${row}.origin = 'received' and jsonb_path_exists(${limits}, '${PERMITTED}', ${vars}))`;
}
