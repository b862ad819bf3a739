import { randomUUID } from "node:crypto";
import { PURPOSES, type Purpose } from "@anamnesis/core/consent/terms";
import { fhirError } from "@anamnesis/fhir-server/errors/fhirError";
import { createServer } from "../../http/server.ts";
import { startLedger } from "../../indexer/testing/ledgerFixture.ts";
import { testNode } from "../../indexer/testing/testNode.ts";
import { databaseFailed } from "../../database/databaseError.ts";
import type { Durable } from "../../runtime/durable.ts";
import { testSteps } from "./testSteps.ts";
import { systemTimers } from "../../runtime/systemTimers.ts";
import type { WritePoint } from "../../runtime/writePoints.ts";
import { createFhirEndpoint, type FhirTokens } from "../fhirEndpoint.ts";
import { parsePolicy } from "../policy/parsePolicy.ts";
import type { FhirRequester } from "../requester.ts";
import type { FhirJson } from "./testFhir.ts";

const POLICY = parsePolicy({
  practitioner: {
    purposes: ["TREAT"],
    read: [{ types: "*", kinds: ["general"] }],
    write: [{ types: "*", kinds: "*" }],
  },
  clerk: { purposes: ["HOPERAT"], read: [{ types: ["Patient"], kinds: "*" }], write: [] },
  auditor: { purposes: ["HOPERAT"], read: [{ types: ["AuditEvent"], kinds: "*" }], write: [] },
});

/** `Bearer role.purpose` stands for a token of that role. */
const TOKENS = {
  requesterOf: (authorization: string | undefined): Promise<FhirRequester> => {
    const [, role = "", purpose = ""] = /^Bearer (\w+)\.(\w+)$/.exec(authorization ?? "") ?? [];
    if (!PURPOSES.includes(purpose as Purpose)) {
      return Promise.reject(fhirError("fhir-unauthorised", "A request has a token.", "Get one."));
    }
    return Promise.resolve({
      client: "test",
      actor: null,
      patient: null,
      role,
      purpose: purpose as Purpose,
      purposes: [purpose as Purpose],
      scopes: ["system/*.cruds"],
    });
  },
};

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly json: FhirJson;
}

/** A node's FHIR server behind HTTP, with tokens that say themselves what they are for. */
export interface TestEndpoint {
  /** `http://127.0.0.1:port/fhir`. */
  readonly url: string;
  /** @param as `role.purpose`; `null`: without a token. */
  send(as: string | null, method: string, path: string, body?: unknown): Promise<Sent>;
  close(): Promise<void>;
}

/**
 * Its clock moves by a second whenever it is asked.
 *
 * @param failing a write point at which nothing is written.
 * @param tokens who a token stands for; by default it says so itself.
 */
export async function startTestEndpoint(
  failing: () => WritePoint | null = () => null,
  tokens: FhirTokens = TOKENS,
): Promise<TestEndpoint> {
  const north = await testNode(startLedger(), "north");
  const durable: Durable = (point, work) =>
    point === failing() ? Promise.reject(databaseFailed(null)) : north.durable(point, work);
  const node = { ...north, durable };
  let time = Date.UTC(2026, 0, 1);
  let url = "";
  const endpoint = createFhirEndpoint(node, {
    packages: [],
    policy: POLICY,
    tokens,
    base: () => url,
    now: () => (time += 1000),
    newId: randomUUID,
  });
  const context = { ...node, timers: systemTimers };
  const server = await createServer({
    host: "127.0.0.1",
    port: 0,
    after: 0,
    handlers: [],
    context,
    fhir: { endpoint, inSteps: testSteps },
  });
  url = `${server.url}/fhir`;
  return {
    url,
    send: async (as, method, path, body) => {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          "content-type": "application/fhir+json",
          ...(as === null ? {} : { authorization: `Bearer ${as}` }),
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const json = (text === "" ? {} : JSON.parse(text)) as FhirJson;
      return { status: answer.status, headers: answer.headers, json };
    },
    close: () => server.close(),
  };
}
