import type { Day } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { Access, Attributes } from "../access/access.ts";
import type { Letter } from "../access/scopes.ts";
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

/** Which of the links lead to something that this access permits to read or to find. */
export async function visibleLinks(
  db: Queryable,
  access: Access,
  links: readonly Link[],
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const part of ownFirst(access)) {
    const left = links.filter((link) => !seen.has(linkText(link)));
    if (left.length === 0) break;
    const sql = new SqlText();
    const visible = new Visible(sql, part, []);
    const asked = sql.bind(JSON.stringify(left), "jsonb");
    const rows = await db.query<{ readonly link: string }>(
      `select r.type || '/' || r.id as link from jsonb_to_recordset(${asked}) as asked (type text, id text)
       join fhir_resources r on r.type = asked.type and r.id = asked.id
       where not r.deleted and ${visible.followed("r")}`,
      sql.values,
    );
    for (const { link } of rows) seen.add(link);
  }
  return seen;
}

/** The first of some versions, just written in this transaction, that the scopes of its writer do not cover; `null`: they cover all. */
export async function firstOutOfScope(
  tx: Queryable,
  access: Access,
  written: readonly { readonly type: string; readonly id: string; readonly letter: Letter }[],
): Promise<Link | null> {
  if (access.scopes === undefined) return null;
  for (const letter of new Set(written.map((one) => one.letter))) {
    const links = written.flatMap(({ type, id, letter: of }) => (of === letter ? [{ type, id }] : []));
    const sql = new SqlText();
    const visible = new Visible(sql, access, [letter]);
    const asked = sql.bind(JSON.stringify(links), "jsonb");
    const [found] = await tx.query<{ readonly type: string; readonly id: string }>(
      `select r.type, r.id from jsonb_to_recordset(${asked}) as asked (type text, id text)
       join fhir_resources r on r.type = asked.type and r.id = asked.id
       where ${visible.covered("r")} is not true limit 1`,
      sql.values,
    );
    if (found !== undefined) return found;
  }
  return null;
}
