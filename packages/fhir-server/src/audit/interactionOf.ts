import { isResourceType } from "../definitions/resourceTypes.ts";
import type { FhirRequest } from "../rest/exchange.ts";

/** Codes of http://hl7.org/fhir/restful-interaction. */
export type InteractionCode =
  | "read"
  | "vread"
  | "update"
  | "patch"
  | "delete"
  | "history-instance"
  | "history-type"
  | "history-system"
  | "create"
  | "search-type"
  | "capabilities"
  | "transaction"
  | "operation";

/** What a request asks for, told by its method and address alone: also of one that is refused. */
export interface Interaction {
  readonly code: InteractionCode;
  /** `null`: it names none, or no type of FHIR R4. */
  readonly type: string | null;
  readonly id: string | null;
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** @param request `path` behind the base, without a leading slash. */
export function interactionOf({ method, path }: Pick<FhirRequest, "method" | "path">): Interaction {
  const parts = path === "" ? [] : path.split("/");
  const [first = "", second, third, fourth] = parts;
  const type = isResourceType(first) ? first : null;
  const id = type !== null && second !== undefined && ID.test(second) ? second : null;
  return { code: codeOf(method, parts, first, second, third, fourth), type, id };
}

function codeOf(
  method: string,
  parts: readonly string[],
  first: string,
  second: string | undefined,
  third: string | undefined,
  fourth: string | undefined,
): InteractionCode {
  if (parts.length === 0) return "transaction";
  if (first === "metadata") return "capabilities";
  if (parts.some((part) => part.startsWith("$"))) return "operation";
  if (first === "_history") return "history-system";
  if (second === "_history") return "history-type";
  if (third === "_history") return fourth === undefined ? "history-instance" : "vread";
  if (second === "_search" || third !== undefined) return "search-type";
  if (method === "POST") return "create";
  if (method === "PUT") return "update";
  if (method === "PATCH") return "patch";
  if (method === "DELETE") return "delete";
  return second === undefined ? "search-type" : "read";
}
