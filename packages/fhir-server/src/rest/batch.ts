import type { Queryable } from "@anamnesis/core/ports/database";
import { linkKey } from "@anamnesis/fhir/bundle/parseBundle";
import { rewriteLinks } from "@anamnesis/fhir/bundle/references";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import { isResourceType } from "../definitions/resourceTypes.ts";
import { fhirError } from "../errors/fhirError.ts";
import { etagOf, instantOf } from "../resource/meta.ts";
import { type Link, linkOf, linkText } from "../resource/links.ts";
import { jsonAnswer } from "./answers.ts";
import { requireType } from "./body.ts";
import { bundleText, type EntryText } from "./bundle.ts";
import { parseUrl, queryText } from "./parseUrl.ts";
import type { Exchange, FhirAnswer, FhirRequest } from "./exchange.ts";
import { outcomeOf, outcomeText } from "./outcome.ts";
import { jsonPatchOf } from "./patchBody.ts";
import { keepVersions } from "./keepVersions.ts";
import { inEntry } from "./requireValid.ts";
import { findOne } from "./search.ts";
import { type Beside, create, patch, remove, update, type Written } from "./write.ts";

/** Entries of one batch or transaction, at most. */
const MOST_ENTRIES = 5000;

type Query = FhirRequest["query"];

interface Entry {
  readonly place: number;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: readonly string[];
  readonly query: Query;
  readonly fullUrl: string | null;
  readonly resource: JsonValue | undefined;
  readonly ifMatch: string | null;
  readonly ifNoneExist: Query | null;
}

/** One request of its own, as the whole server answers it. */
export type Answer = (exchange: Exchange, request: FhirRequest) => Promise<FhirAnswer>;

/**
 * `POST /` with a Bundle (FHIR R4, http.html#transaction). A batch is as many requests, each with its own fate. A transaction is kept whole or not at all: deletes first, then
 * creates, updates, patches and at last reads; conditions and references from one entry to another (`urn:uuid:…`, full URLs, `Type?query`) are resolved before anything is kept.
 *
 * Throws `fhir-malformed`, and for a transaction whatever one of its entries does, with its place in `meta.entry`.
 */
export async function bundle(
  exchange: Exchange,
  request: FhirRequest,
  body: JsonValue,
  answer: Answer,
): Promise<FhirAnswer> {
  const given = requireType(body, "Bundle");
  const entries = entriesOf(given, exchange.base);
  if (given["type"] === "batch") return batch(exchange, request, entries, answer);
  if (given["type"] === "transaction") return transaction(exchange, request, entries, answer);
  throw malformed("type");
}

async function batch(
  exchange: Exchange,
  request: FhirRequest,
  entries: readonly Entry[],
  answer: Answer,
): Promise<FhirAnswer> {
  const answers: EntryText[] = [];
  for (const entry of entries) answers.push(answerEntry(await one(exchange, request, entry, answer)));
  return jsonAnswer(200, bundleText("batch-response", { entries: answers }));
}

/** Refusals become the entry's answer; a defect, or a database that failed, is that of the whole. */
async function one(
  exchange: Exchange,
  request: FhirRequest,
  entry: Entry,
  answer: Answer,
): Promise<FhirAnswer> {
  try {
    return await answer(exchange, asRequest(request, entry));
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === null) throw error;
    return outcome;
  }
}

function asRequest(
  request: FhirRequest,
  { method, path, query, resource, ifMatch, ifNoneExist }: Entry,
): FhirRequest {
  const isPatch = method === "PATCH" && isJsonArray(resource);
  return {
    method,
    path: path.join("/"),
    query,
    headers: {
      prefer: request.headers["prefer"],
      "content-type": isPatch ? "application/json-patch+json" : "application/fhir+json",
      ...(ifMatch === null ? {} : { "if-match": ifMatch }),
      ...(ifNoneExist === null ? {} : { "if-none-exist": queryText(ifNoneExist) }),
    },
    body: new Uint8Array(),
    parsed: resource ?? null,
  };
}

