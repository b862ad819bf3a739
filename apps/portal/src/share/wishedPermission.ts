import type { Permission } from "../meaning/permission.ts";
import type { Grantee, NewShare } from "../worker/protocol.ts";
import { permissionOf } from "./permissionOf.ts";

/** What is chosen, as the sentences take it. */
export function wishedPermission(
  { parts, purpose, dataFrom, notAfter }: Omit<NewShare, "grantee">,
  { name, organisationName }: Pick<Grantee, "name" | "organisationName">,
): Permission {
  return permissionOf({
    granteeName: name,
    organisationName,
    parts,
    purposes: [purpose],
    dataFrom,
    dataTo: null,
    notAfter,
  });
}
