import { accessesOf, accessesOfVersions, type FhirAccess } from "@anamnesis/fhir-server/audit/accessesOf";
import { mayReadAudits } from "@anamnesis/fhir-server/access/mayRead";
import type { AuditAgent } from "@anamnesis/fhir-server/audit/auditEvent";
import { capabilities } from "@anamnesis/fhir-server/rest/capabilities";
import type { FhirAnswer, FhirRequest, FhirWorld } from "@anamnesis/fhir-server/rest/exchange";
import { handle } from "@anamnesis/fhir-server/rest/handle";
import { FHIR_JSON } from "@anamnesis/fhir-server/rest/outcome";
import type { NodeContext } from "../context.ts";
import { VERSION } from "../version.ts";
import { accessFor } from "./accessFor.ts";
import { AuditTrail } from "./audit/auditTrail.ts";
import type { BasePolicy } from "./policy/basePolicy.ts";
import type { FhirRequester } from "./requester.ts";
import { noteVersions } from "./seal/noteVersions.ts";

/** Day of the newest change to what the server can do: the CapabilityStatement's date. */
const SINCE = "2026-11-22";

export interface FhirTokens {
  /** Who a request's `Authorization` header stands for. Throws `fhir-unauthorised`. */
  requesterOf(authorization: string | undefined): Promise<FhirRequester>;
}

/** The node's FHIR server, for whatever brings it requests. */
export interface FhirEndpoint {
  /** The answer to who needs no token: what the server can do; `null` for everything else. */
  open(request: Pick<FhirRequest, "method" | "path">): FhirAnswer | null;
  /** Before a body is read. Throws `fhir-unauthorised`. */
  admit(authorization: string | undefined): Promise<FhirRequester>;
  /** @param address the client's network address. Every access is audited before this resolves. */
  answer(requester: FhirRequester, request: FhirRequest, address: string): Promise<FhirAnswer>;
  /** A pass of the worker that makes AuditEvents searchable before anybody asks for them. */
  indexAudits(): Promise<void>;
}

type EndpointContext = Pick<
  NodeContext,
  "db" | "durable" | "name" | "ledger" | "copy" | "clock" | "settings" | "organisation" | "wake"
>;

export interface FhirEndpointOptions {
  readonly policy: BasePolicy;
  readonly tokens: FhirTokens;
  /** Its address, `https://node.example/fhir`: known once the node listens. */
  readonly base: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A random id of a resource. */
  readonly newId: () => string;
}

export function createFhirEndpoint(context: EndpointContext, options: FhirEndpointOptions): FhirEndpoint {
  const { policy, tokens, base, now, newId } = options;
  const trail = new AuditTrail(context, () => ({ organisation: context.name, base: base() }), newId);
  return {
    open: ({ method, path }) => {
      if (method !== "GET" || path !== "metadata") return null;
      const body = capabilities(base(), VERSION, SINCE);
      return { status: 200, headers: { "content-type": FHIR_JSON }, body };
    },
    admit: (authorization) => tokens.requesterOf(authorization),
    answer: async (requester, request, address) => {
      const { client, actor, purpose } = requester;
      const agent: AuditAgent = { client, actor, purpose, address };
      const written: FhirAccess[] = [];
      const world = auditedWorld(context, options, trail, agent, written);
      const access = await accessFor(context, policy, requester);
      try {
        if (mayReadAudits(access)) await trail.index();
        const answer = await handle(world, { version: VERSION, since: SINCE }, access, request);
        await trail.keep(accessesOf(request, answer, written), agent, now());
        return answer;
      } catch (error) {
        const failed: FhirAnswer = { status: 500, headers: {}, body: null };
        // Why it failed counts, not that its audit may fail for the same reason.
        await trail.keep(accessesOf(request, failed, written), agent, now()).catch(() => undefined);
        throw error;
      }
    },
    indexAudits: () => trail.pass(),
  };
}

/** A database whose writes take their AuditEvents with them; those that lasted are added to `written`. */
function auditedWorld(
  { db, durable, wake }: Pick<NodeContext, "db" | "durable" | "wake">,
  { base, now, newId }: FhirEndpointOptions,
  trail: AuditTrail,
  agent: AuditAgent,
  written: FhirAccess[],
): FhirWorld {
  let underWay: FhirAccess[] = [];
  return {
    db,
    base: base(),
    now,
    newId,
    write: async (work) => {
      const result = await durable("fhir.write", () =>
        db.transaction((tx) => {
          // Anew at each try.
          underWay = [];
          return work(tx);
        }),
      );
      if (underWay.length > 0) wake("seal");
      written.push(...underWay);
      return result;
    },
    kept: async (tx, versions) => {
      const accesses = accessesOfVersions(versions);
      underWay.push(...accesses);
      await noteVersions(tx, versions);
      await trail.keepWith(tx, accesses, agent, now());
    },
  };
}
