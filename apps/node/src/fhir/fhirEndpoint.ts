import type { Purpose } from "@anamnesis/core/consent/terms";
import { accessesOf, accessesOfVersions, type FhirAccess } from "@anamnesis/fhir-server/audit/accessesOf";
import { mayReadAudits } from "@anamnesis/fhir-server/access/mayRead";
import type { AuditAgent } from "@anamnesis/fhir-server/audit/auditEvent";
import { capabilities } from "@anamnesis/fhir-server/rest/capabilities";
import type { FhirAnswer, FhirRequest, FhirWorld } from "@anamnesis/fhir-server/rest/exchange";
import { handle, type ServerFacts } from "@anamnesis/fhir-server/rest/handle";
import { FHIR_JSON, outcomeOf } from "@anamnesis/fhir-server/rest/outcome";
import type { LoadedPackage } from "@anamnesis/fhir-server/validate/packages";
import type { NodeContext } from "../context.ts";
import { VERSION } from "../version.ts";
import { accessFor } from "./accessFor.ts";
import { AuditTrail } from "./audit/auditTrail.ts";
import { grantArrivals } from "../grants/grantStore.ts";
import { answerPatient } from "./patient/answerPatient.ts";
import { patientAccess, type PatientContext, type PatientExchange } from "./patient/patientExchange.ts";
import { requireNotSigned } from "./patient/requireNotSigned.ts";
import type { BasePolicy } from "./policy/basePolicy.ts";
import { purposeOf } from "./purposeHeader.ts";
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
  /** @param address the client's network address; `null`: the node asks for one of its own routes. Every access is audited before this resolves. */
  answer(requester: FhirRequester, request: FhirRequest, address: string | null): Promise<FhirAnswer>;
  /** A pass of the worker that makes AuditEvents searchable before anybody asks for them. */
  indexAudits(): Promise<void>;
}

type EndpointContext = Pick<NodeContext, "settings"> & PatientContext;

export interface FhirEndpointOptions {
  readonly policy: BasePolicy;
  /** Profiles that are known besides R4's. */
  readonly packages: readonly LoadedPackage[];
  readonly tokens: FhirTokens;
  /** Its address, `https://node.example/fhir`: known once the node listens. */
  readonly base: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A random id of a resource. */
  readonly newId: () => string;
}

export function createFhirEndpoint(context: EndpointContext, options: FhirEndpointOptions): FhirEndpoint {
  const { policy, packages, tokens, base, now, newId } = options;
  const facts: ServerFacts = { version: VERSION, since: SINCE, packages };
  const grants = grantArrivals();
  const trail = new AuditTrail(context, () => ({ organisation: context.name, base: base() }), newId);
  return {
    open: ({ method, path }) => {
      if (method !== "GET" || path !== "metadata") return null;
      const body = capabilities(base(), facts);
      return { status: 200, headers: { "content-type": FHIR_JSON }, body };
    },
    admit: (authorization) => tokens.requesterOf(authorization),
    answer: async (requester, request, address) => {
      const { client, actor, patient, scopes } = requester;
      const segments = patient?.segments.map(({ segment }) => segment) ?? [];
      const { purpose, refused } = asked(requester, request);
      const agent: AuditAgent = { client, actor, segments, purpose, address };
      const written: FhirAccess[] = [];
      const world = auditedWorld(context, options, trail, agent, written);
      const work = async (): Promise<FhirAnswer> => {
        if (refused !== null) return refused;
        if (patient !== null) {
          await trail.index();
          const { write, audit } = world;
          const ways = {
            context,
            patient,
            access: patientAccess(scopes),
            base: base(),
            at: now(),
            newId,
            grants,
          };
          return answerPatient({ ...ways, write, audit }, request);
        }
        const access = await accessFor(context, policy, { ...requester, purpose });
        if (mayReadAudits(access)) await trail.index();
        return handle(world, facts, access, request);
      };
      try {
        const answer = await work();
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

/** Why it is asked; a header that says what the token is not for is refused, and audited under what the token says. */
function asked(
  requester: FhirRequester,
  request: FhirRequest,
): { readonly purpose: Purpose; readonly refused: FhirAnswer | null } {
  try {
    return { purpose: purposeOf(requester, request), refused: null };
  } catch (error) {
    const refused = outcomeOf(error);
    if (refused === null) throw error;
    return { purpose: requester.purpose, refused };
  }
}

/** A database whose writes take their AuditEvents with them; those that lasted are added to `written`. */
function auditedWorld(
  { db, durable, wake }: Pick<NodeContext, "db" | "durable" | "wake">,
  { base, now, newId }: FhirEndpointOptions,
  trail: AuditTrail,
  agent: AuditAgent,
  written: FhirAccess[],
): FhirWorld & Pick<PatientExchange, "audit"> {
  let underWay: FhirAccess[] = [];
  const audit: PatientExchange["audit"] = async (tx, versions) => {
    const accesses = accessesOfVersions(versions);
    underWay.push(...accesses);
    await trail.keepWith(tx, accesses, agent, now());
  };
  return {
    audit,
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
    kept: async (tx, versions, relabelled) => {
      await requireNotSigned(tx, versions);
      await noteVersions(tx, [...versions, ...relabelled]);
      // What the server labels anew is nobody's access.
      await audit(tx, versions);
    },
  };
}
