import type { NewMember } from "@anamnesis/core/ledger/newMember";

/** A member that the ledger starts with: what its `member-admitted` event will say. */
export type GenesisMember = NewMember;
