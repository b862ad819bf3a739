import type { Day } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { Access, Attributes } from "../access/access.ts";
import { coversType, type Letter } from "../access/scopes.ts";
import { mayReadReceived } from "../access/mayRead.ts";
import { Visible } from "../access/visible.ts";
import { type Link, linkText } from "../resource/links.ts";
import { SqlText } from "../sql/sqlText.ts";
import type { StoredVersion } from "./version.ts";

interface VersionRow extends Omit<StoredVersion, "method"> {
  readonly method: StoredVersion["method"];
  readonly [column: string]: unknown;
}

const COLUMNS = "r.row, r.type, r.id, v.version, v.updated, v.method, v.content";

/**
 * The current version, deleted ones too; `null` when there is none that this access permits to read. Whether there is none or none to be read makes no difference,
 * in the answer or in the statement.
 *
 * @param letters interactions of which a token's scopes permit one.
 */
export async function readCurrent(
  db: Queryable,
  access: Access,
  { type, id }: Link,
  letters: readonly Letter[] = ["r"],
): Promise<StoredVersion | null> {
  for (const part of ownFirst(access)) {
    const sql = new SqlText();
    const visible = new Visible(sql, part, letters);
    const [found] = await db.query<VersionRow>(
      `select ${COLUMNS} from fhir_resources r join fhir_versions v on v.row = r.row and v.version = r.version
       where r.type = ${sql.bind(type, "text")} and r.id = ${sql.bind(id, "text")} and ${visible.of("r")}`,
      sql.values,
    );
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * Most of what is asked for is the organisation's own, and a statement without all that the reader's consents permit is a fifth shorter. What is not there and what is hidden take both.
 */
function ownFirst(access: Access): readonly Access[] {
  return access.readReceived.length === 0 ? [access] : [{ ...access, readReceived: [] }, access];
}

/** One version: its own attributes have to permit it, and those of the current one, so that what became more sensitive is so in its past. */
export async function readVersion(
  db: Queryable,
  access: Access,
  { type, id }: Link,
  version: number,
): Promise<StoredVersion | null> {
  const sql = new SqlText();
  const visible = new Visible(sql, access, ["r"]);
  const rows = await db.query<VersionRow>(
    `select ${COLUMNS} from fhir_resources r join fhir_versions v on v.row = r.row
     where r.type = ${sql.bind(type, "text")} and r.id = ${sql.bind(id, "text")} and v.version = ${sql.bind(version, "bigint")}
       and ${visible.of("r")} and ${visible.ofVersion("v", "r")}`,
    sql.values,
  );
  return rows[0] ?? null;
}

/** What stands in the way of a write, locked until the transaction ends. */
export interface Standing {
  readonly row: number;
  readonly version: number;
  readonly updated: number;
  readonly deleted: boolean;
  readonly attributes: Attributes;
  readonly content: string | null;
  /** That a token's scopes permit the write of what stands there. */
  readonly inScope: boolean;
}

/**
 * The current version for a writer, who has to be permitted to read it; the row stays locked until the transaction ends. Where scopes narrow that, one for the write makes it known to its writer as well
 * as one for reading, so that what may be read and not written is refused as such.
 */
export async function lockCurrent(
  tx: Queryable,
  access: Access,
  { type, id }: Link,
  letter: Letter,
): Promise<Standing | null> {
  const sql = new SqlText();
  const visible = new Visible(sql, access, ["r", "s", letter]);
  const rows = await tx.query<{
    readonly row: number;
    readonly version: number;
    readonly updated: number;
    readonly deleted: boolean;
    readonly origin: Attributes["origin"];
    readonly kind: Attributes["kind"];
    readonly segment: Attributes["segment"];
    readonly day_from: Day | null;
    readonly day_to: Day | null;
    readonly content: string | null;
    readonly in_scope: boolean;
  }>(
    `select r.row, r.version, r.updated, r.deleted, r.origin, r.kind, r.segment, r.day_from, r.day_to, v.content,
       ${visible.covered("r", [letter])} as in_scope
     from fhir_resources r join fhir_versions v on v.row = r.row and v.version = r.version
     where r.type = ${sql.bind(type, "text")} and r.id = ${sql.bind(id, "text")} and ${visible.of("r")} for update of r`,
    sql.values,
  );
  const [found] = rows;
  if (found === undefined) return null;
  const { row, version, updated, deleted, origin, kind, segment, day_from, day_to, content, in_scope } =
    found;
  const attributes = { type, origin, kind, segment, days: { from: day_from, to: day_to } };
  return { row, version, updated, deleted, attributes, content, inScope: in_scope };
}

/** What a link leads to, of which the statement leaves to `mayReadReceived` whether a consent permits it. */
interface Target extends Link {
  readonly origin: Attributes["origin"] | null;
  readonly segment: Attributes["segment"];
  readonly day_from: Day | null;
  readonly day_to: Day | null;
  readonly [column: string]: unknown;
}

const TARGET = "r.origin, r.segment, r.day_from, r.day_to";

/** True where the link leads to something that this access permits to read or to find. */
function isShown(access: Access, { type, origin, segment, day_from, day_to }: Target): boolean {
  if (origin !== "received") return origin === "own";
  return mayReadReceived(access, { type, segment, days: { from: day_from, to: day_to } });
}

/** Which of the links lead to something that this access permits to read or to find. */
export async function visibleLinks(
  db: Queryable,
  access: Access,
  links: readonly Link[],
): Promise<ReadonlySet<string>> {
  const sql = new SqlText();
  const visible = new Visible(sql, access, []);
  const asked = sql.bind(JSON.stringify(links.map(({ type, id }) => ({ type, id }))), "jsonb");
  const found = await db.query<Target>(
    `select r.type, r.id, ${TARGET} from jsonb_to_recordset(${asked}) as asked (type text, id text)
     ${ofEach("asked", `not r.deleted and ${visible.followedOrReceived("r")}`)}`,
    sql.values,
  );
  return new Set(found.filter((target) => isShown(access, target)).map(linkText));
}

/**
 * Links of some current versions, by the resource's row, that lead to nothing that this access permits to read or to find. One statement, whether there are some or not: another one for what is hidden
 * would tell by the clock that something is.
 */
export async function hiddenLinks(
  db: Queryable,
  access: Access,
  rows: readonly number[],
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const hidden = new Map<number, Set<string>>();
  if (rows.length === 0) return hidden;
  const sql = new SqlText();
  const visible = new Visible(sql, access, []);
  // Rows that the database does not count: it would make a plan for each number of them, which takes longer than the look.
  const asked = sql.bind(JSON.stringify(rows), "jsonb");
  // Resources of a page often refer to the same one, which a nested loop looks up once.
  const found = await db.query<Target & { readonly row: number }>(
    `select l.row, l.target_type as type, l.target_id as id, ${TARGET} from jsonb_array_elements_text(${asked}) as asked (row)
     cross join lateral (select l.* from fhir_links l where l.row = asked.row::bigint offset 0) l
     left join lateral (select ${TARGET} from fhir_resources r where r.type = l.target_type and r.id = l.target_id
       and not r.deleted and ${visible.followedOrReceived("r")} offset 0) r on true
     where r.origin is distinct from 'own'`,
    sql.values,
  );
  for (const target of found) {
    if (isShown(access, target)) continue;
    const { row } = target;
    hidden.set(row, (hidden.get(row) ?? new Set()).add(linkText(target)));
  }
  return hidden;
}

/**
 * Joins to each row that says `type` and `id` its resource `r` by the index. A join that the database may turn round it does turn round: it knows nothing of how few rows were named, and reads the whole
 * table, each row of it by the reader's rules.
 */
function ofEach(named: string, where: string): string {
  return `cross join lateral (select r.type, r.id, ${TARGET} from fhir_resources r where r.type = ${named}.type and r.id = ${named}.id and ${where} offset 0) r`;
}

/** The first of some versions, just written in this transaction, that the scopes of its writer do not cover; `null`: they cover all. */
export async function firstOutOfScope(
  tx: Queryable,
  access: Access,
  written: readonly { readonly type: string; readonly id: string; readonly letter: Letter }[],
): Promise<Link | null> {
  const { scopes } = access;
  if (scopes === undefined) return null;
  // Scopes without search parameters say it of the type alone.
  const open = written.filter(({ type, letter }) => !coversType(scopes, letter, type));
  for (const letter of new Set(open.map((one) => one.letter))) {
    const links = open.flatMap(({ type, id, letter: of }) => (of === letter ? [{ type, id }] : []));
    const sql = new SqlText();
    const visible = new Visible(sql, access, [letter]);
    const asked = sql.bind(JSON.stringify(links), "jsonb");
    const [found] = await tx.query<{ readonly type: string; readonly id: string }>(
      `select r.type, r.id from jsonb_to_recordset(${asked}) as asked (type text, id text)
       ${ofEach("asked", `${visible.covered("r")} is not true`)} limit 1`,
      sql.values,
    );
    if (found !== undefined) return found;
  }
  return null;
}
