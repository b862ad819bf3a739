import { randomUUID } from "node:crypto";
import type { Access } from "@anamnesis/fhir-server/access/access";
import { handle } from "@anamnesis/fhir-server/rest/handle";
import type { FhirAnswer, FhirWorld } from "@anamnesis/fhir-server/rest/exchange";
import { expect } from "vitest";
import type { Database } from "@anamnesis/core/ports/database";

export const BASE = "https://node.test/fhir";

/** May do everything with what the organisation wrote. */
export const FULL: Access = {
  readOwn: [{ types: "*", kinds: "*" }],
  readReceived: [],
  write: [{ types: "*", kinds: "*" }],
};

export interface Answered extends FhirAnswer {
  /** The body, parsed. */
  readonly json: FhirJson;
}

/** A body as tests look at it. */
export interface FhirJson {
  readonly [name: string]: unknown;
  readonly resourceType?: string;
  readonly id: string;
  readonly total?: number;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
  readonly entry?: readonly {
    readonly fullUrl: string;
    readonly resource: FhirJson;
    readonly search: { readonly mode: string };
    readonly response: { readonly status: string; readonly location: string; readonly outcome: FhirJson };
  }[];
  readonly issue: readonly { readonly code: string; readonly severity: string }[];
  readonly link: readonly { readonly relation: string; readonly url: string }[];
}

/** A FHIR server on a database, with a clock that moves by a second at each request, for one requester at a time. */
export class TestFhir {
  readonly #db: Database;
  readonly #access: Access;
  readonly #clock: { now: number };
  readonly #kept: FhirWorld["kept"];

  constructor(
    db: Database,
    access: Access = FULL,
    clock = { now: Date.UTC(2026, 0, 1) },
    kept?: FhirWorld["kept"],
  ) {
    this.#db = db;
    this.#access = access;
    this.#clock = clock;
    this.#kept = kept;
  }

  /** The same server, asked by somebody else. */
  as(access: Access): TestFhir {
    return new TestFhir(this.#db, access, this.#clock, this.#kept);
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.send("GET", url, null, headers);
  }

  post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.send("POST", url, body, headers);
  }

  put(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.send("PUT", url, body, headers);
  }

  delete(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.send("DELETE", url, null, headers);
  }

  patch(url: string, operations: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.send("PATCH", url, operations, { "content-type": "application/json-patch+json", ...headers });
  }

  /** Ids of the matches of a search, in their order. */
  async ids(url: string): Promise<readonly string[]> {
    const { json, status } = await this.get(url);
    if (status !== 200) return [`status ${status}`];
    return (json.entry ?? [])
      .filter(({ search }) => search.mode === "match")
      .map(({ resource }) => resource.id);
  }

  /** Creates a resource and gives its id. */
  async make(resource: { readonly resourceType: string; readonly [name: string]: unknown }): Promise<string> {
    const { status, json } = await this.post(resource.resourceType, resource);
    expect({ status, issue: json.issue }).toEqual({ status: 201, issue: undefined });
    return json.id;
  }

  async send(
    method: string,
    url: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const [path = "", query = ""] = url.replace(`${BASE}/`, "").split(/\?(.*)/s);
    const answer = await handle(
      {
        db: this.#db,
        write: (work) => this.#db.transaction(work),
        now: () => (this.#clock.now += 1000),
        newId: randomUUID,
        ...(this.#kept === undefined ? {} : { kept: this.#kept }),
        base: BASE,
      },
      { version: "0", since: "2026-01-01" },
      this.#access,
      {
        method,
        path: decodeURIComponent(path),
        query: [...new URLSearchParams(query)],
        headers: { "content-type": "application/fhir+json", ...headers },
        body:
          body === null
            ? new Uint8Array()
            : new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
      },
    );
    return { ...answer, json: (answer.body === null ? {} : JSON.parse(answer.body)) as FhirJson };
  }
}
