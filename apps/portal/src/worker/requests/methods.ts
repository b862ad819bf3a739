import { oneAtATime } from "../oneAtATime.ts";
import type { RequestMethods } from "../protocol/requests.ts";
import { asked, askAccess, ended, withdrawRequest } from "./asked.ts";
import { answerRequest, contactCode, requests } from "./received.ts";

/** Requests for access, of both sides. */
export const requestMethods: RequestMethods = {
  requests,
  answerRequest: async (chosen) => oneAtATime(async () => answerRequest(chosen)),
  contactCode,
  asked,
  askAccess,
  withdrawRequest,
  ended,
};
