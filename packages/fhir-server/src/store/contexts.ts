import type { Queryable } from "@anamnesis/core/ports/database";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Day } from "@anamnesis/core/ids";
import type { InContext } from "@anamnesis/fhir/labelling/kindsInContext";
import { type Link, linkText } from "../resource/links.ts";
import type { NewVersion } from "./version.ts";

/**
 * Notes to which Encounters the current versions of some resources belong, in the caller's transaction.
 * @param rowOf rows of `fhir_resources` by `Type/id`.
 */
export async function writeContexts(
  tx: Queryable,
  versions: readonly NewVersion[],
  rowOf: ReadonlyMap<string, number>,
): Promise<void> {
  const rowsOf = (some: readonly NewVersion[]): readonly number[] =>
    some.flatMap((version) => rowOf.get(linkText(version)) ?? []);
  const deleted = versions.filter(({ resource }) => resource === null);
  const changed = versions.filter(({ resource, version }) => resource !== null && version > 1);
  if (deleted.length > 0) {
    await tx.query("update fhir_contexts set deleted = true where row = any($1::bigint[])", [
      rowsOf(deleted),
    ]);
  }
  if (changed.length > 0) {
    await tx.query("delete from fhir_contexts where row = any($1::bigint[])", [rowsOf(changed)]);
  }
  const contexts = versions.flatMap(({ type, id, context, resource }) =>
    (resource === null ? [] : (context?.encounters ?? [])).map((encounter) => ({
      row: rowOf.get(linkText({ type, id })) ?? 0,
      encounter,
      kind: context?.kind ?? "general",
    })),
  );
  if (contexts.length === 0) return;
  await tx.query(
    `insert into fhir_contexts (row, encounter, kind, deleted)
     select row, encounter, kind, false from jsonb_to_recordset($1::jsonb) as new (row bigint, encounter text, kind text)`,
    [JSON.stringify(contexts)],
  );
}

/** What belongs to an Encounter of the organisation's own, apart from what is about to be written. */
export interface EncounterKinds {
  readonly encounter: string;
  /** Own kinds of all else that belongs to it and was not deleted. */
  readonly others: readonly SegmentKind[];
  /** Own kinds, as they stand now, of what is about to be written. */
  readonly before: readonly SegmentKind[];
  /** The organisation wrote such an Encounter itself. */
  readonly own: boolean;
}

/**
 * The named Encounters, and those to which what is about to be written belongs so far.
 * @param written whose kinds do not count among the others.
 */
export async function kindsOfEncounters(
  tx: Queryable,
  encounters: readonly string[],
  written: readonly Link[],
): Promise<readonly EncounterKinds[]> {
  const rows = await tx.query<{
    readonly encounter: string;
    readonly others: string | null;
    readonly before: string | null;
    readonly own: boolean;
  }>(
    `with written as (select r.row from jsonb_to_recordset($2::jsonb) as w (type text, id text) join fhir_resources r on r.type = w.type and r.id = w.id),
       named as (select value as encounter from jsonb_array_elements_text($1::jsonb)
         union select c.encounter from fhir_contexts c where c.row in (select row from written))
     select n.encounter,
       string_agg(distinct c.kind, ' ') filter (where c.row not in (select row from written)) as others,
       string_agg(distinct c.kind, ' ') filter (where c.row in (select row from written)) as before,
       exists (select 1 from fhir_resources e where e.type = 'Encounter' and e.id = n.encounter and e.origin = 'own') as own
     from named n left join fhir_contexts c on c.encounter = n.encounter and not c.deleted group by n.encounter`,
    [JSON.stringify(encounters), JSON.stringify(written.map(({ type, id }) => ({ type, id })))],
  );
  return rows.map(({ encounter, others, before, own }) => ({
    encounter,
    others: kindsOf(others),
    before: kindsOf(before),
    own,
  }));
}

/** A resource as it stands, with its place among others. */
export interface Member extends Link {
  readonly version: number;
  /** As which it is kept. */
  readonly kind: SegmentKind;
  readonly days: { readonly from: Day | null; readonly to: Day | null };
  readonly context: InContext;
  /** JSON text; `null`: deleted. */
  readonly content: string | null;
}

/** All that belongs to one of the Encounters, apart from what is about to be written, each once. */
export async function membersOf(
  tx: Queryable,
  encounters: readonly string[],
  written: readonly Link[],
): Promise<readonly Member[]> {
  const rows = await tx.query<{
    readonly type: string;
    readonly id: string;
    readonly version: number;
    readonly kind: SegmentKind;
    readonly day_from: Day | null;
    readonly day_to: Day | null;
    readonly own_kind: SegmentKind;
    readonly encounters: string;
    readonly content: string | null;
  }>(
    `select r.type, r.id, r.version, r.kind, r.day_from, r.day_to, v.content, own.kind as own_kind, own.encounters
     from (select c.row, min(c.kind) as kind, string_agg(c.encounter, ' ') as encounters from fhir_contexts c
       where c.row in (select row from fhir_contexts where encounter in (select value from jsonb_array_elements_text($1::jsonb))) group by c.row) own
     join fhir_resources r on r.row = own.row join fhir_versions v on v.row = r.row and v.version = r.version
     where not exists (select 1 from jsonb_to_recordset($2::jsonb) as w (type text, id text) where w.type = r.type and w.id = r.id)
     order by r.row`,
    [JSON.stringify(encounters), JSON.stringify(written.map(({ type, id }) => ({ type, id })))],
  );
  return rows.map(({ type, id, version, kind, day_from, day_to, own_kind, encounters: names, content }) => ({
    type,
    id,
    version,
    kind,
    days: { from: day_from, to: day_to },
    context: { kind: own_kind, encounters: names.split(" ") },
    content,
  }));
}

/** Kinds have no blanks, and neither have ids. */
function kindsOf(text: string | null): readonly SegmentKind[] {
  return text === null ? [] : (text.split(" ") as SegmentKind[]);
}
