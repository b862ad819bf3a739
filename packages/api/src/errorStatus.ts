import { AnamnesisError } from "@anamnesis/core/errors";

/**
 * HTTP status of each code that crosses the wire. A code that is not listed is a 400 when it is about the
 * request's form and a 500 when it is not one of ours.
 */
const STATUS: Readonly<Record<string, number>> = {
  "bad-http-signature": 401,
  "stale-http-signature": 401,
  "replayed-http-signature": 401,
  "not-signed-in": 401,
  "sign-in-failed": 401,
  "sign-in-again": 403,
  "cross-site": 403,
  "not-authorised": 403,
  "not-found": 404,
  "not-offered": 404,
  "bad-checkpoint-signature": 403,
  "bad-consistency": 422,
  "log-forked": 409,
  "witness-conflict": 409,
  "witness-not-ready": 503,
  "vault-conflict": 409,
  "last-passkey": 409,
  "too-many-passkeys": 409,
  "too-many-wallets": 409,
  "wallet-taken": 409,
  "login-refused": 403,
  "login-unknown": 403,
  "login-taken": 409,
  "login-linked": 409,
  "contract-accounts-unsupported": 422,
  "chain-conflict": 409,
  "card-conflict": 409,
  "patient-bound": 409,
  "patient-registered": 409,
  "patient-claimed": 409,
  "owner-rotated": 409,
  "too-many-cards": 409,
  "blob-mismatch": 422,
  "record-erased": 410,
  "too-large": 413,
  "body-too-slow": 408,
  "range-not-satisfiable": 416,
  "rate-limited": 429,
  "grants-full": 429,
  "requests-full": 429,
  "request-closed": 409,
  "corrections-full": 429,
  "correction-waits": 409,
  "correction-closed": 409,
  "already-endorsed": 409,
  "already-declined": 409,
  "custody-not-ready": 503,
  "sessions-unavailable": 503,
  "provider-unavailable": 503,
  "log-failed": 503,
  "log-closed": 503,
  "log-rolled-back": 503,
  "database-failed": 503,
  "database-unavailable": 503,
  "database-locked": 503,
  "database-not-durable": 503,
  "ledger-unavailable": 503,
  "storage-full": 507,
  "storage-read-only": 503,
  "storage-failed": 503,
  "blob-corrupt": 502,
  busy: 503,
  "node-starting": 503,
  "node-away": 503,
  internal: 500,
};

/** Codes that the caller may try again as they are. */
export function isRetryable(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 507;
}

export function errorStatus(code: string): number {
  return STATUS[code] ?? 400;
}

/** Body of every answer that is not a success, `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly type: "about:blank";
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly meta: Readonly<Record<string, string | number | boolean | null>>;
}

/** Body of the answer that a witness holds a head of another size (C2SP tlog-witness): the size in decimal and a line feed. */
export const WITNESS_SIZE_TYPE = "text/x.tlog.size";

/** @param size of the head that the witness cosigned last. */
export function witnessConflict(size: number): AnamnesisError<"witness-conflict"> {
  return new AnamnesisError({
    code: "witness-conflict",
    rule: "A witness is given a consistency proof from the head that it cosigned last (C2SP tlog-witness).",
    fix: "Send the proof from the size that it names.",
    meta: { size },
  });
}
