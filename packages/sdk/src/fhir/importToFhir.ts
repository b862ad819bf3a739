import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { domainHash } from "@anamnesis/core/encoding/hash";
import { AnamnesisError } from "@anamnesis/core/errors";
import { planTransactions } from "@anamnesis/fhir/bundle/planTransactions";
import { rewriteLinks, visitLinks } from "@anamnesis/fhir/bundle/references";
import type { ImportedResource } from "@anamnesis/fhir/bundle/resources";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import type { FhirClient } from "./fhirClient.ts";

/** Of one transaction, unless what refers to each other in a circle is more. */
const MOST_AT_ONCE = { resources: 200, bytes: 8 * 1024 * 1024 };

/** Code system of the tag by which the server finds an imported resource again: a digest of where it comes from. */
export const IMPORT_SYSTEM = "https://anamnesis.example/fhir/CodeSystem/import";

/** A resource as it stands at the server. */
export interface ImportedTo {
  /** `system|Type/id` at the source. */
  readonly key: string;
  /** The source's version, or a digest of the content. */
  readonly version: string;
  /** `Type/id` at the server. */
  readonly target: string;
}

/**
 * What an import remembers.
 *
 * - `find` gives the newest that `remember` was given for this key, `null` for an unknown one.
 * - `remember` is durable when it resolves. What a kill keeps it from remembering is found at the server by its tag.
 */
export interface FhirImportJournal {
  find(key: string): ImportedTo | null;
  remember(written: readonly ImportedTo[]): Promise<void>;
}

export interface ImportToFhirParameters {
  readonly client: FhirClient;
  /** Name of the source system, an address where it has one: references to what is not imported lead there. */
  readonly system: string;
  /** From `resourcesOf`; of several with one key the last one counts. */
  readonly resources: readonly ImportedResource[];
  readonly journal: FhirImportJournal;
  /** After each transaction. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

export interface ImportedToFhir {
  readonly created: number;
  readonly updated: number;
  /** At the server already, in this version. */
  readonly known: number;
}

interface Wanted {
  readonly name: string;
  readonly targets: readonly string[];
  readonly bytes: number;
  readonly imported: ImportedResource;
}

/**
 * Writes resources to a node's FHIR server as transactions, what is referred to before what refers to it. A resource is made once, however often and from wherever the import is begun again: the journal knows it, or the
 * server finds it by its tag. Another version of the source becomes another version at the server, the same one none.
 *
 * References to what is imported lead to what it is at the server, without the source's version; others become addresses at the source.
 *
 * Throws `fhir-refused`, `node-unreachable`, `unexpected-answer`.
 */
export async function importToFhir(parameters: ImportToFhirParameters): Promise<ImportedToFhir> {
  const { client, system, journal, onProgress } = parameters;
  const byName = new Map(
    parameters.resources.map((imported) => [`${imported.resourceType}/${imported.id}`, imported]),
  );
  const wanted: Wanted[] = [];
  let known = 0;
  for (const [name, imported] of byName) {
    if (journal.find(imported.sourceKey)?.version === imported.versionKey) known++;
    else wanted.push({ name, imported, targets: targetsOf(imported.resource), bytes: sizeOf(imported) });
  }
  const of = byName.size;
  onProgress?.({ done: known, of });
  const done = { created: 0, updated: 0, known };
  for (const group of planTransactions(wanted, MOST_AT_ONCE)) {
    const { created, found } = await writeGroup(client, system, journal, group);
    done.created += created;
    // Made by a run that was ended before it knew: now they get what stands at the source.
    if (found.length > 0) await writeGroup(client, system, journal, found);
    done.updated += group.length - created;
    onProgress?.({ done: done.created + done.updated + known, of });
  }
  return done;
}

