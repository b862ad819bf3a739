import type { ActorId, ConsentId, Digest, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import type { LogAccess } from "../receipts.ts";

/** What of an access a test says; the rest does not matter to it. */
export interface Told {
  readonly when: number;
  /** Names of the reader and of the organisation; `null`: the patient. */
  readonly who?: readonly [string, string] | null;
  readonly kind?: LogAccess["kind"];
  readonly purpose?: LogAccess["purpose"];
  readonly basis?: LogAccess["basis"];
  readonly consent?: string;
  /** Records that were opened, by name or how many. */
  readonly opened?: number | readonly string[];
  /** Codes of the rules that refused, one a record. */
  readonly refused?: readonly string[];
}

let last = 0;

/** An access as `accessLog` gives it. */
export function loggedAccess(told: Told): LogAccess {
  const { who = ["ada", "south"], opened = 1, refused = [] } = told;
  const names = typeof opened === "number" ? Array.from({ length: opened }, () => `r${++last}`) : opened;
  return {
    kind: told.kind ?? "general",
    request: `request-${++last}` as Digest,
    when: told.when as UnixSeconds,
    who:
      who === null
        ? null
        : {
            actor: who[0] as ActorId,
            organisation: who[1] as OrganisationId,
            keyCard: `card ${who[0]}` as Digest,
          },
    purpose: told.purpose ?? "TREAT",
    basis: told.basis ?? (names.length > 0 ? (who === null ? "owner" : "consent") : "none"),
    consent: who === null ? null : ((told.consent ?? "share") as ConsentId),
    records: [
      ...names.map((record) => ({ record: record as RecordId, outcome: "released" })),
      ...refused.map((outcome) => ({ record: `r${++last}` as RecordId, outcome })),
    ],
    custodians: [],
  };
}
