import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { oneAtATime } from "../oneAtATime.ts";
import type { RequestMethods } from "../protocol/requests.ts";
import { asked, askAccess, ended, withdrawRequest } from "./asked.ts";
import { answerRequest, contactCode, requests } from "./received.ts";

/** Requests for access, of both sides. */
type Methods = Omit<RequestMethods, "answerRequest"> & {
  readonly answerRequest: (
    parameters: Parameters<RequestMethods["answerRequest"]>[0],
    progress: unknown,
    wallet: WalletSigner,
  ) => ReturnType<RequestMethods["answerRequest"]>;
};

export const requestMethods: Methods = {
  requests,
  answerRequest: async (chosen, _, wallet) => oneAtATime(async () => answerRequest(chosen, wallet)),
  contactCode,
  asked,
  askAccess,
  withdrawRequest,
  ended,
};
