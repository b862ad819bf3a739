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

/** Whether the database keeps a statement's plan, or makes one each time (`PLANNED_ANEW`). */
export type Plan = "kept" | "anew";

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
  readonly #plan: Plan;
  #own: string | null = null;
  #received: string | null = null;

  /**
   * Binds the rules once for a statement; `of` says them of any of its tables.
   *
   * @param letters interactions that the statement is for: a scope with any of them counts.
   */
  constructor(sql: SqlText, access: Access, letters: readonly Letter[], plan: Plan = "kept") {
    this.#sql = sql;
    this.#scopes = access.scopes ?? null;
    this.#letters = letters;
    this.#access = access;
    this.#plan = plan;
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
   * `followed` of what is the organisation's own, and what was received whatever consents say of it: for `mayReadReceived` to decide by the row's attributes. A statement that few rows answer is much
   * shorter without all consents of its reader.
   *
   * @param row alias of `fhir_resources`.
   */
  followedOrReceived(row: string): string {
    const own = `(${row}.origin = 'own' and ${this.#ownRules(row)})`;
    const received = this.#access.readReceived.length === 0 ? [] : [`${row}.origin = 'received'`];
    return and([or([own, ...received]), ...this.#covered(row, FOLLOW)]);
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
    const own = `(${row}.origin = 'own' and ${this.#ownRules(row)})`;
    if (this.#access.readReceived.length === 0) return own;
    // Two alternatives that the planner has statistics of: by one expression (`case`) it takes half of a table for hidden, and plans searches that many resources meet several times worse.
    return or([own, `(${row}.origin = 'received' and ${receivedRule(row, this.#receivedLimits())})`]);
  }

  #ownRules(row: string): string {
    this.#own ??= or(this.#access.readOwn.map(ownRule));
    return this.#own.replaceAll("@row", row);
  }

  /** Bound when the statement first asks for them: it may hold no value that it does not use. */
  #receivedLimits(): string {
    return (this.#received ??= boundLimits(this.#sql, groupedLimits(this.#access.readReceived), this.#plan));
  }
}

/** Characters of limits that the database reads sooner than it plans a subquery: those of some 120 consents. */
const SHORT_LIMITS = 8192;

/**
 * As a text that a subquery without a table reads when the first received row asks: a value of type jsonb is read before the statement begins, for whoever reads what is the organisation's own too.
 * Where the statement is planned each time, short ones are read sooner than such a subquery is planned.
 */
function boundLimits(sql: SqlText, limits: string, plan: Plan): string {
  if (plan === "anew" && limits.length <= SHORT_LIMITS) return sql.bind(limits, "jsonb");
  return `(select ${sql.bind(limits, "text")}::jsonb)`;
}

function ownRule({ types, kinds }: OwnRule): string {
  const ofKind = kinds === "*" ? [] : [isOneOf("@row.kind", kinds)];
  if (types === "*") return and([`@row.type <> '${AUDIT_TYPE}'`, ...ofKind]);
  return and([
    isOneOf("@row.type", kinds === "*" ? types : types.filter((type) => type !== AUDIT_TYPE)),
    ...ofKind,
  ]);
}

/** What names of types and kinds are made of. */
const NAME = /^[A-Za-z-]+$/;

/**
 * Names of the policy as part of the text, not as a value that the database reads and takes apart at each run: policies are few and known when the node starts. What is no name of a type or kind is
 * nothing's.
 */
function isOneOf(column: string, names: readonly string[]): string {
  const known = names.filter((name) => NAME.test(name));
  return known.length === 0 ? "false" : `${column} in (${known.map((name) => `'${name}'`).join(", ")})`;
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

/** @param limits as `groupedLimits` gives them. */
function receivedRule(row: string, limits: string): string {
  return `fhir_permitted(${limits}, ${row}.segment, ${row}.type, ${row}.day_from, ${row}.day_to)`;
}