async function transaction(
  exchange: Exchange,
  request: FhirRequest,
  entries: readonly Entry[],
  answer: Answer,
): Promise<FhirAnswer> {
  const written = await exchange.write(async (tx) => {
    const inside: Exchange = { ...exchange, reader: tx };
    const answers: (FhirAnswer | null)[] = entries.map(() => null);
    const of = (...methods: readonly Entry["method"][]): readonly Entry[] =>
      entries.filter(({ method }) => methods.includes(method));
    for (const entry of of("DELETE"))
      answers[entry.place] = await at(entry, () => deleteOne(inside, tx, entry));
    const plan = await planWrites(inside, of("POST", "PUT", "PATCH"));
    for (const step of plan.steps) {
      answers[step.entry.place] = await at(step.entry, () => writeOne(inside, tx, step, plan));
    }
    const kept = await keepVersions(inside, tx, plan.beside.later ?? [], (error, { type, id }) => {
      const step = plan.steps.find(({ how }) => how.link.type === type && how.link.id === id);
      return step === undefined ? error : inEntry(error, step.entry.place);
    });
    for (const { entry, how } of plan.steps) {
      const resource = kept.get(linkText(how.link))?.resource ?? null;
      const answered = answers[entry.place] ?? null;
      // As it is kept now that all of its Encounter is there.
      if (resource !== null && answered !== null && answered.body !== null)
        answers[entry.place] = { ...answered, body: writeJson(resource) };
    }
    for (const entry of of("GET")) {
      answers[entry.place] = await at(entry, () => answer(inside, asRequest(request, entry)));
    }
    return answers;
  });
  const texts = written.map((one) => answerEntry(one ?? jsonAnswer(500, outcomeText([]))));
  return jsonAnswer(200, bundleText("transaction-response", { entries: texts }));
}

/** Says which entry a refusal is about. */
async function at<T>({ place }: Entry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inEntry(error, place);
  }
}

interface Step {
  readonly entry: Entry;
  readonly how:
    | { readonly type: "create"; readonly link: Link }
    | { readonly type: "update" | "patch" | "found"; readonly link: Link };
}

interface Plan {
  readonly steps: readonly Step[];
  /** What entries call each other, as `Type/id`. */
  readonly names: ReadonlyMap<string, string>;
  /** What the transaction is about to create. */
  readonly beside: Beside;
}

/** Decides for each write which resource it is about, before any of them is kept. */
async function planWrites(exchange: Exchange, entries: readonly Entry[]): Promise<Plan> {
  const steps: Step[] = [];
  const names = new Map<string, string>();
  const created = new Set<string>();
  const touched = new Set<string>();
  for (const entry of entries) {
    const how = await at(entry, () => planOne(exchange, entry));
    const text = `${how.link.type}/${how.link.id}`;
    if (how.type === "create") created.add(text);
    else if (how.type !== "found" && touched.has(text)) throw malformed("request.url");
    touched.add(text);
    if (entry.fullUrl !== null) names.set(linkKey(entry.fullUrl), text);
    steps.push({ entry, how });
  }
  return { steps, names, beside: { links: created, later: [] } };
}

async function planOne(exchange: Exchange, entry: Entry): Promise<Step["how"]> {
  const { method, path, query, ifNoneExist } = entry;
  const [type = "", id, ...more] = path;
  if (!isResourceType(type) || more.length > 0) throw malformed("request.url");
  if (method === "POST") {
    if (id !== undefined) throw malformed("request.url");
    const found = ifNoneExist === null ? null : await findOne(exchange, type, ifNoneExist);
    if (found !== null) return { type: "found", link: found };
    return { type: "create", link: { type, id: exchange.newId() } };
  }
  const how = method === "PUT" ? "update" : "patch";
  if (id !== undefined) return { type: how, link: { type, id } };
  const found = await findOne(exchange, type, query);
  if (found !== null) return { type: how, link: found };
  if (how === "patch") throw fhirError("fhir-not-found", "What is patched is there.", "Check the condition.");
  return { type: "create", link: { type, id: exchange.newId() } };
}

async function writeOne(
  exchange: Exchange,
  tx: Queryable,
  { entry, how }: Step,
  plan: Plan,
): Promise<FhirAnswer> {
  const { link } = how;
  if (how.type === "found") return entryAnswer(200, exchange.base, null, link);
  if (how.type === "patch") {
    const change = jsonPatchOf(entry.resource ?? null);
    const written = await patch(exchange, tx, link, change, { ifMatch: entry.ifMatch, beside: plan.beside });
    return entryAnswer(written.status, exchange.base, written, link);
  }
  const given = await resolved(exchange, requireType(entry.resource, link.type), plan);
  const written =
    how.type === "create"
      ? await create(exchange, tx, link.type, given, { id: link.id, beside: plan.beside })
      : await update(exchange, tx, link, given, { ifMatch: entry.ifMatch, beside: plan.beside });
  return entryAnswer(written.status, exchange.base, written, link);
}

