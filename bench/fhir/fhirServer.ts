import { randomUUID } from "node:crypto";
import type { Database } from "@anamnesis/core/ports/database";
import type { SegmentId } from "@anamnesis/core/ids";
import type { Access } from "@anamnesis/fhir-server/access/access";
import { limitAccess, parseScope } from "@anamnesis/fhir-server/access/scopes";
import { accessesOf, accessesOfVersions, type FhirAccess } from "@anamnesis/fhir-server/audit/accessesOf";
import type { FhirAnswer, FhirRequest, FhirWorld } from "@anamnesis/fhir-server/rest/exchange";
import { handle } from "@anamnesis/fhir-server/rest/handle";
import { AuditTrail } from "@anamnesis/node/fhir/audit/auditTrail";
import { noteVersions } from "@anamnesis/node/fhir/seal/noteVersions";
import { benchFailed } from "../run/benchFailed.ts";

const BASE = "http://127.0.0.1/fhir";
const FACTS = { version: "0", since: "2026-01-01" };
/** Consents that a practitioner holds. */
const CONSENTS = 50;
const AGENT = { client: "bench", actor: null, purpose: "TREAT", address: "127.0.0.1" };

/** What a request may see: everything, without a question; or by rules, scopes and consents, as at a node. */
export const PERMIT_ALL: Access = {
  readOwn: [{ types: "*", kinds: "*" }],
  readReceived: [],
  write: [{ types: "*", kinds: "*" }],
};

const KINDS = ["general", "mental-health", "sexual-reproductive", "genetic", "personal"] as const;

export const ENFORCED: Access = limitAccess(
  {
    readOwn: [{ types: "*", kinds: KINDS }],
    readReceived: Array.from({ length: CONSENTS }, (_, i) => ({
      segment: `0x${i.toString(16).padStart(64, "0")}` as SegmentId,
      resourceTypes: i % 2 === 0 ? ["*"] : ["Observation", "Condition"],
      dataFrom: null,
      dataTo: null,
      exceptions: [],
    })),
    write: [{ types: "*", kinds: KINDS }],
  },
  [parseScope("user/*.cruds")],
);

export type Ask = (method: string, url: string, body?: object) => Promise<FhirAnswer>;

/** As a node has it, on a database. */
export function auditTrail(db: Database): AuditTrail {
  return new AuditTrail(
    { db, durable: (_, work) => work(), wake: () => undefined },
    () => ({ organisation: "Bench", base: BASE }),
    randomUUID,
  );
}

/** The server on a database, asked by somebody with this access. @param trail with sealing noted and every access audited, as at a node; `null`: without. */
export function fhirServer(db: Database, access: Access, trail: AuditTrail | null = null): Ask {
  return async (method, url, body) => {
    const [path = "", query = ""] = url.split(/\?(.*)/s);
    const request: FhirRequest = {
      method,
      path,
      query: [...new URLSearchParams(query)],
      headers: { "content-type": "application/fhir+json" },
      body: body === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(body)),
    };
    const written: FhirAccess[] = [];
    const world = {
      db,
      write: db.transaction.bind(db),
      now: () => Date.now(),
      newId: () => randomUUID(),
      base: BASE,
      ...(trail !== null
        ? {
            kept: async (...[tx, versions, relabelled]: Parameters<NonNullable<FhirWorld["kept"]>>) => {
              const accesses = accessesOfVersions(versions);
              written.push(...accesses);
              await noteVersions(tx, [...versions, ...relabelled]);
              await trail.keepWith(tx, accesses, AGENT, Date.now());
            },
          }
        : {}),
    };
    const answer = await handle(world, FACTS, access, request);
    if (trail !== null) await trail.keep(accessesOf(request, answer, written), AGENT, Date.now());
    if (answer.status >= 400) throw benchFailed();
    return answer;
  };
}
