import type { Queryable } from "@anamnesis/core/ports/database";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import { rewriteLinks } from "@anamnesis/fhir/bundle/references";
import { encountersOf } from "@anamnesis/fhir/labelling/encountersOf";
import { mayWrite } from "../access/mayRead.ts";
import { outOfScope, requireScope } from "../access/scopes.ts";
import { isResourceType } from "../definitions/resourceTypes.ts";
import { fhirError, forbidden, notFound } from "../errors/fhirError.ts";
import { attributesForOwn } from "../resource/attributesFor.ts";
import { type Link, linksOf, linkText } from "../resource/links.ts";
import { etagOf, stamped } from "../resource/meta.ts";
import { withoutSegmentTag, withSegmentTag } from "../resource/segmentTag.ts";
import { unsignedConsent } from "../resource/unsignedConsent.ts";
import { lockCurrent, type Standing, visibleLinks } from "../store/readVersion.ts";
import type { NewVersion, WriteMethod } from "../store/version.ts";
import { keepVersions } from "./keepVersions.ts";
import { requireValid } from "./requireValid.ts";
import type { Exchange } from "./exchange.ts";

/** A version that was written, or found unchanged. In a transaction its label may change until the whole is kept. */
export interface Written {
  readonly status: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly text: string;
}

/** What a transaction holds besides the database: ids that its other entries are about to get. */
export interface Beside {
  readonly links: ReadonlySet<string>;
  /** Takes versions that the caller keeps, all at once, before its transaction ends; `null`: each is kept at once. */
  readonly later: NewVersion[] | null;
}

const ALONE: Beside = { links: new Set(), later: null };

/** Keeps a new resource under a random id. Throws `fhir-invalid`, `fhir-dangling`, `fhir-forbidden`. */
export async function create(
  exchange: Exchange,
  tx: Queryable,
  type: string,
  given: JsonObject,
  { id = exchange.newId(), beside = ALONE }: { readonly id?: string; readonly beside?: Beside } = {},
): Promise<Written> {
  requireScope(exchange.access, "c", type);
  return keep(exchange, tx, { type, id }, given, null, "POST", beside);
}

/**
 * Keeps a new version of a resource. It is not created by that: an id that a client could choose would tell it which ids are taken. The same content again
 * makes no version.
 *
 * Throws `fhir-not-found` for what is not there to be read, `fhir-version` when `ifMatch` names another version, and what `create` does.
 */
export async function update(
  exchange: Exchange,
  tx: Queryable,
  link: Link,
  given: JsonObject,
  {
    ifMatch = null,
    method = "PUT",
    beside = ALONE,
  }: {
    readonly ifMatch?: string | null;
    readonly method?: WriteMethod;
    readonly beside?: Beside;
  } = {},
): Promise<Written> {
  const standing = await requireStanding(exchange, tx, link, ifMatch);
  return keep(exchange, tx, link, given, standing, method, beside);
}

/**
 * Changes a resource by what `change` makes of its present version. The answer shows that version, and a patch can test it: so a token has a scope for reading it, too. Throws what `update` does, and
 * `fhir-gone`.
 */
export async function patch(
  exchange: Exchange,
  tx: Queryable,
  link: Link,
  change: (present: JsonObject) => JsonObject,
  { ifMatch = null, beside = ALONE }: { readonly ifMatch?: string | null; readonly beside?: Beside } = {},
): Promise<Written> {
  const standing = await requireStanding(exchange, tx, link, ifMatch);
  if ((await visibleLinks(tx, exchange.access, [link])).size === 0 && !standing.deleted) throw outOfScope();
  if (standing.content === null) {
    throw fhirError("fhir-gone", "What is patched was not deleted.", "Create it anew.");
  }
  const next = change(parseJson(standing.content) as JsonObject);
  if (next["resourceType"] !== link.type || next["id"] !== link.id) {
    throw fhirError(
      "fhir-invalid",
      "A patch leaves type and id as they are.",
      "Leave them out of the patch.",
    );
  }
  return keep(exchange, tx, link, next, standing, "PATCH", beside);
}

/**
 * Deletes: the versions stay in the history. What is not there, or not for this writer, is as good as deleted: the answer is the same.
 * Throws `fhir-version`, `fhir-forbidden`.
 */
