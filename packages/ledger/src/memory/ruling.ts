import type { Address } from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import type { IntentOutcome, LedgerEventBody } from "@anamnesis/core/ports/ledger";

export type IntentOf<T extends Intent["type"]> = Extract<Intent, { type: T }>;
/** What a rule gives: an outcome that ends it, or the change and its events. */
export type Ruling =
  | IntentOutcome
  | {
      readonly change: () => void;
      readonly events: readonly LedgerEventBody[];
      /** After the change: changes more, and gives the events of that. */
      readonly follow?: () => readonly LedgerEventBody[];
    };
/** Whether this signer signed at this place; for `null`, whether the place is empty. */
export type SignedBy = (signer: Address | null, index?: number) => boolean;

export const ZERO_HASH = `0x${"0".repeat(64)}`;
export const ZERO_ADDRESS = `0x${"0".repeat(40)}`;
