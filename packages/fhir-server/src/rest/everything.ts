import { requireScope } from "../access/scopes.ts";
import { compartmentTypes } from "../definitions/compartments.ts";
import { notFound } from "../errors/fhirError.ts";
import { compileEverything } from "../search/compileEverything.ts";
import type { MatchRow } from "../search/compileSearch.ts";
import { writeCursor } from "../search/cursor.ts";
import { SEARCH_LIMITS } from "../search/parseSearch.ts";
import { readCurrent } from "../store/readVersion.ts";
import { jsonAnswer } from "./answers.ts";
import { bundleText } from "./bundle.ts";
import type { Exchange, FhirAnswer, FhirRequest } from "./exchange.ts";
import { pageOf } from "./page.ts";
import { showCurrent } from "./show.ts";

/**
 * `Patient/1/$everything` (FHIR R4, patient-operation-everything): the patient and what stands in the patient's compartment, with `_type`, `_count` and pages.
 * Throws `fhir-not-found` for a patient that is not there to be read.
 */
export async function everything(
  { reader, access, base }: Exchange,
  query: FhirRequest["query"],
  id: string,
): Promise<FhirAnswer> {
  requireScope(access, "s", "Patient");
  if ((await readCurrent(reader, access, { type: "Patient", id }, ["s"])) === null) throw notFound();
  const { count, cursor } = pageOf(query, SEARCH_LIMITS.mostCount, ["string", "string"]);
  let types: readonly string[] = ["Patient", ...compartmentTypes("Patient")];
  for (const [name, value] of query) {
    if (name !== "_type") continue;
    const wanted = value.split(",");
    types = types.filter((type) => wanted.includes(type));
  }
  const { sql, values } = compileEverything(access, id, [...new Set(types)], count, cursor);
  const found = await reader.query<MatchRow>(sql, values);
  const rows = found.slice(0, count);
  const texts = await showCurrent(reader, access, rows);
  const entries = rows.map((row, i) => ({
    fullUrl: `${base}/${row.type}/${row.id}`,
    resource: texts[i] ?? "",
    search: "match" as const,
  }));
  const kept = query
    .filter(([name]) => name !== "_cursor")
    .map(([name, value]): [string, string] => [name, value]);
  const links = [{ relation: "self", url: urlOf(base, id, kept) }];
  const last = rows.at(-1);
  if (found.length > count && last !== undefined) {
    links.push({
      relation: "next",
      url: urlOf(base, id, [...kept, ["_cursor", writeCursor([last.type, last.id])]]),
    });
  }
  return jsonAnswer(200, bundleText("searchset", { links, entries }));
}

function urlOf(base: string, id: string, query: [string, string][]): string {
  return `${base}/Patient/${id}/$everything${query.length === 0 ? "" : `?${new URLSearchParams(query).toString()}`}`;
}
