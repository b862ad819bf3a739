import type { Access } from "../access/access.ts";
import { Visible } from "../access/visible.ts";
import { compartmentParameters } from "../definitions/compartments.ts";
import { SqlText } from "../sql/sqlText.ts";
import { leadsHere } from "./compileFilter.ts";
import type { Statement } from "./compileSearch.ts";

/** A patient and what stands in the patient's compartment, of these types, in the order of type and id. */
export function compileEverything(
  access: Access,
  id: string,
  types: readonly string[],
  count: number,
  cursor: readonly (string | number)[] | null,
): Statement {
  const sql = new SqlText();
  const visible = new Visible(sql, access, ["s"]);
  const keys = types.flatMap((type) =>
    compartmentParameters("Patient", type).map((code) => `${type}.${code}`),
  );
  const patient = sql.bind(id, "text");
  const after =
    cursor === null
      ? "true"
      : `(r.type, r.id) > (${sql.bind(cursor[0] ?? "", "text")}, ${sql.bind(cursor[1] ?? "", "text")})`;
  return {
    sql: `select r.row, r.type, r.id, r.version, r.updated, v.content
      from fhir_resources r join fhir_versions v on v.row = r.row and v.version = r.version
      where (r.row in (select l.row from fhir_references l
          where l.key = any(${sql.bind(keys, "text[]")}) and l.target_id = ${patient} and l.target_type = 'Patient' and ${leadsHere("l")})
        or (r.type = 'Patient' and r.id = ${patient}))
        and r.type = any(${sql.bind(types, "text[]")}) and not r.deleted and ${visible.of("r")} and ${after}
      order by r.type, r.id limit ${sql.bind(count + 1, "bigint")}`,
    values: sql.values,
  };
}
