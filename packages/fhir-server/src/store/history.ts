import type { Queryable } from "@anamnesis/core/ports/database";
import type { Access } from "../access/access.ts";
import { Visible } from "../access/visible.ts";
import { SqlText } from "../sql/sqlText.ts";
import type { StoredVersion } from "./version.ts";

export interface HistoryRequest {
  /** `null`: of all types. */
  readonly type: string | null;
  /** `null`: of all resources of the type. */
  readonly id: string | null;
  /** Milliseconds since 1970, included: `_since`. */
  readonly since: number | null;
  readonly count: number;
  /** Time, type, id and version of the last one of the page before. */
  readonly cursor: readonly (string | number)[] | null;
}

/** Versions, newest first, one more than `count` when there are more. Each has to be permitted by its own attributes and by those of the current one. */
export async function readHistory(
  db: Queryable,
  access: Access,
  { type, id, since, count, cursor }: HistoryRequest,
): Promise<readonly StoredVersion[]> {
  const sql = new SqlText();
  const visible = new Visible(sql, access, [id === null ? "s" : "r"]);
  const where = [visible.of("r"), visible.ofVersion("v", "r")];
  if (type !== null) where.push(`v.type = ${sql.bind(type, "text")}`);
  if (id !== null) where.push(`r.id = ${sql.bind(id, "text")}`);
  if (since !== null) where.push(`v.updated >= ${sql.bind(since, "bigint")}`);
  if (cursor !== null) {
    const [at, ofType, ofId, version] = cursor;
    const before = [
      sql.bind(at ?? 0, "bigint"),
      sql.bind(ofType ?? "", "text"),
      sql.bind(ofId ?? "", "text"),
      sql.bind(version ?? 0, "bigint"),
    ];
    where.push(`(v.updated, v.type, r.id, v.version) < (${before.join(", ")})`);
  }
  return db.query<StoredVersion & { readonly [column: string]: unknown }>(
    `select r.row, v.type, r.id, v.version, v.updated, v.method, v.content
     from fhir_versions v join fhir_resources r on r.row = v.row where ${where.join(" and ")}
     order by v.updated desc, v.type desc, r.id desc, v.version desc limit ${sql.bind(count + 1, "bigint")}`,
    sql.values,
  );
}
