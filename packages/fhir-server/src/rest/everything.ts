import { requireScope } from "../access/scopes.ts";
import { compartmentTypes } from "../definitions/compartments.ts";
import { notFound } from "../errors/fhirError.ts";
import { compileEverything } from "../search/compileEverything.ts";
import type { MatchRow } from "../search/compileSearch.ts";
import { readCursor, writeCursor } from "../search/cursor.ts";
import { SEARCH_LIMITS } from "../search/parseSearch.ts";
import { badValue } from "../search/searchError.ts";
import { readCurrent } from "../store/readVersion.ts";
import { jsonAnswer } from "./answers.ts";
import { bundleText } from "./bundle.ts";
import type { Exchange, FhirAnswer, FhirRequest } from "./exchange.ts";
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
  let count = SEARCH_LIMITS.mostCount;
  let cursor: readonly (string | number)[] | null = null;
  let types: readonly string[] = ["Patient", ...compartmentTypes("Patient")];
  for (const [name, value] of query) {
    if (name === "_count") {
      if (!/^[1-9]\d{0,8}$/.test(value)) throw badValue(name, "a whole number from 1 on");
      count = Math.min(Number(value), SEARCH_LIMITS.mostCount);
    } else if (name === "_type") {
      const wanted = value.split(",");
      types = types.filter((type) => wanted.includes(type));
    } else if (name === "_cursor") {
      cursor = readCursor(value);
      if (cursor.length !== 2 || !cursor.every((part) => typeof part === "string")) {
        throw badValue(name, "it is taken from a page's link as it is");
      }
    }
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
