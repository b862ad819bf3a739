import { instantOf, etagOf } from "../resource/meta.ts";
import type { Link } from "../resource/links.ts";
import { rangeOfDate } from "../index/dateRange.ts";
import { badValue } from "../search/searchError.ts";
import { writeCursor } from "../search/cursor.ts";
import { SEARCH_LIMITS } from "../search/parseSearch.ts";
import { requireScope } from "../access/scopes.ts";
import { readHistory } from "../store/history.ts";
import { readCurrent } from "../store/readVersion.ts";
import { notFound } from "../errors/fhirError.ts";
import { jsonAnswer } from "./answers.ts";
import { bundleText, type EntryText } from "./bundle.ts";
import type { Exchange, FhirAnswer, FhirRequest } from "./exchange.ts";
import { pageOf } from "./page.ts";
import { showPast } from "./show.ts";

const STATUS = { POST: "201 Created", PUT: "200 OK", PATCH: "200 OK", DELETE: "204 No Content" } as const;

/**
 * `_history` of a resource, a type or everything (FHIR R4, http.html#history), newest first, with `_count`, `_since` and pages. Throws `fhir-not-found` for a resource that is not there to be
 * read, `fhir-bad-value`.
 */
export async function history(
  { reader, access, base }: Exchange,
  query: FhirRequest["query"],
  of: { readonly type: string | null; readonly id: string | null },
): Promise<FhirAnswer> {
  requireScope(access, of.id === null ? "s" : "r", of.type);
  const { count, cursor } = pageOf(query, SEARCH_LIMITS.count, ["number", "string", "string", "number"]);
  const since = sinceOf(query);
  if (of.type !== null && of.id !== null && (await readCurrent(reader, access, of as Link)) === null) {
    throw notFound();
  }
  const found = await readHistory(reader, access, { ...of, count, since, cursor });
  const versions = found.slice(0, count);
  const texts = await showPast(
    reader,
    access,
    versions.map(({ content }) => content),
  );
  const entries = versions.map(({ type, id, version, updated, method }, i): EntryText => ({
    fullUrl: `${base}/${type}/${id}`,
    resource: texts[i] ?? null,
    request: { method, url: method === "POST" ? type : `${type}/${id}` },
    response: { status: STATUS[method], etag: etagOf(version), lastModified: instantOf(updated) },
  }));
  const path = [of.type, of.id, "_history"].filter((part) => part !== null).join("/");
  const kept = query.filter(([name]) => name !== "_cursor");
  const text = (pairs: FhirRequest["query"]): string =>
    pairs.length === 0
      ? ""
      : `?${new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString()}`;
  const links = [{ relation: "self", url: `${base}/${path}${text(kept)}` }];
  const last = versions.at(-1);
  if (found.length > count && last !== undefined) {
    const next = writeCursor([last.updated, last.type, last.id, last.version]);
    links.push({ relation: "next", url: `${base}/${path}${text([...kept, ["_cursor", next]])}` });
  }
  return jsonAnswer(200, bundleText("history", { links, entries }));
}

/** The last one of several counts. */
function sinceOf(query: FhirRequest["query"]): number | null {
  let since: number | null = null;
  for (const [name, value] of query) {
    if (name !== "_since") continue;
    since = rangeOfDate(value)?.from ?? null;
    if (since === null) throw badValue(name, "an instant");
  }
  return since;
}
