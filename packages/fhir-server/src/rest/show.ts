import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import type { Queryable } from "@anamnesis/core/ports/database";
import { type Access, AUDIT_TYPE } from "../access/access.ts";
import { Visible } from "../access/visible.ts";
import { type Link, linksOf, linkText } from "../resource/links.ts";
import { ABSENT, withoutLinks } from "../resource/withoutLinks.ts";
import { SqlText } from "../sql/sqlText.ts";
import { visibleLinks } from "../store/readVersion.ts";

interface Shown {
  readonly row: number;
  readonly content: string | null;
}

/**
 * The texts of some current versions as this reader may see them: a Reference to what is not there for the reader, because it is hidden, was deleted or never was, is left
 * out with all that it says, its `display` and `identifier` too. Most resources have none, and go out as they are kept.
 */
export async function showCurrent(
  db: Queryable,
  access: Access,
  shown: readonly Shown[],
): Promise<readonly string[]> {
  const hidden = await hiddenLinks(
    db,
    access,
    shown.map(({ row }) => row),
  );
  return shown.map(({ row, content }) => {
    const links = hidden.get(row);
    return links === undefined ? (content ?? "") : without(content ?? "{}", links);
  });
}

/** The same of versions of the past, whose links are read from their texts. */
export async function showPast(
  db: Queryable,
  access: Access,
  contents: readonly (string | null)[],
): Promise<readonly (string | null)[]> {
  const linked = contents.map((text) => (text === null ? [] : linksOfShown(parseJson(text) as JsonObject)));
  const visible = await visibleLinks(db, access, linked.flat());
  return contents.map((text, i) => {
    const hidden = (linked[i] ?? []).map(linkText).filter((link) => !visible.has(link));
    return text === null || hidden.length === 0 ? text : without(text, new Set(hidden));
  });
}

/** As the links of current versions are kept: an AuditEvent has none that are held against its reader. */
function linksOfShown(resource: JsonObject): readonly Link[] {
  return resource["resourceType"] === AUDIT_TYPE ? [] : linksOf(resource);
}

async function hiddenLinks(
  db: Queryable,
  access: Access,
  rows: readonly number[],
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const hidden = new Map<number, Set<string>>();
  if (rows.length === 0) return hidden;
  const sql = new SqlText();
  const visible = new Visible(sql, access, []);
  const found = await db.query<{ readonly row: number; readonly link: string }>(
    `select l.row, l.target_type || '/' || l.target_id as link from fhir_links l
     where l.row in (select value::bigint from jsonb_array_elements_text(${sql.bind(JSON.stringify(rows), "jsonb")}))
       and not exists (select 1 from fhir_resources r where r.type = l.target_type and r.id = l.target_id
         and not r.deleted and ${visible.followed("r")})`,
    sql.values,
  );
  for (const { row, link } of found) hidden.set(row, (hidden.get(row) ?? new Set()).add(link));
  return hidden;
}

function without(text: string, hidden: ReadonlySet<string>): string {
  return writeJson(withoutLinks(parseJson(text) as JsonObject, hidden, ABSENT));
}
