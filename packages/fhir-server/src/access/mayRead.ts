import { permitsRecord } from "@anamnesis/core/consent/decide";
import { type Access, type Attributes, AUDIT_TYPE, type OwnRule } from "./access.ts";

/** True where the access permits to read a resource with these attributes: `visible` in SQL says the same of rows, and a test holds them equal. */
export function mayRead(access: Access, resource: Attributes): boolean {
  return resource.origin === "own"
    ? access.readOwn.some((rule) => meets(rule, resource))
    : access.readReceived.some((limits) => permitsRecord(limits, toRecord(resource)));
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

function toRecord({ segment, type, days }: Attributes): Parameters<typeof permitsRecord>[1] {
  return { segment, resourceType: type, ...days };
}
