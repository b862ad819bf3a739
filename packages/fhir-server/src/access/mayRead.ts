import { permitsRecord, type RecordLimits } from "@anamnesis/core/consent/decide";
import type { SegmentId } from "@anamnesis/core/ids";
import { type Access, type Attributes, AUDIT_TYPE, type OwnRule } from "./access.ts";

/** True where the access permits to read a resource with these attributes: `visible` in SQL says the same of rows, and a test holds them equal. */
export function mayRead(access: Access, resource: Attributes): boolean {
  return resource.origin === "own"
    ? access.readOwn.some((rule) => meets(rule, resource))
    : mayReadReceived(access, resource);
}

/** The same of what was received, whose kind does not count. */
export function mayReadReceived(
  { readReceived }: Access,
  resource: Pick<Attributes, "type" | "segment" | "days">,
): boolean {
  const record = toRecord(resource);
  return (
    bySegment(readReceived)
      .get(record.segment)
      ?.some((limits) => permitsRecord(limits, record)) ?? false
  );
}

const segments = new WeakMap<
  readonly RecordLimits[],
  ReadonlyMap<SegmentId | null, readonly RecordLimits[]>
>();

/** A reader can hold thousands of consents, and be asked about thousands of references. */
function bySegment(limits: readonly RecordLimits[]): ReadonlyMap<SegmentId | null, readonly RecordLimits[]> {
  const known = segments.get(limits);
  if (known !== undefined) return known;
  const found = new Map<SegmentId | null, RecordLimits[]>();
  for (const one of limits) {
    const same = found.get(one.segment);
    if (same === undefined) found.set(one.segment, [one]);
    else same.push(one);
  }
  segments.set(limits, found);
  return found;
}

/** True where there can be an AuditEvent that the access permits to read. */
export function mayReadAudits({ readOwn }: Access): boolean {
  return readOwn.some(({ types }) => types !== "*" && types.includes(AUDIT_TYPE));
}

/** True where the access permits to write (create, update, delete) such a resource. What was received is the author's to change. */
export function mayWrite(access: Access, resource: Attributes): boolean {
  const { type, origin } = resource;
  return origin === "own" && type !== AUDIT_TYPE && access.write.some((rule) => meets(rule, resource));
}

function meets({ types, kinds }: OwnRule, { type, kind }: Attributes): boolean {
  if (type === AUDIT_TYPE) return types !== "*" && types.includes(type) && kinds === "*";
  return (types === "*" || types.includes(type)) && (kinds === "*" || kinds.includes(kind));
}

function toRecord({
  segment,
  type,
  days,
}: Pick<Attributes, "type" | "segment" | "days">): Parameters<typeof permitsRecord>[1] {
  return { segment, resourceType: type, ...days };
}
