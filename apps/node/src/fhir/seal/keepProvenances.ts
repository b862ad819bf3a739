import { toHex } from "@anamnesis/core/encoding/bytes";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { stamped } from "@anamnesis/fhir-server/resource/meta";
import { withSegmentTag } from "@anamnesis/fhir-server/resource/segmentTag";
import type { NewVersion } from "@anamnesis/fhir-server/store/version";
import { writeVersions } from "@anamnesis/fhir-server/store/writeVersion";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import type { NodeContext } from "../../context.ts";

export const RECORD_SYSTEM = "https://anamnesis.example/fhir/NamingSystem/record";
export const ORGANISATION_SYSTEM = "https://anamnesis.example/fhir/NamingSystem/organisation";

/** A version and the record that it became. */
export interface SealedVersion {
  readonly row: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly kind: SegmentKind;
  readonly record: RecordId;
}

/**
 * Says of sealed versions which records they are: one Provenance for each resource, a version of it for each of the resource's. As with the resource, a version is read by
 * whoever may read its own sensitivity and the present one.
 */
export async function keepProvenances(
  { organisation, name, random }: Pick<NodeContext, "organisation" | "name" | "random">,
  tx: Queryable,
  sealed: readonly SealedVersion[],
  at: number,
): Promise<void> {
  const known = await tx.query<{ readonly row: number; readonly id: string; readonly version: number }>(
    `select p.row, r.id, r.version from fhir_provenances p join fhir_resources r on r.row = p.provenance where p.row = any($1::bigint[])`,
    [sealed.map(({ row }) => row)],
  );
  const standing = new Map(known.map((one) => [one.row, one]));
  const versions = sealed.map((target): NewVersion => {
    const { id = toHex(random.bytes(16)).slice(2), version = 0 } = standing.get(target.row) ?? {};
    const written = { type: "Provenance", id, version: version + 1, updated: at };
    const content = withSegmentTag(provenanceOf(target, { organisation, name }, at), target.kind);
    return {
      ...written,
      method: version === 0 ? "POST" : "PUT",
      attributes: attributesOf(target.kind),
      resource: stamped(content, "Provenance", id, version + 1, at),
    };
  });
  await writeVersions(tx, versions);
  await tx.query(
    `insert into fhir_provenances (row, provenance)
     select new.row, r.row from unnest($1::bigint[], $2::text[]) as new (row, id)
     join fhir_resources r on r.type = 'Provenance' and r.id = new.id on conflict (row) do nothing`,
    [sealed.map(({ row }) => row), versions.map(({ id }) => id)],
  );
  await followTargets(tx, sealed);
  // Deleted before it was sealed.
  const gone = await tx.query<{ readonly type: string; readonly id: string }>(
    "select type, id from fhir_resources where row = any($1::bigint[]) and deleted",
    [sealed.map(({ row }) => row)],
  );
  await withdrawProvenances(
    tx,
    gone.map(({ type, id }) => ({ type, id, updated: at })),
  );
}

/** Deletes what is said of resources that are deleted. */
export async function withdrawProvenances(
  tx: Queryable,
  deleted: readonly Pick<NewVersion, "type" | "id" | "updated">[],
): Promise<void> {
  if (deleted.length === 0) return;
  const found = await tx.query<{
    readonly id: string;
    readonly version: number;
    readonly kind: SegmentKind;
    readonly updated: number;
  }>(
    `select p.id, p.version, p.kind, gone.updated
     from jsonb_to_recordset($1::jsonb) as gone (type text, id text, updated bigint)
     join fhir_resources t on t.type = gone.type and t.id = gone.id
     join fhir_provenances f on f.row = t.row join fhir_resources p on p.row = f.provenance where not p.deleted`,
    [JSON.stringify(deleted.map(({ type, id, updated }) => ({ type, id, updated })))],
  );
  await writeVersions(
    tx,
    found.map(({ id, version, kind, updated }): NewVersion => {
      const attributes = attributesOf(kind);
      return {
        type: "Provenance",
        id,
        version: version + 1,
        updated,
        method: "DELETE",
        attributes,
        resource: null,
      };
    }),
  );
}

/** What is said of a resource is as sensitive as the resource is now. */
export async function followTargets(
  tx: Queryable,
  targets: readonly { readonly type: string; readonly id: string }[],
): Promise<void> {
  if (targets.length === 0) return;
  await tx.query(
    `update fhir_resources p set kind = t.kind
     from jsonb_to_recordset($1::jsonb) as asked (type text, id text)
     join fhir_resources t on t.type = asked.type and t.id = asked.id join fhir_provenances f on f.row = t.row
     where p.row = f.provenance and p.kind <> t.kind`,
    [JSON.stringify(targets.map(({ type, id }) => ({ type, id })))],
  );
}

function attributesOf(kind: SegmentKind): NewVersion["attributes"] {
  return { type: "Provenance", origin: "own", kind, segment: null, days: { from: null, to: null } };
}

function provenanceOf(
  { type, id, version, record }: SealedVersion,
  author: { readonly organisation: OrganisationId; readonly name: string },
  at: number,
): JsonObject {
  const who = {
    identifier: { system: ORGANISATION_SYSTEM, value: author.organisation },
    display: author.name,
  };
  const participant = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
  return {
    target: [{ reference: `${type}/${id}/_history/${version}` }],
    recorded: new Date(at).toISOString(),
    agent: [{ type: { coding: [{ system: participant, code: "author" }] }, who }],
    entity: [{ role: "derivation", what: { identifier: { system: RECORD_SYSTEM, value: record } } }],
  };
}
