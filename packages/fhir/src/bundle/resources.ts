import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { domainHash, domainHashOfPieces } from "@anamnesis/core/encoding/hash";
import { attributesOf, type ClinicalAttributes } from "../attributes.ts";
import { writeCanonicalJson, writeJson, writeJsonPieces } from "../json/writeJson.ts";
import { patientReferenceOf } from "../patientReference.ts";
import { FHIR_ID, valuesAt } from "../resource.ts";
import { identityKeyOfQuery, identityKeysOf, type Identities } from "./identities.ts";
import { linkKey, type Bundle, type BundleEntry, type ExactResource } from "./parseBundle.ts";
import { rewriteLinks } from "./references.ts";

export interface ImportOptions {
  /** Where the bundle comes from, as the importer names it (an address of the source system): part of every source key. */
  readonly system: string;
  readonly identities: Identities;
}

/** One resource of a bundle, ready to be sealed. */
export interface ImportedResource {
  readonly resourceType: string;
  readonly id: string;
  /** `system|Type/id`: with `versionKey` it tells a repeated import from news. */
  readonly sourceKey: string;
  /**
   * `version:` and `meta.versionId` of the source, else `sha256:` and the hexadecimal SHA-256 (domain `anamnesis/resource-version/1`) of the canonical content, the same
   * for every order of names and all white space.
   */
  readonly versionKey: string;
  /** As it was read, with id and references as they are kept: numbers are `JsonNumber`. */
  readonly resource: ExactResource;
  /** JSON in UTF-8: what is sealed. Written anew at each call, so that a bundle of large documents is not in memory twice. */
  readonly json: () => Uint8Array;
  /** `json` in pieces. */
  readonly jsonPieces: () => Iterable<Uint8Array>;
  /** `Patient/id` when the resource names its patient, else `null`. */
  readonly patient: string | null;
  readonly attributes: ClinicalAttributes;
}

/**
 * The bundle's resources, one record each, in their order; exact repetitions are left out. Nothing of a resource
 * changes but its references (`urn:uuid:…` and addresses of the bundle's own entries become `Type/id`) and its id where
 * it had none or is known under another one.
 *
 * Ids, the first that applies: the one that `identities` knows for an identifier; the resource's own; the UUID, OID or last part
 * of its fullUrl; a UUID (version 8, RFC 9562 5.8) from SHA-256 over system and content.
 */
export function resourcesOf(
  bundle: Bundle,
  { system, identities }: ImportOptions,
): readonly ImportedResource[] {
  const shared = sharedKeys(bundle);
  const ids = bundle.entries.map((entry) => {
    const keys = identityKeysOf(entry.resource).filter((key) => !shared.has(key));
    return decideId(entry, keys, system, identities);
  });
  const targets = targetsOf(bundle, ids);
  const rewrite = (kind: "reference" | "url", target: string): string | null => {
    if (kind === "url" && !target.startsWith("urn:")) return null;
    const query = identityKeyOfQuery(target);
    if (query !== null) {
      const id = identities.lookup(query);
      return id === null ? null : `${query.slice(0, query.indexOf("|"))}/${id}`;
    }
    const found = targets.get(linkKey(target));
    if (found !== undefined) return found;
    // A versioned reference to a resource of the bundle keeps its version.
    const history = target.indexOf("/_history/");
    const base = history < 0 ? undefined : targets.get(target.slice(0, history));
    return base === undefined ? null : base + target.slice(history);
  };
  const seen = new Set<string>();
  const out: ImportedResource[] = [];
  bundle.entries.forEach(({ resource: given }, i) => {
    const linked = rewriteLinks(given, rewrite) as ExactResource;
    const id = ids[i] ?? uuidOf("content", system, writeCanonicalJson(linked));
    const resource = withId(linked, id);
    const sourceKey = `${system}|${resource.resourceType}/${id}`;
    const versionKey = versionKeyOf(resource, given["id"] === id);
    const key = `${sourceKey} ${versionKey}`;
    if (seen.has(key)) return;
    seen.add(key);
    out.push({
      resourceType: resource.resourceType,
      id,
      sourceKey,
      versionKey,
      resource,
      json: () => utf8ToBytes(writeJson(resource)),
      jsonPieces: () => utf8Pieces(writeJsonPieces(resource)),
      patient: patientReferenceOf(resource, id),
      attributes: attributesOf(resource),
    });
  });
  return out;
}

