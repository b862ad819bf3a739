import type { Queryable } from "@anamnesis/core/ports/database";
import type { Access } from "@anamnesis/fhir-server/access/access";
import { parseScope } from "@anamnesis/fhir-server/access/scopes";
import type { NewVersion } from "@anamnesis/fhir-server/store/version";
import type { NodeContext } from "../../context.ts";
import type { RateLimit } from "../../http/rateLimit.ts";
import type { PatientLogin } from "../../oauth/patientLogin.ts";

export type PatientContext = Pick<
  NodeContext,
  | "db"
  | "name"
  | "durable"
  | "copy"
  | "clock"
  | "keys"
  | "ledger"
  | "log"
  | "organisation"
  | "receipts"
  | "standing"
  | "timers"
  | "wake"
>;

/** One request of a patient: what its login proved bounds all that it sees. */
export interface PatientExchange {
  readonly context: PatientContext;
  readonly patient: PatientLogin;
  /** The token's scopes and nothing else: a patient has no role. */
  readonly access: Access;
  readonly base: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly newId: () => string;
  readonly grants: RateLimit;
  /** A transaction whose writes last. */
  readonly write: <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;
  /** Audits versions in the transaction that keeps them. */
  readonly audit: (tx: Queryable, versions: readonly NewVersion[]) => Promise<void>;
}

/** What a patient's scopes let interactions be. Nothing is permitted by it alone. */
export function patientAccess(scopes: readonly string[]): Access {
  const rules = scopes
    .map((scope) => parseScope(scope))
    .filter(({ level }) => level === "patient")
    .map(({ type, letters, filters }) => ({ type, letters, filters }));
  return { readOwn: [], readReceived: [], write: [], scopes: rules };
}
