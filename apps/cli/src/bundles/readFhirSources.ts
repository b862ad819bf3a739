import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Bundle, type BundleEntry, parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { isJsonArray, isJsonObject, type JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { missingFile } from "../files/durableFile.ts";
import { withFile } from "./readBundles.ts";

export interface SourceOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Bearer token for sources that are addresses; sent to their own origin alone. */
  readonly token: string | null;
  /** After each file or page. */
  readonly onRead: (read: number) => void;
}

/** Resources of one page, where the source is a FHIR server. */
const PAGE = 200;

/**
 * Reads FHIR R4 from files (a Bundle, a single resource, or NDJSON: one resource a line), from folders of such files (`*.json`, `*.ndjson`), and from addresses that serve the same, or are the base of a FHIR server: then each type that it says
 * it can search is read page by page. Each input is one Bundle: what a page refers to may stand on another.
 *
 * Throws `missing-file`, `no-bundles`, `source-unreachable`, `source-refused`, `bad-source`, and what `parseBundle` throws with `meta.file`.
 */
export async function readFhirSources(
  inputs: readonly string[],
  options: SourceOptions,
): Promise<readonly Bundle[]> {
  const bundles: Bundle[] = [];
  let read = 0;
  const count = (): void => options.onRead(++read);
  for (const [i, input] of inputs.entries()) {
    const place = `input ${i + 1} of ${inputs.length}`;
    if (/^https?:\/\//i.test(input)) {
      const pages = await withFile(place, () => readAddress(input, options, count));
      bundles.push({ type: "collection", entries: pages });
      continue;
    }
    const files = await filesOf(input, place);
    for (const [n, file] of files.entries()) {
      const bytes = await readFile(file).catch(() => null);
      if (bytes === null) throw missingFile("bundle");
      bundles.push(await withFile(`${place}, file ${n + 1} of ${files.length}`, () => bundleOf(bytes)));
      count();
    }
  }
  if (bundles.every(({ entries }) => entries.length === 0)) throw noBundles();
  return bundles;
}

async function filesOf(input: string, place: string): Promise<readonly string[]> {
  const found = await stat(input).catch(() => null);
  if (found === null) throw missingFile(place);
  if (!found.isDirectory()) return [input];
  const names = (await readdir(input)).filter((name) => /\.(nd)?json$/.test(name)).sort();
  return names.map((name) => join(input, name));
}

/** A Bundle of whatever the text is. */
function bundleOf(bytes: Uint8Array): Bundle {
  const whole = wholeOf(bytes);
  if (whole?.["resourceType"] === "Bundle") return withoutOutcomes(bytes, whole);
  const text = new TextDecoder().decode(bytes);
  const resources = whole === null ? text.split("\n").filter((line) => line.trim() !== "") : [text];
  return parseBundle(collectionOf(resources));
}

/** The texts as they are: numbers keep their precision. */
function collectionOf(resources: readonly string[]): Uint8Array {
  const entry = resources.map((resource) => `{"resource":${resource}}`).join(",");
  return utf8ToBytes(`{"resourceType":"Bundle","type":"collection","entry":[${entry}]}`);
}

