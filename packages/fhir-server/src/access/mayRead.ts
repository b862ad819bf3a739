import type { RecordException, RecordLimits } from "@anamnesis/core/consent/decide";
import { coversPeriod, coversType } from "@anamnesis/core/consent/terms";
import type { Access, Attributes, Days, OwnRule } from "./access.ts";

/** True where the access permits to read a resource with these attributes: `visible` in SQL says the same of rows, and a test holds them equal. */
export function mayRead(access: Access, resource: Attributes): boolean {
  return resource.origin === "own"
    ? access.readOwn.some((rule) => meets(rule, resource))
    : access.readReceived.some((limits) => permits(limits, resource));
}

/** True where the access permits to write (create, update, delete) such a resource. What was received is the author's to change. */
export function mayWrite(access: Access, resource: Attributes): boolean {
  return resource.origin === "own" && access.write.some((rule) => meets(rule, resource));
}

function meets(rule: OwnRule, { type, kind }: Attributes): boolean {
  return (
    (rule.types === "*" || rule.types.includes(type)) && (rule.kinds === "*" || rule.kinds.includes(kind))
  );
}

function permits(limits: RecordLimits, { type, segment, days }: Attributes): boolean {
  return (
    limits.segment === segment &&
    coversType(limits, type) &&
    coversPeriod(limits, { dataFrom: days.from, dataTo: days.to }) &&
    !limits.exceptions.some((exception) => excepts(exception, type, days))
  );
}

/** A side that is open may lie anywhere, so it is met. */
function excepts(
  { resourceTypes, dataFrom, dataTo }: RecordException,
  type: string,
  { from, to }: Days,
): boolean {
  return (
    (resourceTypes.length === 0 || resourceTypes.includes(type)) &&
    (dataFrom === null || to === null || to >= dataFrom) &&
    (dataTo === null || from === null || from <= dataTo)
  );
}