/** References to other entries and by a condition become `Type/id`. */
async function resolved(exchange: Exchange, resource: JsonObject, { names }: Plan): Promise<JsonObject> {
  const conditions = new Map<string, string>();
  const wanted: string[] = [];
  rewriteLinks(resource, (kind, target) => {
    if (kind === "reference" && /^[A-Z][A-Za-z]*\?/.test(target)) wanted.push(target);
    return null;
  });
  for (const target of wanted) {
    const [type = "", text = ""] = target.split(/\?(.*)/s);
    const found = await findOne(exchange, type, [...new URLSearchParams(text)]);
    if (found === null) {
      throw fhirError(
        "fhir-dangling",
        "A reference by a condition leads to one resource that its writer may read.",
        "Create what it refers to first.",
      );
    }
    conditions.set(target, `${found.type}/${found.id}`);
  }
  return rewriteLinks(resource, (_kind, target) => {
    const named = names.get(linkKey(target)) ?? conditions.get(target);
    if (named !== undefined) return named;
    // Entries may call each other by the address that they have at their source.
    const link = linkOf(target);
    return link === null ? null : (nameOf(names, target) ?? null);
  }) as JsonObject;
}

/** `Patient/1` for an entry whose full URL ends with it. */
function nameOf(names: ReadonlyMap<string, string>, target: string): string | undefined {
  for (const [url, text] of names) if (url.endsWith(`/${target}`)) return text;
  return undefined;
}

async function deleteOne(exchange: Exchange, tx: Queryable, entry: Entry): Promise<FhirAnswer> {
  const [type = "", id] = entry.path;
  if (!isResourceType(type)) throw malformed("request.url");
  const link =
    id === undefined ? await findOne({ ...exchange, reader: tx }, type, entry.query) : { type, id };
  if (link !== null) await remove(exchange, tx, link, entry.ifMatch);
  return { status: 204, headers: {}, body: null };
}

function entryAnswer(status: number, base: string, written: Written | null, { type, id }: Link): FhirAnswer {
  if (written === null) return { status, headers: { location: `${base}/${type}/${id}` }, body: null };
  const { version, updated, text } = written;
  return {
    status,
    headers: {
      location: `${base}/${type}/${id}/_history/${version}`,
      etag: etagOf(version),
      "last-modified": instantOf(updated),
    },
    body: text,
  };
}

function answerEntry({ status, headers, body }: FhirAnswer): EntryText {
  const { location, etag, "last-modified": modified } = headers;
  const response = {
    status: String(status),
    ...(location === undefined ? {} : { location }),
    ...(etag === undefined ? {} : { etag }),
    // An instant here, where HTTP has its own form of dates.
    ...(modified === undefined ? {} : { lastModified: instantOf(Date.parse(modified)) }),
  };
  return status >= 400
    ? { response: { ...response, ...(body === null ? {} : { outcome: body }) } }
    : { resource: body, response };
}

function entriesOf(given: JsonObject, base: string): readonly Entry[] {
  const { entry } = given;
  if (entry === undefined) return [];
  if (!isJsonArray(entry)) throw malformed("entry");
  if (entry.length > MOST_ENTRIES) throw malformed("entry");
  return entry.map((one, place) => {
    if (!isJsonObject(one)) throw malformed("entry", place);
    const { request, fullUrl, resource } = one;
    if (!isJsonObject(request)) throw malformed("request", place);
    const { method, url, ifMatch, ifNoneExist } = request;
    if (!isMethod(method)) throw malformed("request.method", place);
    if (typeof url !== "string") throw malformed("request.url", place);
    const { path, query } = parseUrl(url, base);
    return {
      place,
      method,
      path,
      query,
      fullUrl: typeof fullUrl === "string" ? fullUrl : null,
      resource,
      ifMatch: typeof ifMatch === "string" ? ifMatch : null,
      ifNoneExist:
        typeof ifNoneExist === "string" ? [...new URLSearchParams(ifNoneExist.replace(/^.*\?/, ""))] : null,
    };
  });
}

function isMethod(value: JsonValue | undefined): value is Entry["method"] {
  return value === "GET" || value === "POST" || value === "PUT" || value === "PATCH" || value === "DELETE";
}

function malformed(where: string, entry?: number): ReturnType<typeof fhirError<"fhir-malformed">> {
  return fhirError(
    "fhir-malformed",
    `A Bundle of type batch or transaction has at most ${MOST_ENTRIES} entries, each with its request; a transaction changes a resource once.`,
    "Correct the Bundle.",
    { parameter: where, ...(entry === undefined ? {} : { entry }) },
  );
}
