import type { Client } from "@anamnesis/api/client";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import type { Hash32, OrganisationId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { ProposalAction } from "@anamnesis/core/ledger/proposal";
import { actionOf, type Wish } from "@anamnesis/sdk/governance/actionOf";
import { readAction } from "@anamnesis/sdk/governance/readAction";
import type { AdministratorMethods, ProposalWish } from "../protocol/administrator.ts";
import { asAdministrator } from "./administrator.ts";
import { ledgerHere } from "./ledgerHere.ts";
import { plainAction } from "./plainNames.ts";
import { readOffer } from "./readFile.ts";

interface Made {
  readonly action: ProposalAction;
  readonly status: ConsortiumStatus;
  readonly identity: LedgerIdentity;
}

/** Throws `unknown-request`, `not-this-file`, and what the node refuses. */
export const lookAtWish: AdministratorMethods["lookAtWish"] = async (wish) => {
  const { action, status, identity } = await make(asAdministrator(), wish);
  return plainAction(readAction(action, status, identity));
};

/** Signed by the node in the organisation's name. Throws `unknown-request`, `not-this-file`, and what the node refuses. */
export const propose: AdministratorMethods["propose"] = async (wish) => {
  const node = asAdministrator();
  const { action } = await make(node, wish);
  return node.call(adminRoutes.propose, {}, { action });
};

async function make(node: Client, wish: ProposalWish): Promise<Made> {
  const [status, identity] = await Promise.all([
    node.call(adminRoutes.consortiumStatus, {}, undefined),
    ledgerHere(node),
  ]);
  return { action: actionOf(read(wish), { requests: status.requests, identity }), status, identity };
}

function read(wish: ProposalWish): Wish {
  switch (wish.type) {
    case "admit":
      return { type: wish.type, request: wish.request as Hash32 };
    case "rotate-key":
      return { type: wish.type, offer: readOffer(wish.offer) };
    case "suspend":
    case "reinstate":
    case "remove":
      return { type: wish.type, organisation: wish.organisation as OrganisationId };
    default:
      return wish;
  }
}
