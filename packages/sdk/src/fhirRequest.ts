import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Runtime } from "./runtime.ts";

/** A node's FHIR server, with a token that it gave. */
export interface FhirConnection {
  readonly runtime: Pick<Runtime, "fetch">;
  /** The node's address; its FHIR server is at `/fhir` of it. */
  readonly node: string;
  readonly token: string;
}

export interface FhirResource {
  readonly resourceType: string;
  readonly [element: string]: unknown;
}

/**
 * One request to a FHIR server and the resource that it answers. Throws `node-unreachable`, and `fhir-refused` with `meta.status`, the issue's code and its place, both of R4's own words.
 * @param path behind `/fhir/`, or a whole address below it, as a Bundle's link names it.
 */
export async function fhirRequest(
  { runtime, node, token }: FhirConnection,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<FhirResource> {
  const base = `${node.replace(/\/$/, "")}/fhir/`;
  // A token goes to the server that gave it and nowhere else.
  const url = `${base}${path.startsWith(base) ? path.slice(base.length) : path}`;
  const headers = { authorization: `Bearer ${token}`, accept: "application/fhir+json" };
  const init =
    body === undefined
      ? { method, headers }
      : {
          method,
          headers: { ...headers, "content-type": "application/fhir+json" },
          body: utf8ToBytes(JSON.stringify(body)),
        };
  const answer = await runtime.fetch(url, init).catch(() => {
    throw new AnamnesisError({
      code: "node-unreachable",
      rule: "The node must be running and answer in time.",
      fix: "Check the node's address and try again.",
      meta: { retryable: true },
    });
  });
  const json = parsed(new Uint8Array(await answer.arrayBuffer()));
  if (answer.status < 300 && json !== null) return json;
  throw refused(answer.status, json);
}

function parsed(bytes: Uint8Array): FhirResource | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && "resourceType" in value
      ? (value as FhirResource)
      : null;
  } catch {
    return null;
  }
}

/** Of what a server says only codes and places go into an error: they are R4's, and nobody's data. */
function refused(status: number, outcome: FhirResource | null): AnamnesisError<"fhir-refused"> {
  const issues = outcome?.["issue"];
  const first: unknown = Array.isArray(issues) ? issues[0] : null;
  const issue = (typeof first === "object" && first !== null ? first : {}) as Readonly<
    Record<string, unknown>
  >;
  const { code, expression } = issue;
  const place: unknown = Array.isArray(expression) ? expression[0] : null;
  const isWord = (value: unknown): value is string =>
    typeof value === "string" && /^[A-Za-z0-9[\].-]{1,200}$/.test(value);
  return new AnamnesisError({
    code: "fhir-refused",
    rule: "A FHIR server answers whoever has a token for what it asks, with resources that are valid.",
    fix: "Look at the issue and its place; log in again when the token is over.",
    meta: { status, ...(isWord(code) ? { issue: code } : {}), ...(isWord(place) ? { place } : {}) },
  });
}
