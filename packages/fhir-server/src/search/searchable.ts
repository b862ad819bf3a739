import { AUDIT_TYPE } from "../access/access.ts";
import type { SearchParameter } from "../definitions/searchParameters.ts";

/** R4 has it for all types (search.html#list) and no SearchParameter that says so. */
export const LIST_PARAMETER = "_list";

/** Words of the narrative, words of the whole resource: parameters without an expression. */
export function isText({ code }: Pick<SearchParameter, "code">): boolean {
  return code === "_text" || code === "_content";
}

/**
 * That the values of a parameter are indexed. Not those of `_query`, and not the words of an AuditEvent: one is written for each access, and what it says is found by its parameters.
 */
export function isSearchable(type: string, parameter: SearchParameter): boolean {
  return isText(parameter) ? type !== AUDIT_TYPE : parameter.expression !== null;
}
