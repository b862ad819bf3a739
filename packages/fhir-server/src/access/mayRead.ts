import type { Access, Attributes, Days, Exception, OwnRule, ReceivedRule } from "./access.ts";

/** True where the access permits to read a resource with these attributes: `visible` in SQL says the same of rows, and a test holds them equal. */
export function mayRead(access: Access, resource: Attributes): boolean {
  return resource.origin === "own"
    ? access.readOwn.some((rule) => meets(rule, resource))
    : access.readReceived.some((rule) => permits(rule, resource));
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

function permits(rule: ReceivedRule, resource: Attributes): boolean {
  return (
    rule.segment === resource.segment &&
    (rule.types === "*" || rule.types.includes(resource.type)) &&
    within(rule.days, resource.days) &&
    !rule.exceptions.some((exception) => denies(exception, resource))
  );
}

function within(limit: Days, days: Days): boolean {
  return (
    (limit.from === null || (days.from !== null && days.from >= limit.from)) &&
    (limit.to === null || (days.to !== null && days.to <= limit.to))
  );
}

/** A side that is open may lie anywhere, so it is met. */
function denies(exception: Exception, { type, days }: Attributes): boolean {
  if (exception.types.length > 0 && !exception.types.includes(type)) return false;
  if (exception.days === null) return true;
  const { from, to } = exception.days;
  return (
    (from === null || days.to === null || days.to >= from) &&
    (to === null || days.from === null || days.from <= to)
  );
}
