import { AnamnesisError } from "@anamnesis/core/errors";

/** The engine did not answer, or not in time; whether a submission took effect is unknown. */
export function ledgerUnavailable(call: string, reason: string): AnamnesisError<"ledger-unavailable"> {
  // No cause and no address: the message of an RPC client quotes the URL, which can hold credentials.
  return new AnamnesisError({
    code: "ledger-unavailable",
    rule: "The ledger's engine must answer within its deadline.",
    fix: "Check that the engine runs, that its RPC address is right and reachable from here, and that it produces blocks; then try again.",
    meta: { call, reason },
  });
}
