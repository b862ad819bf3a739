import { array, type Infer, nullable, struct, uint } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { accessRequest } from "@anamnesis/core/release/accessRequest";
import { askerWish } from "@anamnesis/core/request/askerWish";
import { sealedConsentAnswer } from "@anamnesis/core/request/consentAnswer";
import { sealedConsentRequest } from "@anamnesis/core/request/consentRequest";
import { cbor, crossOrigin, none, route } from "../route.ts";

/** Requests of one answer. */
export const MAX_REQUESTS_PER_PAGE = 64;

/** A node's mailbox as one side sees it, oldest first: each request, and what became of it there. */
export const requestPage = defineFormat(
  "request-page",
  struct({
    requests: array(
      struct({
        request: sealedConsentRequest,
        /** When its requester withdrew it, by the node's clock. */
        withdrawnAt: nullable(uint<UnixSeconds>(2 ** 40)),
        answer: nullable(sealedConsentAnswer),
      }),
      MAX_REQUESTS_PER_PAGE,
    ),
    /** Where to go on (`from`); `null` at the end. */
    next: nullable(uint()),
  }),
  4 * 1024 * 1024,
);
export type RequestPage = Infer<typeof requestPage>;

/** Requests for access and their answers, at the homes of the segment to which they are addressed. */
export const requestRoutes = crossOrigin({
  /** From an active person or device of an active member; whether there is such a segment is not said. */
  putRequest: route({
    name: "putRequest",
    method: "POST",
    path: "/v1/requests",
    signed: true,
    request: cbor(sealedConsentRequest),
    answer: none,
    codes: ["bad-request-signature", "bad-request", "not-authorised", "rate-limited", "requests-full"],
  }),
  /** What the asker asked here, with the answers. */
  ownRequests: route({
    name: "ownRequests",
    method: "POST",
    path: "/v1/requests/own",
    signed: true,
    request: cbor(askerWish),
    answer: cbor(requestPage),
    codes: ["bad-request-signature", "not-authorised", "stale-request", "replayed-request"],
  }),
  withdrawRequest: route({
    name: "withdrawRequest",
    method: "POST",
    path: "/v1/requests/withdrawals",
    signed: true,
    request: cbor(askerWish),
    answer: none,
    codes: [
      "bad-request-signature",
      "not-authorised",
      "not-found",
      "request-closed",
      "stale-request",
      "replayed-request",
    ],
  }),
  /** Asked by the segment's owner, who shows itself by the request inside. */
  listRequests: route({
    name: "listRequests",
    method: "POST",
    path: "/v1/access/requests",
    signed: true,
    request: cbor(accessRequest),
    answer: cbor(requestPage),
    codes: ["bad-request-signature", "stale-request", "replayed-request", "custody-not-ready"],
  }),
  /** The owner's word on one request; the first stays. */
  putAnswer: route({
    name: "putAnswer",
    method: "POST",
    path: "/v1/requests/answers",
    signed: true,
    request: cbor(sealedConsentAnswer),
    answer: none,
    codes: ["bad-request-signature", "not-found", "request-closed", "custody-not-ready"],
  }),
} as const);
