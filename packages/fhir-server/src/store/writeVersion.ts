import type { Queryable } from "@anamnesis/core/ports/database";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import { writeContexts } from "./contexts.ts";
import { deleteIndexRows, writeIndexRows } from "./indexRows.ts";
import type { NewVersion } from "./version.ts";

/**
 * Writes versions in one transaction of the caller: each a row that stays, the current one besides, and by what it is found. `version` is 1 for what was not there
 * before, else one more than `lockCurrent` showed. Two writers of one version meet at the key of the version, and one of them begins anew.
 *
 * @param server this server's own address without a slash at the end, where the resources may name its resources by URL.
 */
export async function writeVersions(
  tx: Queryable,
  versions: readonly NewVersion[],
  server: string | null = null,
): Promise<void> {
  if (versions.length === 0) return;
  // One statement: the new rows are joined to themselves, and not to the whole table, of which the database cannot tell how few they are.
  const written = await tx.query<{ readonly row: number; readonly type: string; readonly id: string }>(
    `with new as materialized (select * from jsonb_to_recordset($1::jsonb) as new (${NEW})),
       current as (
         insert into fhir_resources as r (type, id, version, updated, deleted, origin, kind, segment, day_from, day_to)
         select type, id, version, updated, content is null, origin, kind, segment, day_from, day_to from new
         on conflict (type, id) do update set version = excluded.version, updated = excluded.updated, deleted = excluded.deleted,
           origin = excluded.origin, kind = excluded.kind, segment = excluded.segment, day_from = excluded.day_from, day_to = excluded.day_to
         returning r.row, r.type, r.id),
       kept as (
         insert into fhir_versions (row, version, type, updated, method, origin, kind, segment, day_from, day_to, content)
         select c.row, new.version, new.type, new.updated, new.method, new.origin, new.kind, new.segment, new.day_from, new.day_to, new.content
         from new join current c on c.type = new.type and c.id = new.id order by new.place)
     select row, type, id from current`,
    [JSON.stringify(versions.map(toRow))],
  );
  const rowOf = new Map(written.map(({ row, type, id }) => [`${type}/${id}`, row]));
  const known = versions.filter(({ version }) => version > 1);
  if (known.length > 0) {
    await deleteIndexRows(
      tx,
      known.flatMap(({ type, id }) => rowOf.get(`${type}/${id}`) ?? []),
    );
  }
  await writeContexts(tx, versions, rowOf);
  await writeIndexRows(
    tx,
    versions.flatMap(({ type, id, resource }) => {
      const row = rowOf.get(`${type}/${id}`);
      return resource === null || row === undefined ? [] : [{ row, type, resource }];
    }),
    server,
  );
}

const NEW = `place int, type text, id text, version bigint, updated bigint, method text, origin text, kind text, segment text,
  day_from int, day_to int, content text`;

function toRow(
  { type, id, version, updated, method, attributes, resource }: NewVersion,
  place: number,
): Readonly<Record<string, string | number | null>> {
  const { origin, kind, segment, days } = attributes;
  const content = resource === null ? null : writeJson(resource);
  return {
    place,
    type,
    id,
    version,
    updated,
    method,
    origin,
    kind,
    segment,
    day_from: days.from,
    day_to: days.to,
    content,
  };
}
