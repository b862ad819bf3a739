import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import type { Link } from "../resource/links.ts";
import type { FhirAnswer, FhirRequest } from "../rest/exchange.ts";
import { parseUrl, queryText } from "../rest/parseUrl.ts";
import type { NewVersion, WriteMethod } from "../store/version.ts";
import { type Interaction, type InteractionCode, interactionOf } from "./interactionOf.ts";
import { patientsOf } from "./patientsOf.ts";

/** One thing that somebody did, or was refused. */
export interface FhirAccess {
  readonly code: InteractionCode;
  /** What it was about, as far as the request or the answer names it. */
  readonly target: (Link & { readonly version: number | null }) | { readonly type: string } | null;
  /** Address behind the base with its query, of what looked for something. */
  readonly query: string | null;
  readonly status: number;
  /** Ids of Patients. */
  readonly patients: readonly string[];
}

const WRITES: Readonly<Record<WriteMethod, InteractionCode>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** What a request wrote, one access for each version. */
export function accessesOfVersions(versions: readonly NewVersion[]): readonly FhirAccess[] {
  return versions.map(({ type, id, version, method, resource }) => ({
    code: WRITES[method],
    target: { type, id, version },
    query: null,
    status: method === "POST" ? 201 : 200,
    patients: type === "Patient" ? [id] : patientsOf(resource ?? undefined),
  }));
}

/**
 * What else a request did, told by what was asked and answered: each read, search and refused or idle write. A batch or transaction is as many as it has entries, or
 * one when it was refused as a whole. `written` are left out: those stand already.
 */
export function accessesOf(
  request: FhirRequest,
  answer: FhirAnswer,
  written: readonly FhirAccess[],
): readonly FhirAccess[] {
  const interaction = interactionOf(request);
  if (interaction.code === "capabilities") return [];
  const body = parsed(answer.body);
  if (interaction.code === "transaction" && answer.status === 200) return ofEntries(request, body, written);
  const one = accessOf(interaction, request, answer.status, body);
  return isWritten(one, written) ? [] : [one];
}

function ofEntries(
  request: FhirRequest,
  body: JsonValue,
  written: readonly FhirAccess[],
): readonly FhirAccess[] {
  const asked = entriesOf(parsed(new TextDecoder().decode(request.body)));
  return entriesOf(body).flatMap((entry, place): readonly FhirAccess[] => {
    const { request: given } = asked[place] ?? {};
    const { response, resource } = entry;
    if (given === undefined || !isJsonObject(given) || response === undefined || !isJsonObject(response))
      return [];
    const { url, method } = given;
    if (typeof url !== "string" || typeof method !== "string") return [];
    const { path, query } = parseUrl(url, "");
    const inner = { method, path: path.join("/"), query };
    const one = accessOf(interactionOf(inner), inner, Number(response["status"]), resource ?? null);
    return isWritten(one, written) ? [] : [one];
  });
}

function accessOf(
  { code, type, id }: Interaction,
  { path, query }: Pick<FhirRequest, "path" | "query">,
  status: number,
  body: JsonValue,
): FhirAccess {
  const found = isJsonObject(body) && status < 400 ? body : null;
  const named = type === "Patient" && id !== null ? [id] : [];
  const looks = code.startsWith("search") || code.startsWith("history") || code === "operation";
  return {
    code,
    target: targetOf(type, id, found),
    query: looks ? `${path}${query.length === 0 ? "" : `?${queryText(query)}`}` : null,
    status,
    patients: [...new Set([...named, ...patientsOf(found ?? undefined)])],
  };
}

function targetOf(type: string | null, id: string | null, found: JsonObject | null): FhirAccess["target"] {
  if (type === null) return null;
  const known = id ?? (found?.["resourceType"] === type ? found["id"] : undefined);
  if (typeof known !== "string") return { type };
  const meta = found?.["meta"];
  const version = meta !== undefined && isJsonObject(meta) ? Number(meta["versionId"]) : Number.NaN;
  return { type, id: known, version: Number.isSafeInteger(version) ? version : null };
}

/** A delete by a condition does not say of what: there is one of that type then. */
function isWritten({ code, target, status }: FhirAccess, written: readonly FhirAccess[]): boolean {
  if (status >= 400 || target === null) return false;
  return written.some(({ code: done, target: kept }) => {
    if (kept === null || kept.type !== target.type || !("id" in kept)) return false;
    if (code === "delete") return done === "delete" && (!("id" in target) || target.id === kept.id);
    return isWrite(code) && (!("id" in target) || target.id === kept.id);
  });
}

function isWrite(code: InteractionCode): boolean {
  return code === "create" || code === "update" || code === "patch";
}

function entriesOf(bundle: JsonValue): readonly JsonObject[] {
  const entry = isJsonObject(bundle) ? bundle["entry"] : undefined;
  if (entry === undefined || !isJsonArray(entry)) return [];
  return entry.map((one) => (isJsonObject(one) ? one : {}));
}

/** Numbers need no care here. */
function parsed(text: string | null): JsonValue {
  return text === null || text === "" ? null : (JSON.parse(text) as JsonValue);
}
