import type { Queryable } from "@anamnesis/core/ports/database";
import type { Access } from "../access/access.ts";
import { isResourceType } from "../definitions/resourceTypes.ts";
import { fhirError, notFound } from "../errors/fhirError.ts";
import type { Link } from "../resource/links.ts";
import { preference, writtenAnswer } from "./answers.ts";
import { bundle } from "./batch.ts";
import { jsonBody, requireCharacters, resourceBody } from "./body.ts";
import { capabilities } from "./capabilities.ts";
import { everything } from "./everything.ts";
import type { Exchange, FhirAnswer, FhirRequest, FhirWorld } from "./exchange.ts";
import { history } from "./history.ts";
import { FHIR_JSON, outcomeOf } from "./outcome.ts";
import { jsonPatchOf } from "./patchBody.ts";
import type { LoadedPackage } from "../validate/packages.ts";
import { read, vread } from "./read.ts";
import { findOne, search } from "./search.ts";
import { validate } from "./validate.ts";
import { create, patch, remove, update, type Written } from "./write.ts";

const PATCH_TYPES = new Set(["application/json-patch+json"]);
const FORM_TYPE = "application/x-www-form-urlencoded";
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

export interface ServerFacts {
  readonly version: string;
  /** Instant of the CapabilityStatement. */
  readonly since: string;
  /** Profiles that the server knows besides R4's; none by default. */
  readonly packages?: readonly LoadedPackage[];
}

/**
 * Answers one request to `/fhir` for somebody with this access. Whatever the server refuses is an OperationOutcome; anything else that is thrown is a defect or the database's, for the
 * caller to answer.
 */
export async function handle(
  world: FhirWorld,
  facts: ServerFacts,
  access: Access,
  request: FhirRequest,
): Promise<FhirAnswer> {
  const { packages = [] } = facts;
  const exchange: Exchange = { ...world, access, packages, reader: world.db, at: world.now() };
  try {
    return await route(exchange, facts, request);
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === null) throw error;
    return outcome;
  }
}

async function route(exchange: Exchange, facts: ServerFacts, request: FhirRequest): Promise<FhirAnswer> {
  requireJson(request);
  requireCharacters([request.path, ...request.query.flat()]);
  const parts = request.path === "" ? [] : request.path.split("/");
  const [first = "", second, third, ...more] = parts;
  if (more.length > 1 || (more.length === 1 && third !== "_history")) throw noSuchRoute();
  if (parts.length === 0) {
    requireMethod(request, "POST");
    return bundle(exchange, request, jsonBody(request), (inside, entry) => route(inside, facts, entry));
  }
  if (first === "metadata") {
    requireMethod(request, "GET");
    return {
      status: 200,
      headers: { "content-type": FHIR_JSON },
      body: capabilities(exchange.base, facts),
    };
  }
  if (first === "_history" && second === undefined) {
    requireMethod(request, "GET");
    return history(exchange, request.query, { type: null, id: null });
  }
  if (!isResourceType(first)) throw noSuchRoute();
  if (second === undefined) return onType(exchange, request, first);
  if (second === "_search" && third === undefined) {
    requireMethod(request, "POST");
    return search(exchange, request, first, [...request.query, ...formOf(request)]);
  }
  if (second === "_history" && third === undefined) {
    requireMethod(request, "GET");
    return history(exchange, request.query, { type: first, id: null });
  }
  if (second === "$validate" && third === undefined) {
    requireMethod(request, "POST");
    return validate(exchange.packages, request.query, first, jsonBody(request));
  }
  // Who asks for what cannot be an id is told what everybody is told of what is not there.
  if (!ID.test(second)) throw notFound();
  const link: Link = { type: first, id: second };
  if (third === undefined) return onInstance(exchange, request, link);
  return below(exchange, request, link, third, more[0]);
}

function below(
  exchange: Exchange,
  request: FhirRequest,
  link: Link,
  third: string,
  version: string | undefined,
): Promise<FhirAnswer> | FhirAnswer {
  if (third === "_history") {
    requireMethod(request, "GET");
    return version === undefined ? history(exchange, request.query, link) : vread(exchange, link, version);
  }
  if (third === "$validate") {
    requireMethod(request, "POST");
    return validate(exchange.packages, request.query, link.type, jsonBody(request));
  }
  if (third === "$everything" && link.type === "Patient") {
    requireMethod(request, "GET");
    return everything(exchange, request.query, link.id);
  }
  if (isResourceType(third)) {
    requireMethod(request, "GET");
    return search(exchange, request, third, request.query, link);
  }
  throw noSuchRoute();
}

