import type { LedgerEventBody } from "@anamnesis/core/ports/ledger";

/** A member that the ledger starts with: what its `member-admitted` event will say. */
export type GenesisMember = Omit<Extract<LedgerEventBody, { type: "member-admitted" }>, "type">;
