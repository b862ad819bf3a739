import type { Queryable } from "@anamnesis/core/ports/database";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { type InContext, kindsInContext } from "@anamnesis/fhir/labelling/kindsInContext";
import { strictest } from "@anamnesis/fhir/labelling/sensitivity";
import { stamped } from "../resource/meta.ts";
import { withoutSegmentTag, withSegmentTag } from "../resource/segmentTag.ts";
import { type EncounterKinds, kindsOfEncounters, type Member, membersOf } from "../store/contexts.ts";
import type { NewVersion } from "../store/version.ts";

export interface Labelled {
  /** As they are to be kept. */
  readonly versions: readonly NewVersion[];
  /** New versions of what else belongs to the same Encounters and is of another kind than before by that. */
  readonly relabelled: readonly NewVersion[];
}

/**
 * What some versions are kept as once the other resources of their Encounters are looked at, and what those are then kept as: one that is sensitive makes the others so, and gives them back when it goes.
 * The same when it is asked for in another order: only own kinds count, whatever a resource is kept as.
 *
 * @param versions of their own kinds; deletions as they stood.
 * @param at milliseconds since 1970: the time of the versions of the others.
 */
export async function labelInContext(
  tx: Queryable,
  versions: readonly NewVersion[],
  at: number,
): Promise<Labelled> {
  const named = [...new Set(versions.flatMap(({ context }) => context?.encounters ?? []))];
  // Most of what is created belongs to none: nothing is asked for it.
  if (named.length === 0 && versions.every(({ version }) => version === 1))
    return { versions, relabelled: [] };
  const known = await ownEncounters(tx, named, versions);
  if (known.length === 0) return { versions, relabelled: [] };
  const own = new Set(known.map(({ encounter }) => encounter));
  const contexts = versions.map(({ context, resource, attributes }): InContext =>
    resource === null || context === undefined
      ? { kind: attributes.kind, encounters: [] }
      : { kind: context.kind, encounters: context.encounters.filter((one) => own.has(one)) },
  );
  const kinds = kindsInContext([...contexts, ...known.flatMap((one) => standIns(one, one.others))]);
  const changed = known.filter((one) => {
    const [before] = kindsInContext([onlooker(one), ...standIns(one, [...one.others, ...one.before])]);
    const [after] = kindsInContext([onlooker(one), ...contexts, ...standIns(one, one.others)]);
    return before !== after;
  });
  return {
    versions: versions.map((version, i) => kept(version, kinds[i] ?? version.attributes.kind)),
    relabelled: await others(tx, versions, contexts, changed, at),
  };
}

/** What was received hands nothing on: its reader may be one who may not know the rest. */
async function ownEncounters(
  tx: Queryable,
  encounters: readonly string[],
  versions: readonly NewVersion[],
): Promise<readonly EncounterKinds[]> {
  const created = new Set(versions.filter(({ type }) => type === "Encounter").map(({ id }) => id));
  const known = await kindsOfEncounters(tx, encounters, versions);
  return known.filter(({ encounter, own }) => own || created.has(encounter));
}

/** Something general in an Encounter takes over what the others of it hand on. */
function onlooker({ encounter }: EncounterKinds): InContext {
  return { kind: "general", encounters: [encounter] };
}

/** One for each kind, in the place of all resources that have it. */
function standIns({ encounter }: EncounterKinds, kinds: EncounterKinds["others"]): readonly InContext[] {
  return kinds.map((kind) => ({ kind, encounters: [encounter] }));
}

async function others(
  tx: Queryable,
  versions: readonly NewVersion[],
  contexts: readonly InContext[],
  changed: readonly EncounterKinds[],
  at: number,
): Promise<readonly NewVersion[]> {
  if (changed.length === 0) return [];
  const members = await membersOf(
    tx,
    changed.map(({ encounter }) => encounter),
    versions,
  );
  if (members.length === 0) return [];
  const around = [...new Set(members.flatMap(({ context }) => context.encounters))];
  const known = await ownEncounters(tx, around, versions);
  const own = new Set(known.map(({ encounter }) => encounter));
  // Those that stand are among the stand-ins; what was deleted is as strict as they are, and makes none of them so.
  const onlookers = members.map(({ context }): InContext => ({
    kind: "general",
    encounters: context.encounters.filter((one) => own.has(one)),
  }));
  const standing = known.flatMap((one) => standIns(one, one.others));
  const kinds = kindsInContext([...onlookers, ...contexts, ...standing]);
  return members.flatMap((member, i) => {
    const kind = strictest([member.context.kind, kinds[i] ?? "general"]);
    return kind === member.kind ? [] : [again(member, kind, at)];
  });
}

function again({ type, id, version, context, days, content }: Member, kind: Kind, at: number): NewVersion {
  const next = { type, id, version: version + 1, updated: at };
  const attributes = { type, origin: "own" as const, kind, segment: null, days };
  if (content === null) return { ...next, method: "DELETE", attributes, resource: null };
  const resource = withSegmentTag(withoutSegmentTag(parseJson(content) as JsonObject), kind);
  return {
    ...next,
    method: "PUT",
    attributes,
    context,
    resource: stamped(resource, type, id, version + 1, at),
  };
}

type Kind = NewVersion["attributes"]["kind"];

function kept(version: NewVersion, kind: Kind): NewVersion {
  const { resource, attributes } = version;
  if (resource === null || kind === attributes.kind) return version;
  return {
    ...version,
    attributes: { ...attributes, kind },
    resource: withSegmentTag(withoutSegmentTag(resource), kind),
  };
}
