import { permissionOf } from "../share/permissionOf.ts";
import type { Permission } from "../meaning/permission.ts";
import type { AskedTerms } from "../worker/protocol/requests.ts";

/** What is asked for, as the sentences take it. @param who `null` for the asker's own list. */
export function askedPermission(
  asked: AskedTerms,
  who: { readonly name: string; readonly organisationName: string } | null,
): Permission {
  return permissionOf({
    ...asked,
    granteeName: who?.name ?? "",
    organisationName: who?.organisationName ?? null,
  });
}