export async function remove(
  exchange: Exchange,
  tx: Queryable,
  link: Link,
  ifMatch: string | null = null,
): Promise<number | null> {
  requireScope(exchange.access, "d", link.type);
  const standing = await lockCurrent(tx, exchange.access, link, "d");
  if (standing === null || standing.deleted) return null;
  requireVersion(standing, ifMatch);
  if (!mayWrite(exchange.access, standing.attributes)) throw forbidden();
  if (!standing.inScope) throw outOfScope();
  const version = standing.version + 1;
  const { type, id } = link;
  const { attributes } = standing;
  await keepVersions(exchange, tx, [
    { type, id, version, updated: exchange.at, method: "DELETE", attributes, resource: null },
  ]);
  return version;
}

async function requireStanding(
  { access }: Exchange,
  tx: Queryable,
  link: Link,
  ifMatch: string | null,
): Promise<Standing> {
  requireScope(access, "u", link.type);
  const standing = await lockCurrent(tx, access, link, "u");
  if (standing === null) throw notFound();
  requireVersion(standing, ifMatch);
  if (!mayWrite(access, standing.attributes)) throw forbidden();
  if (!standing.inScope) throw outOfScope();
  return standing;
}

function requireVersion({ version }: Standing, ifMatch: string | null): void {
  if (ifMatch === null || ifMatch === "*") return;
  if (ifMatch.split(",").some((one) => one.trim() === etagOf(version))) return;
  throw fhirError(
    "fhir-version",
    "A write under `If-Match` is for the version that it names.",
    "Read the resource again and write for its present version.",
  );
}

async function keep(
  exchange: Exchange,
  tx: Queryable,
  { type, id }: Link,
  given: JsonObject,
  standing: Standing | null,
  method: WriteMethod,
  beside: Beside,
): Promise<Written> {
  const version = (standing?.version ?? 0) + 1;
  const local = unsignedConsent(type, withoutSegmentTag(withoutBase(given, exchange.base)));
  const attributes = attributesForOwn(type, local);
  const resource = stamped(withSegmentTag(local, attributes.kind), type, id, version, exchange.at);
  if (!mayWrite(exchange.access, attributes)) throw forbidden();
  requireValid(resource, exchange.packages);
  await requireLinks(exchange, tx, resource, new Set([...beside.links, linkText({ type, id })]));
  if (standing !== null && standing.content !== null && isSame(standing, local, type, id)) {
    const { version: present, updated, content } = standing;
    return { status: 200, type, id, version: present, updated, text: content ?? "" };
  }
  const context = {
    kind: attributes.kind,
    encounters: encountersOf({ ...local, resourceType: type }, id),
  };
  const next: NewVersion = { type, id, version, updated: exchange.at, method, attributes, context, resource };
  const written = { status: standing === null ? 201 : 200, type, id, version, updated: exchange.at };
  if (beside.later !== null) {
    beside.later.push(next);
    return { ...written, text: writeJson(resource) };
  }
  const kept = await keepVersions(exchange, tx, [next]);
  return { ...written, text: writeJson(kept.get(linkText(next))?.resource ?? resource) };
}

/** Of the same content the label is the same too: nothing else changes in which Encounters it is. */
function isSame(
  { content, version, updated, attributes }: Standing,
  local: JsonObject,
  type: string,
  id: string,
): boolean {
  const next = withSegmentTag(local, attributes.kind);
  return content === writeJson(stamped(next, type, id, version, updated));
}

/** References to this server are kept as `Type/id`, so that its address may change. */
function withoutBase(resource: JsonObject, base: string): JsonObject {
  const own = `${base}/`;
  return rewriteLinks(resource, (kind, target) =>
    kind === "reference" && target.startsWith(own) ? target.slice(own.length) : null,
  ) as JsonObject;
}

/** Nothing refers to what is not there, or not there for its writer: the two must not differ. */
async function requireLinks(
  { access }: Exchange,
  tx: Queryable,
  resource: JsonObject,
  known: ReadonlySet<string>,
): Promise<void> {
  const links = linksOf(resource).filter((link) => !known.has(linkText(link)));
  if (links.length === 0) return;
  const there = await visibleLinks(
    tx,
    access,
    links.filter(({ type }) => isResourceType(type)),
  );
  if (links.every((link) => there.has(linkText(link)))) return;
  throw fhirError(
    "fhir-dangling",
    "A relative reference leads to a resource of this server that its writer may read.",
    "Create what it refers to first, or send both in one transaction.",
  );
}
