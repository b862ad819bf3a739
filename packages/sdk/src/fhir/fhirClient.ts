import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { isJsonArray, isJsonObject, type JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { type FhirTokenParameters, requestFhirToken } from "../fhirToken.ts";

/** Seconds before its end from which a token is not used any more. */
const MARGIN = 60;
const FHIR_JSON = "application/fhir+json";

export interface FhirReply {
  readonly status: number;
  readonly json: JsonObject;
}

/** Requests to a node's FHIR server, with a token that is renewed when its time is over. */
export class FhirClient {
  readonly #parameters: FhirTokenParameters;
  readonly #base: string;
  #token: { readonly text: string; readonly until: number } | null = null;

  constructor(parameters: FhirTokenParameters) {
    this.#parameters = parameters;
    this.#base = `${parameters.node.replace(/\/$/, "")}/fhir`;
  }

  /**
   * Asks once, and once more with a new token where the present one is not taken. Throws `node-unreachable`, also for an answer of 500 and more, `fhir-token-refused`, `fhir-refused` for every
   * other answer that is not of 200 to 299 and not among `taken`.
   *
   * @param path behind the base and a slash; empty: the base itself.
   */
  async ask(
    method: "GET" | "POST",
    path: string,
    body: string | null = null,
    taken: readonly number[] = [],
  ): Promise<FhirReply> {
    let reply = await this.#send(method, path, body);
    if (reply.status === 401) {
      this.#token = null;
      reply = await this.#send(method, path, body);
    }
    const { status, json } = reply;
    if ((status >= 200 && status < 300) || taken.includes(status)) return reply;
    if (status >= 500 || status === 429) throw unreachable(status);
    throw refused(status, json);
  }

  async #send(method: string, path: string, body: string | null): Promise<FhirReply> {
    const { runtime } = this.#parameters;
    const authorization = `Bearer ${await this.#valid()}`;
    const headers = { authorization, accept: FHIR_JSON, "content-type": FHIR_JSON };
    const url = path === "" ? this.#base : `${this.#base}/${path}`;
    try {
      const answer = await runtime.fetch(url, {
        method,
        headers,
        ...(body === null ? {} : { body: utf8ToBytes(body) }),
      });
      const json = parsed(new Uint8Array(await answer.arrayBuffer()));
      return { status: answer.status, json };
    } catch {
      throw unreachable(null);
    }
  }

  async #valid(): Promise<string> {
    const { now } = this.#parameters.runtime;
    if (this.#token !== null && this.#token.until > now()) return this.#token.text;
    const { token, expiresIn } = await requestFhirToken(this.#parameters);
    this.#token = { text: token, until: now() + expiresIn - MARGIN };
    return token;
  }
}

function parsed(bytes: Uint8Array): JsonObject {
  if (bytes.length === 0) return {};
  try {
    const value = parseJson(bytes);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function unreachable(status: number | null): AnamnesisError<"node-unreachable"> {
  return new AnamnesisError({
    code: "node-unreachable",
    rule: "The node must be running and answer in time.",
    fix: "Check the node and run the same command again: it goes on where it ended.",
    meta: { retryable: true, ...(status === null ? {} : { status }) },
  });
}

/** What an OperationOutcome says of the place and the rule; never a value. */
function refused(status: number, outcome: JsonObject): AnamnesisError<"fhir-refused"> {
  const { issue } = outcome;
  const [first] = issue !== undefined && isJsonArray(issue) ? issue : [];
  const { code, expression } = first !== undefined && isJsonObject(first) ? first : {};
  const [path] = expression !== undefined && isJsonArray(expression) ? expression : [];
  return new AnamnesisError({
    code: "fhir-refused",
    rule: "The FHIR server takes valid R4 from clients whose role and scopes permit it.",
    fix: "See status and place; check the client's registration at the node (fhir.clients), or correct what is written.",
    meta: {
      status,
      issue: typeof code === "string" && /^[a-z-]{1,40}$/.test(code) ? code : "not told",
      path: typeof path === "string" && /^[A-Za-z0-9_.[\]]{1,200}$/.test(path) ? path : "not told",
    },
  });
}
