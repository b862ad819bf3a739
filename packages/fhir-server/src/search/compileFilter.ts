import { unreachable } from "@anamnesis/core/errors";
import type { SearchParameter, SearchParameterType } from "../definitions/searchParameters.ts";
import type { Sight } from "../access/visible.ts";
import { indexedText } from "../store/indexedText.ts";
import { NARRATIVE, OF_TYPE } from "../store/schema.ts";
import { and, or, type SqlText } from "../sql/sqlText.ts";
import type { Filter, Prefix, Value } from "./request.ts";
import { boxAround, EARTH } from "./nearBox.ts";
import { tsqueryOf } from "./textQuery.ts";
import type { Range } from "./values.ts";

/** Which table indexes the values of a parameter. */
const TABLE: Readonly<Record<Exclude<SearchParameterType, "composite">, string>> = {
  token: "fhir_tokens",
  string: "fhir_strings",
  date: "fhir_dates",
  number: "fhir_numbers",
  quantity: "fhir_numbers",
  reference: "fhir_references",
  uri: "fhir_uris",
  // `near` alone.
  special: "fhir_positions",
};

export function tableOf(parameter: SearchParameter): string {
  const { type } = parameter;
  if (type === "composite") return tableOf(parameter.components[0] as SearchParameter);
  return TABLE[type];
}

/** Greater than every text that begins with what stands before it, where texts sort by code point. */
const LAST = "\u{10FFFF}";

/**
 * A criterion as a condition on a row of `fhir_resources`. Whatever it looks at besides that row, the target of a chain or what points to it, counts only where it is
 * visible too: a criterion is a question about it.
 */
export function compileFilter(sql: SqlText, visible: Sight, filter: Filter, row: string): string {
  switch (filter.type) {
    case "id":
      return `${row}.id = any(${sql.bind(filter.ids, "text[]")})`;
    case "last-updated":
      return or(
        filter.values.map(({ prefix, range }) =>
          compareTimes(sql, prefix, range, `${row}.updated`, `(${row}.updated + 1)`),
        ),
      );
    case "value": {
      const met = valueFilter(sql, visible, filter.base, filter.parameter, filter.values);
      return `${row}.row ${filter.not ? "not in" : "in"} (${met})`;
    }
    case "missing": {
      const indexed = filter.parameter.components[0] ?? filter.parameter;
      const key = sql.bind(keyOf(filter.base, indexed), "text");
      const v = sql.alias("v");
      const known = indexed.type === "reference" ? ` and ${isKnown(sql, visible, v)}` : "";
      const there = `exists (select 1 from ${tableOf(filter.parameter)} ${v} where ${v}.row = ${row}.row and ${v}.key = ${key}${known})`;
      return filter.missing ? `not ${there}` : there;
    }
    case "text": {
      const v = sql.alias("v");
      const words = sql.bind(tsqueryOf(filter.query, filter.of === "narrative" ? NARRATIVE : ""), "text");
      return `${row}.row in (select ${v}.row from fhir_texts ${v} where ${v}.words @@ ${words}::tsquery)`;
    }
    case "list": {
      const [v, t] = [sql.alias("v"), sql.alias("t")];
      // Arrays, each made once and before anything else, so that a database that has counted nothing does not look through a List for each resource.
      const lists = `select ${t}.row from fhir_resources ${t} where ${t}.type = 'List' and ${t}.id = any(${sql.bind(filter.ids, "text[]")}) and not ${t}.deleted and ${visible.of(t)}`;
      return `${row}.id = any(array(select ${v}.target_id from fhir_references ${v}
        where ${v}.row = any(array(${lists})) and ${v}.key = 'List.item' and ${v}.target_type = ${sql.bind(filter.base, "text")} and ${leadsHere(v)}))`;
    }
    case "chain": {
      if (filter.filters.size === 0) return "false";
      const key = sql.bind(keyOf(filter.base, filter.parameter), "text");
      // A type at a time: of alternatives in one condition the database would look at every resource of those types.
      const targets = [...filter.filters].map(([type, inner]) => {
        const [v, t] = [sql.alias("v"), sql.alias("t")];
        return `select ${v}.row from fhir_references ${v}
          join fhir_resources ${t} on ${t}.type = ${v}.target_type and ${t}.id = ${v}.target_id
          where ${v}.key = ${key} and ${leadsHere(v)} and ${t}.type = ${sql.bind(type, "text")} and not ${t}.deleted and ${visible.of(t)}
            and ${compileFilter(sql, visible, inner, t)}`;
      });
      return `${row}.row in (${targets.join(" union all ")})`;
    }
    case "has": {
      const [v, t] = [sql.alias("v"), sql.alias("t")];
      const key = sql.bind(keyOf(filter.from, filter.parameter), "text");
      const met = compileFilter(sql, visible, filter.filter, t);
      return `(${row}.type, ${row}.id) in (select ${v}.target_type, ${v}.target_id from fhir_references ${v}
        join fhir_resources ${t} on ${t}.row = ${v}.row
        where ${v}.key = ${key} and ${leadsHere(v)} and not ${t}.deleted and ${visible.of(t)} and ${met})`;
    }
    case "compartment": {
      const { type, id } = filter.of;
      const v = sql.alias("v");
      const keys = sql.bind(
        filter.parameters.map((code) => `${filter.base}.${code}`),
        "text[]",
      );
      const target = referenceCondition(sql, visible, v, { type: "reference", types: [type], id, url: null });
      const points = `${row}.row in (select ${v}.row from fhir_references ${v} where ${v}.key = any(${keys}) and ${target})`;
      return filter.base === type ? or([points, `${row}.id = ${sql.bind(id, "text")}`]) : points;
    }
  }
}

