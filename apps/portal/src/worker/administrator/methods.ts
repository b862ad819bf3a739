import type { AdministratorMethods } from "../protocol/administrator.ts";
import { lookAtRequest, relayRequest } from "./joinRequests.ts";
import { organisation } from "./organisation.ts";
import { lookAtWish, propose } from "./propose.ts";
import { setPerson } from "./setPerson.ts";
import { settle, vote } from "./vote.ts";

/** What an administrator asks beside the node's figures. */
export const administratorMethods: AdministratorMethods = {
  organisation,
  setPerson,
  lookAtWish,
  propose,
  vote,
  settle,
  lookAtRequest,
  relayRequest,
};