async function onType(exchange: Exchange, request: FhirRequest, type: string): Promise<FhirAnswer> {
  const { method, query, headers } = request;
  switch (method) {
    case "GET":
      return search(exchange, request, type, query);
    case "POST": {
      const given = resourceBody(request, type);
      const condition = headers["if-none-exist"];
      return writing(exchange, request, async (inside, tx) => {
        const found =
          condition === undefined ? null : await findOne(inside, type, [...new URLSearchParams(condition)]);
        return found === null ? create(inside, tx, type, given) : found;
      });
    }
    case "PUT": {
      const given = resourceBody(request, type);
      return writing(exchange, request, async (inside, tx) => {
        const found = await findOne(inside, type, query);
        if (found === null) return create(inside, tx, type, given);
        return update(inside, tx, found, given, { ifMatch: headers["if-match"] ?? null });
      });
    }
    case "PATCH": {
      const change = jsonPatchOf(jsonBody(request, PATCH_TYPES));
      return writing(exchange, request, async (inside, tx) => {
        const found = await findOne(inside, type, query);
        if (found === null) throw notFound();
        return patch(inside, tx, found, change, { ifMatch: headers["if-match"] ?? null });
      });
    }
    case "DELETE":
      return exchange.write(async (tx) => {
        const inside = { ...exchange, reader: tx };
        const found = await findOne(inside, type, query);
        if (found !== null) await remove(inside, tx, found, headers["if-match"] ?? null);
        return { status: 204, headers: {}, body: null };
      });
    default:
      throw wrongMethod();
  }
}

async function onInstance(exchange: Exchange, request: FhirRequest, link: Link): Promise<FhirAnswer> {
  const { method, headers } = request;
  const ifMatch = headers["if-match"] ?? null;
  switch (method) {
    case "GET":
      return read(exchange, request, link);
    case "PUT": {
      const given = resourceBody(request, link.type);
      if (given["id"] !== link.id) {
        throw fhirError(
          "fhir-malformed",
          "The resource's id is the one in the address.",
          "Correct one of them.",
        );
      }
      return writing(exchange, request, (inside, tx) => update(inside, tx, link, given, { ifMatch }));
    }
    case "PATCH": {
      const change = jsonPatchOf(jsonBody(request, PATCH_TYPES));
      return writing(exchange, request, (inside, tx) => patch(inside, tx, link, change, { ifMatch }));
    }
    case "DELETE":
      return exchange.write(async (tx) => {
        await remove({ ...exchange, reader: tx }, tx, link, ifMatch);
        return { status: 204, headers: {}, body: null };
      });
    default:
      throw wrongMethod();
  }
}

/** One write in its transaction, and the answer in the form that the writer prefers. What a condition found is answered as it stands. */
async function writing(
  exchange: Exchange,
  request: FhirRequest,
  work: (inside: Exchange, tx: Queryable) => Promise<Written | Link>,
): Promise<FhirAnswer> {
  const written = await exchange.write((tx) => work({ ...exchange, reader: tx }, tx));
  if ("version" in written) return writtenAnswer(request, exchange.base, written);
  const found = await read(exchange, { headers: {} }, written, "s");
  const location = `${exchange.base}/${written.type}/${written.id}`;
  const body = preference(request, "return") === "minimal" ? null : found.body;
  return { ...found, headers: { ...found.headers, location }, body };
}

/** JSON alone: a client that wants XML gets to know, instead of something that it cannot read. */
function requireJson({ headers, query }: FhirRequest): void {
  const format = query.find(([name]) => name === "_format")?.[1];
  const accept = format ?? headers["accept"] ?? "*/*";
  const isJson = accept.split(",").some((one) => {
    const [type = ""] = one.split(";");
    return /^(\*\/\*|application\/\*|(application\/)?(fhir\+)?json|text\/json|text\/\*)$/i.test(type.trim());
  });
  if (isJson) return;
  throw fhirError("fhir-not-acceptable", "This server writes application/fhir+json.", "Accept it.");
}

function formOf(request: FhirRequest): readonly (readonly [string, string])[] {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  if (request.body.length === 0) return [];
  if (type.trim().toLowerCase() !== FORM_TYPE) {
    throw fhirError(
      "fhir-media-type",
      `A search by POST has a body of ${FORM_TYPE}.`,
      "Send the parameters in that form.",
    );
  }
  return [...new URLSearchParams(new TextDecoder().decode(request.body))];
}

function requireMethod({ method }: FhirRequest, wanted: string): void {
  if (method !== wanted) throw wrongMethod();
}

function wrongMethod(): ReturnType<typeof fhirError<"fhir-method">> {
  return fhirError(
    "fhir-method",
    "A route has the methods of FHIR R4's interactions.",
    "See /fhir/metadata.",
  );
}

function noSuchRoute(): ReturnType<typeof fhirError<"fhir-no-such-route">> {
  return fhirError(
    "fhir-no-such-route",
    "A route is one of FHIR R4's interactions that this server has.",
    "See /fhir/metadata.",
  );
}
