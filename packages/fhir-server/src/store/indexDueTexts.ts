import type { Database } from "@anamnesis/core/ports/database";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { writePositions, writeWords } from "./indexRows.ts";

/** Resources of one transaction. */
const AT_ONCE = 500;

/**
 * Finds the words and places of what was written before there was an index of them, before anybody is answered: a search must not miss what is there. A kill between two transactions leaves the rest due.
 */
export async function indexDueTexts(db: Database): Promise<void> {
  for (let left = true; left;)
    left = await db.transaction(async (tx) => {
      const rows = await tx.query<{
        readonly row: number;
        readonly type: string;
        readonly content: string | null;
      }>(
        `select r.row, r.type, v.content from fhir_texts_due d join fhir_resources r on r.row = d.row
       join fhir_versions v on v.row = r.row and v.version = r.version order by r.row limit ${AT_ONCE}`,
      );
      if (rows.length === 0) return false;
      const resources = rows.flatMap(({ row, type, content }) =>
        content === null ? [] : [{ row, type, resource: parseJson(content) as JsonObject }],
      );
      await writeWords(tx, resources);
      await writePositions(
        tx,
        resources.filter(({ type }) => type === "Location"),
      );
      await tx.query("delete from fhir_texts_due where row = any($1::bigint[])", [
        rows.map(({ row }) => row),
      ]);
      return true;
    });
}