/** Under which the values of a parameter, or of a composite's component, are indexed. */
export function keyOf(base: string, { code }: Pick<SearchParameter, "code">): string {
  return `${base}.${code}`;
}

/** Rows that have one of the values. */
function valueFilter(
  sql: SqlText,
  visible: Sight,
  base: string,
  parameter: SearchParameter,
  values: readonly Value[],
): string {
  if (parameter.type === "composite") {
    return values.map((value) => compositeFilter(sql, visible, base, parameter, value)).join(" union ");
  }
  const v = sql.alias("v");
  const suffix = values[0]?.type === "of-type" ? OF_TYPE : "";
  const key = sql.bind(keyOf(base, parameter) + suffix, "text");
  const met = or(values.map((value) => condition(sql, visible, v, value)));
  return `select ${v}.row from ${tableOf(parameter)} ${v} where ${v}.key = ${key} and ${met}`;
}

/** All parts have to hold of one and the same element. */
function compositeFilter(
  sql: SqlText,
  visible: Sight,
  base: string,
  parameter: SearchParameter,
  value: Value,
): string {
  const parts = value.type === "composite" ? value.parts : [];
  const joined = parameter.components.map((component, i) => {
    const v = sql.alias("v");
    const key = sql.bind(keyOf(base, component), "text");
    return {
      v,
      table: tableOf(component),
      met: `${v}.key = ${key} and ${condition(sql, visible, v, parts[i] as Value)}`,
    };
  });
  const [first, ...others] = joined as [(typeof joined)[number], ...(typeof joined)[number][]];
  const joins = others.map(
    ({ v, table, met }) =>
      `join ${table} ${v} on ${v}.row = ${first.v}.row and ${v}.item = ${first.v}.item and ${met}`,
  );
  return `select ${first.v}.row from ${first.table} ${first.v} ${joins.join(" ")} where ${first.met}`;
}

