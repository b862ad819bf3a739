import type { ConsortiumStatus, KeyOffer } from "@anamnesis/api/routes/consortium";
import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { addressOf } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hash32, OrganisationId } from "@anamnesis/core/ids";
import { functionOf, type PausableIntent } from "@anamnesis/core/ledger/functions";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Parameter, ProposalAction } from "@anamnesis/core/ledger/proposal";

/** What somebody would put to the vote, as a form or a command line has it. */
export type Wish =
  /** By the id of a request to join that stands on the ledger. */
  | { readonly type: "admit"; readonly request: Hash32 }
  | { readonly type: "suspend" | "reinstate" | "remove"; readonly organisation: OrganisationId }
  | { readonly type: "set-parameter"; readonly parameter: Parameter; readonly value: number }
  /** What the member's `node keys next` wrote. */
  | { readonly type: "rotate-key"; readonly offer: KeyOffer }
  /** `until`: seconds since 1970. */
  | { readonly type: "pause"; readonly intent: PausableIntent; readonly until: number }
  | { readonly type: "lift-pause"; readonly intent: PausableIntent };

/** The action that is signed. Throws `unknown-request`. */
export function actionOf(
  wish: Wish,
  { requests, identity }: Pick<ConsortiumStatus, "requests"> & { readonly identity: LedgerIdentity },
): ProposalAction {
  switch (wish.type) {
    case "admit": {
      const found = requests.find(({ request }) => request === wish.request);
      if (found === undefined) throw unknownRequest();
      return { type: wish.type, entrant: found.entrant };
    }
    case "rotate-key": {
      const { organisation, keyCard, acceptance } = wish.offer;
      return {
        type: wish.type,
        organisation,
        signer: addressOf(keyCard.secp256k1),
        keyCard: keyCardDigest(keyCard),
        acceptance: toHex(acceptance),
      };
    }
    case "pause":
      return { type: wish.type, ...functionOf(identity, wish.intent), until: wish.until };
    case "lift-pause":
      return { type: wish.type, ...functionOf(identity, wish.intent) };
    case "set-parameter":
      return { type: wish.type, parameter: wish.parameter, value: wish.value };
    default:
      return { type: wish.type, organisation: wish.organisation };
  }
}

function unknownRequest(): AnamnesisError<"unknown-request"> {
  return new AnamnesisError({
    code: "unknown-request",
    rule: "A proposal to admit names a request that stands on the ledger.",
    fix: "Give an id that `consortium status` shows, or have the request relayed first.",
  });
}
