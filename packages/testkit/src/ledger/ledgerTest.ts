import type { IntentOutcome } from "@anamnesis/core/ports/ledger";
import type { Intent, SignedIntent } from "@anamnesis/core/ledger/intents";
import type { Signer } from "./cast.ts";
import type { LedgerFixture } from "./fixture.ts";

export const APPLIED: IntentOutcome = { status: "applied" };
export const ALREADY: IntentOutcome = { status: "already" };
export const refused = (code: string): IntentOutcome => ({ status: "refused", code });

/** What a part of the conformance suite needs of a fresh ledger with two custodians and a laboratory. */
export interface LedgerTest {
  readonly fixture: LedgerFixture;
  readonly sign: (intent: Intent, ...signers: readonly Signer[]) => SignedIntent;
  readonly submit: (...intents: readonly SignedIntent[]) => Promise<readonly IntentOutcome[]>;
  /** Bodies of all events since the parameters and members of the beginning. */
  readonly events: () => Promise<readonly unknown[]>;
}