/** `null`: only the content can tell, and it is complete once references are rewritten. Nothing can refer to such an entry. */
function decideId(
  { fullUrl, resource }: BundleEntry,
  keys: readonly string[],
  system: string,
  identities: Identities,
): string | null {
  const own = resource["id"];
  for (const key of keys) {
    const known = identities.lookup(key);
    if (known === null) continue;
    rememberAll(keys, known, identities);
    return known;
  }
  const id =
    typeof own === "string"
      ? own
      : (idOfFullUrl(fullUrl, system) ??
        (keys[0] === undefined ? null : uuidOf("identifier", system, keys[0])));
  if (id !== null) rememberAll(keys, id, identities);
  return id;
}

/**
 * Identifiers that two different resources of one bundle carry, such as a placeholder where a licence number was unknown. They
 * identify nobody, and to merge two practitioners is worse than to keep one twice.
 */
function sharedKeys(bundle: Bundle): ReadonlySet<string> {
  const holders = new Map<string, unknown>();
  const shared = new Set<string>();
  bundle.entries.forEach(({ fullUrl, resource }, i) => {
    const holder = resource["id"] ?? fullUrl ?? i;
    for (const key of identityKeysOf(resource)) {
      if (holders.has(key) && holders.get(key) !== holder) shared.add(key);
      holders.set(key, holder);
    }
  });
  return shared;
}

function rememberAll(keys: readonly string[], id: string, identities: Identities): void {
  for (const key of keys) if (identities.lookup(key) === null) identities.remember(key, id);
}

function idOfFullUrl(fullUrl: string | null, system: string): string | null {
  if (fullUrl === null) return null;
  const last = /^urn:(?:uuid|oid):(.+)$/.exec(fullUrl)?.[1] ?? /\/([^/?#]+)$/.exec(fullUrl)?.[1];
  return last !== undefined && FHIR_ID.test(last) ? last : uuidOf("full-url", system, fullUrl);
}

/** Everything by which a reference can mean an entry of this bundle, and the `Type/id` that it becomes. */
function targetsOf(bundle: Bundle, ids: readonly (string | null)[]): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  bundle.entries.forEach(({ fullUrl, resource }, i) => {
    const id = ids[i];
    if (id === null || id === undefined) return;
    const target = `${resource.resourceType}/${id}`;
    if (fullUrl !== null) targets.set(fullUrl, target);
    const own = resource["id"];
    if (typeof own === "string" && own !== id) targets.set(`${resource.resourceType}/${own}`, target);
  });
  return targets;
}

/** A UUID of version 8 from SHA-256 over what it stands for, the source system and a value. */
function uuidOf(what: string, system: string, value: string): string {
  const systemDigest = domainHash("anamnesis/source-system/1", utf8ToBytes(system));
  const hash = domainHash(`anamnesis/resource-id/1/${what}`, systemDigest, utf8ToBytes(value)).slice(0, 16);
  hash[6] = ((hash[6] as number) & 0x0f) | 0x80;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function withId(resource: ExactResource, id: string): ExactResource {
  if (resource["id"] === id) return resource;
  const { resourceType, id: _replaced, ...rest } = resource;
  return { resourceType, id, ...rest };
}

/** A source's version number counts only under the source's own id: two of its resources that are one here have two countings. */
function versionKeyOf(resource: ExactResource, ownId: boolean): string {
  const version = valuesAt(resource, "meta.versionId")[0];
  if (ownId && typeof version === "string") return `version:${version}`;
  const canonical = utf8Pieces(writeJsonPieces(resource, "canonical"));
  return `sha256:${toHex(domainHashOfPieces("anamnesis/resource-version/1", canonical)).slice(2)}`;
}

function* utf8Pieces(texts: Iterable<string>): Generator<Uint8Array> {
  for (const text of texts) yield utf8ToBytes(text);
}
