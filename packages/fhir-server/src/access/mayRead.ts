import { permitsRecord } from "@anamnesis/core/consent/decide";
import type { Access, Attributes, OwnRule } from "./access.ts";

/** True where the access permits to read a resource with these attributes: `visible` in SQL says the same of rows, and a test holds them equal. */
export function mayRead(access: Access, resource: Attributes): boolean {
  return resource.origin === "own"
    ? access.readOwn.some((rule) => meets(rule, resource))
    : access.readReceived.some((limits) => permitsRecord(limits, toRecord(resource)));
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

function toRecord({ segment, type, days }: Attributes): Parameters<typeof permitsRecord>[1] {
  return { segment, resourceType: type, ...days };
}