/** `null`: the text is not one JSON object. */
function wholeOf(bytes: Uint8Array): JsonObject | null {
  try {
    const value = parseJson(bytes);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** What a server says besides what it found, such as a parameter that it does not know, is no part of the data. */
function withoutOutcomes(bytes: Uint8Array, { entry }: JsonObject): Bundle {
  if (entry === undefined || (isJsonArray(entry) && entry.length === 0))
    return { type: "collection", entries: [] };
  const { type, entries } = parseBundle(bytes);
  return { type, entries: entries.filter(({ resource }) => resource.resourceType !== "OperationOutcome") };
}

async function readAddress(
  address: string,
  options: SourceOptions,
  count: () => void,
): Promise<readonly BundleEntry[]> {
  const first = await get(address, options, [400, 401, 403, 404, 405, 410]);
  const whole = first === null ? null : wholeOf(first);
  const isBase = first === null || whole?.["resourceType"] === "CapabilityStatement";
  if (!isBase) return readPages(address, first, options, count);
  const base = address.replace(/\/metadata\/?$/, "").replace(/\/$/, "");
  const statement = wholeOf((await get(`${base}/metadata`, options)) ?? new Uint8Array());
  if (statement?.["resourceType"] !== "CapabilityStatement") throw badSource();
  const entries: BundleEntry[] = [];
  for (const type of searchableTypes(statement)) {
    const url = `${base}/${type}?_count=${PAGE}`;
    // What this token may not see is no part of what it exports.
    const page = await get(url, options, [403, 404]);
    if (page !== null) entries.push(...(await readPages(url, page, options, count)));
  }
  return entries;
}

async function readPages(
  address: string,
  first: Uint8Array,
  options: SourceOptions,
  count: () => void,
): Promise<readonly BundleEntry[]> {
  const { origin } = new URL(address);
  const seen = new Set<string>([address]);
  const entries: BundleEntry[] = [];
  for (let bytes: Uint8Array | null = first; bytes !== null;) {
    entries.push(...bundleOf(bytes).entries);
    count();
    const link = nextOf(wholeOf(bytes));
    if (link === null) break;
    const next: URL | null = URL.canParse(link, address) ? new URL(link, address) : null;
    // A page of another server, or the same one again, is not followed.
    if (next === null || next.origin !== origin || seen.has(next.href)) throw badSource();
    seen.add(next.href);
    bytes = await get(next.href, options);
  }
  return entries;
}

function nextOf(bundle: JsonObject | null): string | null {
  const link = bundle?.["resourceType"] === "Bundle" ? bundle["link"] : undefined;
  if (link === undefined || !isJsonArray(link)) return null;
  const next = link.find((one) => isJsonObject(one) && one["relation"] === "next");
  const url = next !== undefined && isJsonObject(next) ? next["url"] : undefined;
  return typeof url === "string" ? url : null;
}

function searchableTypes({ rest }: JsonObject): readonly string[] {
  const list = (value: unknown): readonly JsonObject[] =>
    Array.isArray(value) ? value.filter((one) => isJsonObject(one)) : [];
  return list(rest).flatMap(({ resource }) =>
    list(resource).flatMap(({ type, interaction }) => {
      const codes = list(interaction).map(({ code }) => code);
      return typeof type === "string" && /^[A-Za-z]{1,64}$/.test(type) && codes.includes("search-type")
        ? [type]
        : [];
    }),
  );
}

/** @param missing statuses for which it gives `null`. */
async function get(
  url: string,
  { fetch, token }: SourceOptions,
  missing: readonly number[] = [],
): Promise<Uint8Array | null> {
  const headers = {
    accept: "application/fhir+json, application/fhir+ndjson, application/x-ndjson, application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  // Not by redirects: the token is for this address.
  const answer = await fetch(url, { headers, redirect: "error" }).catch(() => null);
  const bytes =
    answer === null
      ? null
      : new Uint8Array((await answer.arrayBuffer().catch(() => null)) ?? new ArrayBuffer());
  if (answer === null || bytes === null) throw sourceUnreachable();
  if (missing.includes(answer.status)) return null;
  if (!answer.ok) throw sourceRefused(answer.status);
  return bytes;
}

function noBundles(): AnamnesisError<"no-bundles"> {
  return new AnamnesisError({
    code: "no-bundles",
    rule: "An import needs at least one resource.",
    fix: "Name FHIR R4 Bundles or NDJSON, a folder that holds them as *.json or *.ndjson, or an address that serves them.",
  });
}

function sourceUnreachable(): AnamnesisError<"source-unreachable"> {
  return new AnamnesisError({
    code: "source-unreachable",
    rule: "An address that is imported from answers, by itself and whole.",
    fix: "Check the address and run the same command again: what was written is not written twice.",
    meta: { retryable: true },
  });
}

function sourceRefused(status: number): AnamnesisError<"source-refused"> {
  return new AnamnesisError({
    code: "source-refused",
    rule: "The source gives what it is asked for.",
    fix: "Give a token that is good there with --source-token.",
    meta: { status },
  });
}

function badSource(): AnamnesisError<"bad-source"> {
  return new AnamnesisError({
    code: "bad-source",
    rule: "An address serves a Bundle, one resource, NDJSON, or is a FHIR server with a CapabilityStatement; its pages are its own.",
    fix: "Check the address: for a server its base, without a type.",
  });
}