/** A value as a condition on a row of its parameter's table. */
function condition(sql: SqlText, visible: Sight, v: string, value: Value): string {
  switch (value.type) {
    case "token":
      return and([...systemIs(sql, `${v}.system`, value.system), ...codeIs(sql, `${v}.code`, value.code)]);
    case "token-text":
      return begins(sql, `${v}.text`, value.text);
    case "of-type":
      return and([
        ...systemIs(sql, `${v}.system`, value.system),
        `${v}.code = ${sql.bind(indexedText(value.code), "text")}`,
        `${v}.text = ${sql.bind(indexedText(value.value), "text")}`,
      ]);
    case "string":
      if (value.match === "exact") return `${v}.exact = ${sql.bind(indexedText(value.text), "text")}`;
      if (value.match === "contains")
        return `position(${sql.bind(indexedText(value.text), "text")} in ${v}.folded) > 0`;
      return begins(sql, `${v}.folded`, value.text);
    case "date":
      return compareTimes(sql, value.prefix, value.range, `${v}.low`, `${v}.high`);
    case "number":
      return numberIs(sql, v, value.prefix, value.range, value.value);
    case "quantity":
      return and([
        numberIs(sql, v, value.prefix, value.range, value.value),
        ...(value.system === undefined ? [] : systemIs(sql, `${v}.system`, value.system)),
        ...(value.unit === null ? [] : [unitIs(sql, v, value.unit, value.system === undefined)]),
      ]);
    case "reference":
      return referenceCondition(sql, visible, v, value);
    case "identifier":
      return and([
        ...systemIs(sql, `${v}.identifier_system`, value.system),
        ...codeIs(sql, `${v}.identifier_value`, value.code),
        isKnown(sql, visible, v),
      ]);
    case "codes":
      return or([
        ...value.codes.map(({ system, codes }) =>
          and([...systemIs(sql, `${v}.system`, system), `${v}.code = any(${sql.bind(codes, "text[]")})`]),
        ),
        ...(value.bare.length === 0
          ? []
          : [
              and([
                ...systemIs(sql, `${v}.system`, null),
                `${v}.code = any(${sql.bind(value.bare, "text[]")})`,
              ]),
            ]),
      ]);
    case "uri":
      return `${v}.uri = any(${sql.bind([...new Set(value.uris.map((uri) => indexedText(uri)))], "text[]")})`;
    case "uri-below": {
      const within = value.uri.endsWith("/") ? value.uri : `${value.uri}/`;
      return or([`${v}.uri = ${sql.bind(indexedText(value.uri), "text")}`, begins(sql, `${v}.uri`, within)]);
    }
    case "near":
      return nearIs(sql, v, value);
    case "composite":
      return unreachable(value as never);
  }
}

function begins(sql: SqlText, column: string, text: string): string {
  return `(${column} >= ${sql.bind(indexedText(text), "text")} and ${column} < ${sql.bind(indexedText(text) + LAST, "text")})`;
}

function systemIs(sql: SqlText, column: string, system: string | null | undefined): string[] {
  if (system === undefined) return [];
  return [system === null ? `${column} is null` : `${column} = ${sql.bind(indexedText(system), "text")}`];
}

function codeIs(sql: SqlText, column: string, code: string | null): string[] {
  return [code === null ? `${column} is not null` : `${column} = ${sql.bind(indexedText(code), "text")}`];
}

/** By the box around it, for which there is an index, and then by the haversine of the distance. */
function nearIs(sql: SqlText, v: string, value: Extract<Value, { type: "near" }>): string {
  const at = (number: number): string => sql.bind(number, "double precision");
  const { south, north, longitudes } = boxAround(value.latitude, value.longitude, value.metres);
  const [lat, lon] = [at(value.latitude), at(value.longitude)];
  const half = (a: string, b: string): string => `power(sin(radians(${a} - ${b}) / 2), 2)`;
  const haversine = `${half(`${v}.latitude`, lat)} + cos(radians(${lat})) * cos(radians(${v}.latitude)) * ${half(`${v}.longitude`, lon)}`;
  return and([
    `${v}.latitude >= ${at(south)} and ${v}.latitude <= ${at(north)}`,
    or(
      longitudes.map(({ west, east }) => `(${v}.longitude >= ${at(west)} and ${v}.longitude <= ${at(east)})`),
    ),
    `2 * ${EARTH} * asin(sqrt(least(1, ${haversine}))) <= ${at(value.metres)}`,
  ]);
}

/** Without a system a unit may be the code or the human text. */
function unitIs(sql: SqlText, v: string, unit: string, anySystem: boolean): string {
  const bound = sql.bind(indexedText(unit), "text");
  return anySystem ? `(${v}.code = ${bound} or ${v}.unit = ${bound})` : `${v}.code = ${bound}`;
}

