import { type Letter, requireScope } from "../access/scopes.ts";
import { fhirError, notFound } from "../errors/fhirError.ts";
import type { Link } from "../resource/links.ts";
import { etagOf } from "../resource/meta.ts";
import { readCurrent, readVersion } from "../store/readVersion.ts";
import { resourceAnswer } from "./answers.ts";
import type { Exchange, FhirAnswer, FhirRequest } from "./exchange.ts";
import { showCurrent, showPast } from "./show.ts";

/**
 * `GET /Type/id`; with `If-None-Match` or `If-Modified-Since` a 304 without a body (FHIR R4, http.html#cread). Throws `fhir-not-found`, `fhir-gone`, `fhir-forbidden`.
 *
 * @param letter interaction under which it is read: `s` for what a condition found.
 */
export async function read(
  { reader, access }: Exchange,
  request: Pick<FhirRequest, "headers">,
  link: Link,
  letter: Letter = "r",
): Promise<FhirAnswer> {
  requireScope(access, letter, link.type);
  const found = await readCurrent(reader, access, link, [letter]);
  if (found === null) throw notFound();
  if (found.content === null) throw gone();
  const [text = ""] = await showCurrent(reader, access, [found]);
  const answer = resourceAnswer(200, text, found.version, found.updated);
  return isUnchanged(request, found.version, found.updated) ? { ...answer, status: 304, body: null } : answer;
}

/** `GET /Type/id/_history/version`. Throws `fhir-not-found`, `fhir-gone` for the version that says that it was deleted. */
export async function vread({ reader, access }: Exchange, link: Link, version: string): Promise<FhirAnswer> {
  requireScope(access, "r", link.type);
  const number = /^[1-9]\d{0,14}$/.test(version) ? Number(version) : null;
  const found = number === null ? null : await readVersion(reader, access, link, number);
  if (found === null) throw notFound();
  if (found.content === null) throw gone();
  const [text] = await showPast(reader, access, [found.content]);
  return resourceAnswer(200, text ?? "", found.version, found.updated);
}

function isUnchanged({ headers }: Pick<FhirRequest, "headers">, version: number, updated: number): boolean {
  const etag = headers["if-none-match"];
  if (etag !== undefined) return etag.split(",").some((one) => one.trim() === etagOf(version));
  const since = Date.parse(headers["if-modified-since"] ?? "");
  // The header has whole seconds.
  return Number.isFinite(since) && Math.floor(updated / 1000) * 1000 <= since;
}

function gone(): ReturnType<typeof fhirError<"fhir-gone">> {
  return fhirError("fhir-gone", "What is read was not deleted.", "Its history is at `_history`.");
}