async function writeGroup(
  client: FhirClient,
  system: string,
  journal: FhirImportJournal,
  group: readonly Wanted[],
): Promise<{ readonly created: number; readonly found: readonly Wanted[] }> {
  const urls = new Map(group.map(({ name, imported }) => [name, fullUrlOf(imported.sourceKey)]));
  const rewrite = (kind: "reference" | "url", target: string): string | null => {
    if (kind !== "reference") return null;
    const name = nameOf(target);
    if (name === null) return null;
    const key = `${system}|${name}`;
    return journal.find(key)?.target ?? urls.get(name) ?? `${system}/${target}`;
  };
  const entry = group.map(({ name, imported }): JsonObject => {
    const { resourceType, sourceKey } = imported;
    const standing = journal.find(sourceKey);
    const linked = tagged(rewriteLinks(imported.resource, rewrite) as JsonObject, sourceKey);
    const fullUrl = urls.get(name) ?? "";
    if (standing === null) {
      const ifNoneExist = `_tag=${encodeURIComponent(`${IMPORT_SYSTEM}|${tagOf(sourceKey)}`)}`;
      return { fullUrl, resource: linked, request: { method: "POST", url: resourceType, ifNoneExist } };
    }
    const id = standing.target.slice(resourceType.length + 1);
    return { fullUrl, resource: { ...linked, id }, request: { method: "PUT", url: standing.target } };
  });
  const body = writeJson({ resourceType: "Bundle", type: "transaction", entry });
  const { json } = await client.ask("POST", "", body);
  const answers = entriesOf(json);
  if (answers.length !== group.length) throw unexpectedAnswer();
  const written: ImportedTo[] = [];
  const found: Wanted[] = [];
  let created = 0;
  for (const [i, one] of group.entries()) {
    const { sourceKey: key, versionKey, resourceType } = one.imported;
    const { status, location } = responseOf(answers[i]);
    const target = targetOf(location, resourceType);
    const isFound = journal.find(key) === null && status.startsWith("200");
    if (isFound) found.push(one);
    else if (status.startsWith("201")) created++;
    written.push({ key, version: isFound ? "" : versionKey, target });
  }
  await journal.remember(written);
  return { created, found };
}

/** `Type/id` of a relative reference, with or without a version. */
function nameOf(reference: string): string | null {
  return (
    /^([A-Z][A-Za-z]{0,63}\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(
      reference,
    )?.[1] ?? null
  );
}

function targetsOf(resource: JsonValue): readonly string[] {
  const names = new Set<string>();
  visitLinks(resource, "resource", ({ kind, target }) => {
    const name = kind === "reference" ? nameOf(target) : null;
    if (name !== null) names.add(name);
  });
  return [...names];
}

function sizeOf({ jsonPieces }: ImportedResource): number {
  let bytes = 0;
  for (const piece of jsonPieces()) bytes += piece.length;
  return bytes;
}

function tagOf(key: string): string {
  return toHex(domainHash("anamnesis/import-tag/1", utf8ToBytes(key))).slice(2);
}

/** A name for the time of a transaction, in the form of a UUID. */
function fullUrlOf(key: string): string {
  const hex = tagOf(key);
  return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-")}`;
}

function tagged(resource: JsonObject, key: string): JsonObject {
  const { meta } = resource;
  const given = meta !== undefined && isJsonObject(meta) ? meta : {};
  const tag = given["tag"] !== undefined && isJsonArray(given["tag"]) ? given["tag"] : [];
  const others = tag.filter((one) => !(isJsonObject(one) && one["system"] === IMPORT_SYSTEM));
  return {
    ...resource,
    meta: { ...given, tag: [...others, { system: IMPORT_SYSTEM, code: tagOf(key) }] },
  };
}

function entriesOf(bundle: JsonObject): readonly JsonObject[] {
  const { entry } = bundle;
  return entry !== undefined && isJsonArray(entry) ? entry.map((one) => (isJsonObject(one) ? one : {})) : [];
}

function responseOf(entry: JsonObject | undefined): { readonly status: string; readonly location: string } {
  const response = entry?.["response"];
  const { status, location } = response !== undefined && isJsonObject(response) ? response : {};
  if (typeof status !== "string" || typeof location !== "string") throw unexpectedAnswer();
  return { status, location };
}

function targetOf(location: string, type: string): string {
  const id = new RegExp(`(?:^|/)${type}/([A-Za-z0-9\\-.]{1,64})(?:/_history/[^/]+)?$`).exec(location)?.[1];
  if (id === undefined) throw unexpectedAnswer();
  return `${type}/${id}`;
}

function unexpectedAnswer(): AnamnesisError<"unexpected-answer"> {
  return new AnamnesisError({
    code: "unexpected-answer",
    rule: "The answer to a transaction says of each entry where it stands.",
    fix: "Check that --node is a node of this project, of the same version.",
  });
}