/** A local target has to be visible: else the criterion would tell that somebody refers to what is hidden. */
function referenceCondition(
  sql: SqlText,
  visible: Sight,
  v: string,
  value: Extract<Value, { type: "reference" }>,
): string {
  if (value.id === null) return `${v}.url = ${sql.bind(indexedText(value.url), "text")}`;
  const t = sql.alias("t");
  return and([
    `${v}.target_id = ${sql.bind(value.id, "text")}`,
    leadsHere(v),
    ...(value.types.length === 0 ? [] : [`${v}.target_type = any(${sql.bind(value.types, "text[]")})`]),
    `exists (select 1 from fhir_resources ${t} where ${t}.type = ${v}.target_type and ${t}.id = ${v}.target_id and not ${t}.deleted and ${visible.followed(t)})`,
  ]);
}

/** Another server's resource may have the type and id of one that is here: of the rows of `fhir_references` only those without a URL lead to one. */
export function leadsHere(v: string): string {
  return `${v}.url is null`;
}

/** A reference that the reader is shown: one that leads elsewhere, nowhere that a text names, or to what it may follow. */
export function isKnown(sql: SqlText, visible: Sight, v: string): string {
  const t = sql.alias("t");
  return `(${v}.target_id is null or ${v}.url is not null or exists (select 1 from fhir_resources ${t}
    where ${t}.type = ${v}.target_type and ${t}.id = ${v}.target_id and not ${t}.deleted and ${visible.followed(t)}))`;
}

/**
 * search.html, 3.1.1.4.4: `eq`, `ne` and `ap` take a number's precision, the others its very value. A target is its own value, or from `low` to `high` of a Range,
 * both included.
 */
function numberIs(sql: SqlText, v: string, prefix: Prefix, range: Range, value: string): string {
  const from = (): string => sql.bind(range.low, "numeric");
  const to = (): string => sql.bind(range.high, "numeric");
  const exact = (): string => sql.bind(value, "numeric");
  switch (prefix) {
    case "eq":
      // The middle part follows from the others; with it an index is read from one place to the other.
      return `(${v}.low >= ${from()} and ${v}.low < ${to()} and ${v}.high < ${to()})`;
    case "ne":
      return `(${v}.low < ${from()} or ${v}.high >= ${to()})`;
    case "gt":
      return `${v}.high > ${exact()}`;
    case "lt":
      return `${v}.low < ${exact()}`;
    case "ge":
      return `${v}.high >= ${exact()}`;
    case "le":
      return `${v}.low <= ${exact()}`;
    case "sa":
      return `${v}.low > ${exact()}`;
    case "eb":
      return `${v}.high < ${exact()}`;
    case "ap":
      return `(${v}.low < ${to()} and ${v}.high >= ${from()})`;
  }
}

/**
 * How the range of a searched time and the range of a target stand to each other (search.html, 3.1.1.4.3), both from `low` (included) to `high` (excluded).
 */
function compareTimes(sql: SqlText, prefix: Prefix, range: Range, low: string, high: string): string {
  const from = (): string => sql.bind(range.low, "bigint");
  const to = (): string => sql.bind(range.high, "bigint");
  // The middle part follows from the others; with it an index is read from one place to the other.
  const within = (): string => `(${low} >= ${from()} and ${low} < ${to()} and ${high} <= ${to()})`;
  switch (prefix) {
    case "eq":
      return within();
    case "ne":
      return `(${low} < ${from()} or ${high} > ${to()})`;
    case "gt":
      return `${high} > ${to()}`;
    case "lt":
      return `${low} < ${from()}`;
    case "ge":
      return or([`${high} > ${to()}`, within()]);
    case "le":
      return or([`${low} < ${from()}`, within()]);
    case "sa":
      return `${low} >= ${to()}`;
    case "eb":
      return `${high} <= ${from()}`;
    case "ap":
      return `(${low} < ${to()} and ${high} > ${from()})`;
  }
}
