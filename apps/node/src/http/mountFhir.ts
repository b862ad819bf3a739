import { toHex } from "@anamnesis/core/encoding/bytes";
import { fhirError } from "@anamnesis/fhir-server/errors/fhirError";
import type { FhirAnswer, FhirRequest } from "@anamnesis/fhir-server/rest/exchange";
import { FHIR_JSON, outcomeOf, outcomeText } from "@anamnesis/fhir-server/rest/outcome";
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import type { NodeContext } from "../context.ts";
import type { FhirEndpoint } from "../fhir/fhirEndpoint.ts";
import type { FhirRequester } from "../fhir/requester.ts";
import { challengeOf, unauthorised } from "../oauth/bearer.ts";
import { placeOf } from "../runtime/placeOf.ts";
import type { InSteps } from "./createSteps.ts";
import { problemOf } from "./problem.ts";
import type { UploadSlots } from "./uploadSlots.ts";

/** Largest body: a transaction of 5,000 entries. */
const MOST_BODY = 32 * 1024 * 1024;
/** Bodies larger than this are read a few at a time. */
const LARGE_BODY = 1024 * 1024;
const METHODS: HTTPMethods[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The FHIR server, and the steps at which its answers are known. */
export interface SteppedFhir {
  readonly endpoint: FhirEndpoint;
  readonly inSteps: InSteps;
}

export interface FhirGates extends SteppedFhir {
  readonly load: { working: number };
  readonly slots: UploadSlots;
  readonly context: Pick<NodeContext, "random" | "log">;
  /** What the framework refuses, in our words. */
  readonly translate: (error: unknown) => unknown;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set once a token was verified. */
    fhirRequester?: FhirRequester;
  }
}

/** Brings HTTP requests at `/fhir` to the endpoint: a token is asked for before a body is read, and whatever goes wrong is an OperationOutcome. */
export async function mountFhir(app: FastifyInstance, gates: FhirGates): Promise<void> {
  const { endpoint, inSteps, load, slots } = gates;
  await app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) =>
      refuseFhir(error, reply, gates.context, gates.translate),
    );
    const route = {
      method: METHODS,
      config: { name: "fhir" },
      bodyLimit: MOST_BODY,
      onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
        const open = endpoint.open({ method: request.method, path: addressOf(request).path });
        if (open !== null) return sendAnswer(reply, open);
        request.fhirRequester = await endpoint.admit(request.headers.authorization);
        if (isLarge(request)) {
          const release = slots.take(request.fhirRequester.client);
          reply.raw.once("close", release);
        }
        return undefined;
      },
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const { fhirRequester } = request;
        // The hook above lets nobody past without one.
        if (fhirRequester === undefined) throw unauthorised(null);
        load.working++;
        try {
          // How long it took would tell of what was come across and not shown.
          const answer = await inSteps(() =>
            endpoint.answer(fhirRequester, fhirRequestOf(request), request.ip),
          );
          return await sendAnswer(reply, answer);
        } finally {
          load.working--;
        }
      },
    };
    scope.route({ ...route, url: "/fhir" });
    scope.route({ ...route, url: "/fhir/*" });
  });
}

function isLarge({ raw }: FastifyRequest): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = raw.headers;
  return encoding !== undefined || Number(length ?? 0) > LARGE_BODY;
}

/** Path and query behind `/fhir`, decoded. Throws `fhir-malformed`. */
function addressOf({ raw }: FastifyRequest): Pick<FhirRequest, "path" | "query"> {
  const [path = "", query = ""] = (raw.url ?? "").split(/\?(.*)/s);
  try {
    return {
      path: decodeURIComponent(path.replace(/^\/fhir\/?/, "").replace(/\/$/, "")),
      query: [...new URLSearchParams(query)],
    };
  } catch {
    throw fhirError("fhir-malformed", "An address is percent-encoded UTF-8 (RFC 3986).", "Encode it.");
  }
}

function fhirRequestOf(request: FastifyRequest): FhirRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string") headers[name] = value;
  }
  const body = request.body instanceof Uint8Array ? new Uint8Array(request.body) : new Uint8Array();
  return { method: request.method, ...addressOf(request), headers, body };
}

function sendAnswer(reply: FastifyReply, { status, headers, body }: FhirAnswer): FastifyReply {
  reply.code(status).header("cache-control", "no-store").header("x-content-type-options", "nosniff");
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return reply.send(body ?? undefined);
}

/** IssueType (FHIR R4) of what is refused outside of the FHIR server itself. */
const ISSUES: Readonly<Record<number, string>> = {
  400: "structure",
  408: "timeout",
  413: "too-long",
  429: "throttled",
  503: "transient",
  507: "transient",
};

/** Answers what went wrong, of ours or of the framework, as an OperationOutcome. @param translate as in `FhirGates`. */
export function refuseFhir(
  error: unknown,
  reply: FastifyReply,
  { random, log }: Pick<FhirGates["context"], "random" | "log">,
  translate: FhirGates["translate"],
): FastifyReply {
  const known = outcomeOf(error);
  const challenge = challengeOf(error);
  if (challenge !== null) reply.header("www-authenticate", challenge);
  if (known !== null) return sendAnswer(reply, known);
  const incident = toHex(random.bytes(8));
  const problem = problemOf(translate(error), incident);
  if (problem.code === "internal") log.error("defect", { incident, route: "fhir", at: placeOf(error) });
  if (problem.status === 429 || problem.status === 503) {
    reply.header("retry-after", String(problem.meta["retryAfter"] ?? 1));
  }
  const told = problem.code === "internal" ? ` Incident ${incident}.` : "";
  const body = outcomeText([
    {
      severity: problem.status >= 500 ? "fatal" : "error",
      code: ISSUES[problem.status] ?? "exception",
      diagnostics: `${problem.title} ${problem.detail}${told}`,
    },
  ]);
  return sendAnswer(reply, { status: problem.status, headers: { "content-type": FHIR_JSON }, body });
}

/** Of a request whose address led to no route. */
export function isFhir(url: string | undefined): boolean {
  return url !== undefined && /^\/fhir(?:[/?]|$)/.test(url);
}
